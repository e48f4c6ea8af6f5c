import { predictionsTableBundle } from '../../runtime/display/index.js';
import { command } from '../command.js';

export const predict = command({
  name: 'predict',
  summary: 'Asks a finished run for the labels of texts.',
  arguments: [
    { name: 'run', doc: 'A run, a training (its newest finished run) or the folder of a run.', names: 'run' },
    { name: 'text', doc: 'The texts.', variadic: true },
  ],
  options: { json: { type: 'flag', doc: 'Prints one JSON object a line.', only: 'terminal' } },
  returns: 'readonly import("tasklab").Prediction[]',
  examples: ['%predict topic_model "Where is my parcel?"', 'const labels = %predict topic_model {texts[0]}', 'tasklab predict topic_model-1 "Where is my parcel?"'],
  async run({ args, options }, { session, io }) {
    const [name, ...texts] = args as [string, ...string[]];
    const { predict: ask } = await import('../../runtime/frameworks/index.js');
    const run = await session.runNamed(name);
    const predictions = await ask(run, texts);
    if (options.json) {
      for (const [i, { label, scores }] of predictions.entries()) io.write('stdout', `${JSON.stringify({ text: texts[i], label, scores })}\n`);
      return undefined;
    }
    io.display(predictionsTableBundle({ run: run.name, predictions: predictions.map(({ label, scores }, i) => ({ text: texts[i]!, label, probabilities: scores })) }));
    return predictions;
  },
});

import { predictionsBundle } from '../../runtime/display/index.js';
import { UserError } from '../../runtime/error.js';
import { able, type Input } from '../../runtime/frameworks/model.js';
import { command } from '../command.js';

export const predict = command({
  name: 'predict',
  summary: 'Asks a finished run: labels of texts, labelled parts, answers to questions, how alike sentences are.',
  arguments: [
    { name: 'run', doc: 'A run, a training (its newest finished run) or the folder of a run.', names: 'run' },
    { name: 'text', doc: 'The texts; for question_answering the questions, for sentence_similarity pairs of sentences, one behind the other.', variadic: true },
  ],
  options: {
    context: { type: 'text', doc: 'Where the answers to questions stand.' },
    json: { type: 'flag', doc: 'Prints one JSON object a line.', only: 'terminal' },
  },
  returns: 'readonly import("tasklab").LabelPrediction[]',
  examples: ['%predict topic_model "Where is my parcel?"', 'const labels = %predict topic_model {texts[0]}', 'tasklab predict topic_model-1 "Where is my parcel?"'],
  async run({ args, options }, { session, io }) {
    const [name, ...texts] = args as [string, ...string[]];
    const run = await session.runNamed(name);
    const inputs = inputsFor((await run.manifest()).kind, texts, options.context);
    const predictions = await session.models.use(run, (model) => able(model, 'predict', run)(inputs, (message) => io.write('stderr', `${message}\n`)));
    if (options.json) {
      for (const [i, prediction] of predictions.entries()) io.write('stdout', `${JSON.stringify({ ...asked(inputs[i]!), ...prediction })}\n`);
      return undefined;
    }
    io.display(predictionsBundle({ run: run.name, predictions: predictions.map((prediction, i) => ({ ...asked(inputs[i]!), ...prediction })) }));
    return predictions;
  },
});

/** What the model of a kind is asked, from the words of a line. */
function inputsFor(kind: string, texts: readonly string[], context: string | undefined): Input[] {
  if (kind === 'question_answering') {
    if (context === undefined) throw new UserError('command/usage', 'A question is answered from a context, and there is none.', 'Give it: --context "…".');
    return texts.map((question) => ({ question, context }));
  }
  if (context !== undefined) throw new UserError('command/usage', `A model of ${kind} reads no context.`, 'Leave --context out.');
  if (kind !== 'sentence_similarity') return [...texts];
  if (texts.length % 2 === 1) throw new UserError('command/usage', 'Sentences are compared in pairs, and one has no other.', 'Give an even number of texts.');
  return Array.from({ length: texts.length / 2 }, (_, i) => ({ sentences: [texts[2 * i]!, texts[2 * i + 1]!] as const }));
}

const asked = (input: Input) => (typeof input === 'string' ? { text: input } : input);

import { tableBundle } from '../../runtime/display/index.js';
import { able } from '../../runtime/frameworks/model.js';
import { command } from '../command.js';
import { templateOptions, textsOf } from '../prompts.js';

export const score = command({
  name: 'score',
  summary: 'Scores texts by the reward model of a finished run: higher is better.',
  arguments: [
    { name: 'run', doc: 'A run, a training (its newest finished run) or the folder of a run.', names: 'run' },
    { name: 'text', doc: 'The texts.', optional: true, variadic: true },
  ],
  options: { ...templateOptions, json: { type: 'flag', doc: 'Prints one JSON object a line.', only: 'terminal' } },
  returns: 'readonly number[]',
  examples: ['%score reward_model "Thank you, your parcel is on its way." "No."', 'tasklab score reward_model "Thank you."'],
  async run({ args, options }, context) {
    const { session, io } = context;
    const [name, ...words] = args as [string, ...string[]];
    const texts = await textsOf(words, options, context);
    const run = await session.runNamed(name);
    const scores = await session.models.use(run, (model) => able(model, 'score', run)(texts, (message) => io.write('stderr', `${message}\n`)));
    if (options.json) for (const [i, text] of texts.entries()) io.write('stdout', `${JSON.stringify({ text, score: scores[i] })}\n`);
    else io.display(tableBundle({ caption: `scores by ${run.name}: higher is better`, columns: ['text', { name: 'score', align: 'right' }], rows: texts.map((text, i) => [text, scores[i]!]), plain: true, maxRows: 200, maxCell: 600 }));
    return options.json ? undefined : scores;
  },
});

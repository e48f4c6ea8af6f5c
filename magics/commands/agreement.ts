import { command } from '../command.js';
import { programOptions } from './programOptions.js';

export const agreement = command({
  name: 'agreement',
  summary: 'How far annotators agree: by question, by pair, by label, each with the rest, and the most contested records.',
  program: true,
  arguments: [{ name: 'dataset', doc: 'Name of a data set.', names: 'dataset' }],
  options: {
    ...programOptions,
    question: { type: 'text', doc: 'Only this question.' },
    contested: { type: 'integer', doc: 'How many contested records are listed.', default: 5 },
    resamples: { type: 'integer', doc: 'How often records are drawn again for the interval of alpha; 0 leaves it out. Default: 1000, down to 200 for many records.' },
    seed: { type: 'integer', doc: 'For the draws.', default: 42 },
    json: { type: 'flag', doc: 'Prints the measures as JSON.', only: 'terminal' },
  },
  returns: 'readonly import("tasklab").Agreement[]',
  examples: ['%agreement messages', 'tasklab agreement support.task messages --question topic --json'],
  async run({ args, options }, { session, io }) {
    const { agreement: measure } = await import('../../runtime/agreement/index.js');
    const { agreementBundle, heatMapBundles } = await import('../../runtime/show/agreement.js');
    const dataset = await session.dataset(args[0]!);
    const measured = await measure(dataset, { question: options.question, contested: options.contested ?? 5, resamples: options.resamples, seed: options.seed ?? 42, signal: io.signal });
    if (options.json) return io.write('stdout', `${JSON.stringify(measured)}\n`);
    io.display(agreementBundle(args[0]!, measured));
    for (const figure of heatMapBundles(measured)) io.display(await figure);
    return measured;
  },
});

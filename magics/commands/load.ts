import { command } from '../command.js';

export const load = command({
  name: 'load',
  summary: 'Loads a data set and shows it: card, distributions, records.',
  only: 'notebook',
  arguments: [{ name: 'dataset', doc: 'Name of a data set.', names: 'dataset' }],
  options: {
    offset: { type: 'integer', doc: 'First record that is shown.', default: 0 },
    limit: { type: 'integer', doc: 'How many records are shown.', default: 5 },
  },
  returns: 'import("tasklab").FeedbackDataset',
  examples: ['%load messages', '%load messages --offset 20 --limit 10'],
  async run({ args, options }, { session, io }) {
    const { datasetBundle, distributionBundles, recordsBundle } = await import('../../runtime/show/dataset.js');
    const dataset = await session.dataset(args[0]!);
    const summary = await dataset.summary();
    io.display(datasetBundle(dataset, summary));
    for (const figure of distributionBundles(summary)) io.display(await figure);
    io.display(await recordsBundle(dataset, summary, { offset: options.offset ?? 0, limit: options.limit ?? 5 }));
    return dataset;
  },
});

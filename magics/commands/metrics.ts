import { UserError } from '../../runtime/error.js';
import { command } from '../command.js';
import { programOptions } from './programOptions.js';

export const metrics = command({
  name: 'metrics',
  summary: "How good a model's suggestions are, by the answers of each annotator or by unified ones.",
  program: true,
  arguments: [{ name: 'dataset', doc: 'Name of a data set.', names: 'dataset' }],
  options: {
    ...programOptions,
    question: { type: 'text', doc: 'Name of the question.' },
    strategy: { type: 'text', doc: 'Compares with the answers as this strategy unifies them. Default: with those of each annotator.' },
    metric: { type: 'text', doc: 'Only these, with commas: accuracy,f1. Default: all that are for the type of the question.' },
    truth: { type: 'text', doc: 'Whose word is taken for true: suggestions measures the annotators.', choices: ['responses', 'suggestions'], default: 'responses' },
    json: { type: 'flag', doc: 'Prints the metrics as JSON.', only: 'terminal' },
  },
  returns: 'import("tasklab").ModelMetrics',
  examples: ['%metrics messages --question topic --strategy majority', 'tasklab metrics support.task messages --question topic --json'],
  async run({ args, options }, { session, io }) {
    const { modelMetrics } = await import('../../runtime/metrics/modelMetrics.js');
    const { metricsBundle, confusionBundles } = await import('../../runtime/show/metrics.js');
    const dataset = await session.dataset(args[0]!);
    if (options.question === undefined) throw new UserError('command/usage', 'Which question is to be measured?', `Write --question with one of: ${dataset.questions.map(({ name }) => name).join(', ')}.`);
    const measured = await modelMetrics(dataset, options.question, {
      strategy: options.strategy,
      metrics: options.metric?.split(',').map((name) => name.trim()),
      truth: options.truth as 'responses' | 'suggestions' | undefined,
      signal: io.signal,
    });
    if (options.json) return io.write('stdout', `${JSON.stringify(measured)}\n`);
    io.display(metricsBundle(args[0]!, measured));
    for (const figure of confusionBundles(measured)) io.display(await figure);
    return measured;
  },
});

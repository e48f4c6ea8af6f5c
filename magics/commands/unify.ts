import { tableBundle } from '../../runtime/display/table.js';
import { command } from '../command.js';
import { programOptions } from './programOptions.js';

export const unify = command({
  name: 'unify',
  summary: "Makes the annotators' answers to a question one, record by record.",
  program: true,
  arguments: [{ name: 'question', doc: 'DATASET.QUESTION, as in messages.topic.', names: 'question' }],
  options: {
    ...programOptions,
    strategy: { type: 'text', doc: 'How: majority, mean, min, max, disagreement … by the type of the question. Default: majority, for texts and spans disagreement.' },
    ties: { type: 'text', doc: 'What decides between equally frequent answers.', choices: ['first', 'random', 'drop'], default: 'first' },
    seed: { type: 'integer', doc: 'Seed of random ties.', default: 42 },
    format: { type: 'text', doc: 'jsonl: one {"id", "value"} a line and nothing else.', choices: ['text', 'jsonl'], default: 'text', only: 'terminal' },
  },
  examples: ['%unify messages.topic --strategy majority --ties drop', 'tasklab unify support.task messages.topic --strategy majority --format jsonl'],
  returns: 'readonly { readonly id: string; readonly value: unknown }[]',
  async run({ args, options }, { session, io }) {
    const { dataset, question } = await session.question(args[0]!);
    const { annotatorWeights, strategyFor, unify: unifyAnswers } = await import('../../runtime/unify/index.js');
    const answers = unifyAnswers(dataset, question, {
      ...(options.strategy && { strategy: options.strategy }),
      ties: (options.ties ?? 'first') as 'first' | 'random' | 'drop',
      seed: options.seed ?? 42,
      signal: io.signal,
    });
    if (options.format === 'jsonl') {
      for await (const { id, value } of answers) io.write('stdout', `${JSON.stringify({ id, value })}\n`);
      return undefined;
    }
    const all = [];
    for await (const answer of answers) all.push(answer);
    const text = (value: unknown): unknown => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value);
    const weights = await annotatorWeights(dataset, question, { ...(options.strategy && { strategy: options.strategy }) });
    if (weights.length > 0) {
      const { weighs } = strategyFor(dataset.questionByName(question), options.strategy!);
      io.display(tableBundle({ caption: `Annotators by ${options.strategy}: ${weighs}`, unit: 'annotator', columns: ['annotator', 'weight'], rows: weights.map(({ annotator, weight }) => [annotator ?? 'not named', weight.toFixed(3)]) }));
    }
    io.display(tableBundle({ caption: `${args[0]} by ${options.strategy ?? 'default'}`, unit: 'record', columns: ['id', 'value'], rows: all.map(({ id, value }) => [id, text(value)]) }));
    return all;
  },
});

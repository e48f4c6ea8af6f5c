import type { AnswerValue, ResponseStatus } from '../dataset/record.js';
import { UserError } from '../error.js';
import { nearest } from '../nearest.js';
import { AnswerCollector } from './answers.js';
import type { Feedback, FeedbackQuestion } from './feedback.js';
import { strategyFor } from './strategies/index.js';
import { tied, unanswered, type AnnotatorWeight, type Answers, type Setting, type Strategy, type Ties, type Unified } from './strategy.js';

export interface UnifyOptions {
  /** Default: `majority`, or `disagreement` for text and span questions, which have no other. */
  readonly strategy?: string;
  /** Default: `first`. */
  readonly ties?: Ties;
  /** For random ties. Default: 42. */
  readonly seed?: number;
  /** Which answers count. Default: submitted ones. */
  readonly statuses?: readonly ResponseStatus[];
  readonly signal?: AbortSignal;
}

export interface UnifiedRecord {
  readonly id: string;
  /** Null where nothing was unified; a list of answers for `disagreement`. */
  readonly value: AnswerValue | readonly AnswerValue[] | null;
}

/**
 * Unifies the answers to one question, record by record, in the order of the data set.
 * Throws `name/unknown-question`, `name/unknown-strategy`, `type/strategy`.
 *
 * @example
 * for await (const { id, value } of unify(messages, 'label', { strategy: 'majority' })) console.log(id, value);
 */
export async function* unify(dataset: Feedback, questionName: string, options: UnifyOptions = {}): AsyncGenerator<UnifiedRecord> {
  const question = questionOf(dataset, questionName);
  const strategy = strategyFor(question, options.strategy ?? defaultStrategy(question));
  const statuses = options.statuses ?? ['submitted'];
  const setting = await learn(dataset, strategy, statuses, {
    question,
    ties: options.ties ?? 'first',
    seed: options.seed ?? 42,
  });
  const run = strategy.unifier(setting);
  const answers = new AnswerCollector(question.name, statuses);
  for await (const batch of dataset.batches(projectionTo(question.name))) {
    options.signal?.throwIfAborted();
    for (let i = 0; i < batch.length; i++) {
      const id = batch.id.get(i);
      const value: Unified = answers.collect(batch, i) ? run(answers) : unanswered;
      yield { id, value: value === unanswered || value === tied ? null : value };
    }
  }
}

/**
 * How far a strategy trusts each annotator, in order of first appearance; nothing for strategies that count all alike.
 * Throws `name/unknown-question`, `name/unknown-strategy`, `type/strategy`.
 *
 * @example
 * for (const { annotator, weight } of await annotatorWeights(messages, 'label', { strategy: 'dawid_skene' })) console.log(annotator, weight);
 */
export async function annotatorWeights(dataset: Feedback, questionName: string, options: UnifyOptions = {}): Promise<readonly AnnotatorWeight[]> {
  const question = questionOf(dataset, questionName);
  const strategy = strategyFor(question, options.strategy ?? defaultStrategy(question));
  const { learned } = await learn(dataset, strategy, options.statuses ?? ['submitted'], { question, ties: 'first', seed: 42 });
  return strategy.annotatorWeights?.(learned) ?? [];
}

/** Lets a strategy that needs it look at the whole data set first; gives the setting that its unifier wants. */
export async function learn(
  dataset: Feedback,
  strategy: Strategy,
  statuses: readonly ResponseStatus[],
  setting: Setting,
): Promise<Setting> {
  if (!strategy.learn) return setting;
  return { ...setting, learned: await strategy.learn(answersOf(dataset, setting.question, statuses), setting) };
}

async function* answersOf(dataset: Feedback, question: FeedbackQuestion, statuses: readonly ResponseStatus[]): AsyncGenerator<Answers> {
  const answers = new AnswerCollector(question.name, statuses);
  for await (const batch of dataset.batches(projectionTo(question.name))) {
    for (let i = 0; i < batch.length; i++) {
      if (answers.collect(batch, i)) yield answers;
    }
  }
}

/** The question of that name; throws `name/unknown-question`. */
export function questionOf(dataset: Feedback, name: string): FeedbackQuestion {
  const question = dataset.questions.find((candidate) => candidate.name === name);
  if (question) return question;
  const names = dataset.questions.map((known) => known.name);
  throw new UserError(
    'name/unknown-question',
    `${dataset.name ? `The dataset "${dataset.name}"` : 'The dataset'} has no question "${name}".`,
    nearest(name, names) ?? `It has: ${names.join(', ') || 'none'}.`,
  );
}

function projectionTo(question: string) {
  return { fields: [], questions: [question], suggestions: [], metadata: false, vectors: false };
}

function defaultStrategy(question: FeedbackQuestion): string {
  return question.type === 'text' || question.type === 'span' ? 'disagreement' : 'majority';
}

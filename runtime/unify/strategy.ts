/** The shape of a strategy: how several annotators' answers to one question of one record become one. */
import type { AnswerValue } from '../dataset/record.js';
import { randomFrom } from '../random/random.js';
import type { FeedbackQuestion } from './feedback.js';

/** How equally good answers are decided; `first`: the order of the question's options. */
export type Ties = 'first' | 'random' | 'drop';

/** One record's answers that count, in the order of its responses; at least one. Only valid during the call. */
export interface Answers {
  readonly record: string;
  readonly values: readonly AnswerValue[];
  /** Who gave each value; null where the source names nobody. */
  readonly annotators: readonly (string | null)[];
}

export interface Setting {
  readonly question: FeedbackQuestion;
  readonly ties: Ties;
  readonly seed: number;
  /** What {@link Strategy.learn} found. */
  readonly learned?: unknown;
}

/** Nothing was unified: nobody answered, or the tie rule drops the record. */
export const unanswered = Symbol('unanswered');
export const tied = Symbol('tied');
export type Unified = AnswerValue | readonly AnswerValue[] | typeof unanswered | typeof tied;

/** How far an annotator is trusted: from 0 to 1. */
export interface AnnotatorWeight {
  /** `null` stands for all who are not named. */
  readonly annotator: string | null;
  readonly weight: number;
}

export interface Strategy {
  readonly name: string;
  /** Types of questions that it unifies. */
  readonly questions: readonly string[];
  readonly doc: string;
  /** Keeps every answer: the unified value is the list of them, and a task makes one row for each. */
  readonly keepsAll?: true;
  /** A first pass over the whole data set, for strategies that weigh annotators by all that they answered. */
  readonly learn?: (records: AsyncIterable<Answers>, setting: Setting) => Promise<unknown>;
  /** Of a strategy that weighs annotators: what the weight is, in words, and what was learned of each. */
  readonly weighs?: string;
  readonly annotatorWeights?: (learned: unknown) => readonly AnnotatorWeight[];
  /** Called once a task; what it gives is called once a record. */
  readonly unifier: (setting: Setting) => (answers: Answers) => Unified;
}

/** Picks one of equally good values, which come in the order that the rule `first` goes by. */
export function decide<T extends AnswerValue>(equal: readonly T[], setting: Setting, record: string): T | typeof tied {
  if (equal.length === 1 || setting.ties === 'first') return equal[0]!;
  if (setting.ties === 'drop') return tied;
  return equal[randomFrom(setting.seed, 'ties', setting.question.name, record).below(equal.length)]!;
}

/** Compares answers by the order of the question's options; what is not among them comes after, sorted. */
export function optionOrder(question: FeedbackQuestion): (a: string | number, b: string | number) => number {
  const position = new Map((question.options ?? []).map((option, index) => [String(option), index]));
  const place = (value: string | number) => position.get(String(value)) ?? position.size;
  return (a, b) => place(a) - place(b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** The most frequent values in order of first appearance; nothing is allocated where all agree. */
export function mostFrequent<T>(values: readonly T[]): readonly T[] {
  const first = values[0];
  if (values.every((value) => value === first)) return values.length > 1 ? [first as T] : values;
  const counts = new Map<T, number>();
  let most = 0;
  for (const value of values) {
    const count = (counts.get(value) ?? 0) + 1;
    counts.set(value, count);
    if (count > most) most = count;
  }
  const frequent: T[] = [];
  for (const [value, count] of counts) if (count === most) frequent.push(value);
  return frequent;
}

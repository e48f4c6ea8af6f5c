/** All answers to a question as small numbers, for strategies that learn about annotators from all that they answered. */
import type { FeedbackQuestion } from './feedback.js';
import { optionOrder, type Answers } from './strategy.js';

/** Votes of annotators for one class of each item: a vote `v` is by `by[v]` for `said[v]` of `item[v]`. */
export interface Votes {
  /** How many items, annotators, classes there are. */
  readonly items: number;
  readonly annotators: number;
  readonly classes: number;
  /** Votes of one item stand together, items in order. */
  readonly item: Int32Array;
  readonly by: Int32Array;
  readonly said: Int32Array;
}

/** A question's votes: one matter where it has one answer, one for each label where several may be chosen (no: 0, yes: 1). */
export interface Matters {
  /** Names of the annotators; all who are not named are one. */
  readonly annotators: readonly (string | null)[];
  /** What can be answered, in the order of the question's options. */
  readonly values: readonly (string | number)[];
  readonly votes: readonly Votes[];
}

export async function mattersOf(records: AsyncIterable<Answers>, question: FeedbackQuestion): Promise<Matters> {
  const several = question.type === 'multi_label';
  const annotators = new Numbers<string | null>();
  const seen = new Numbers<string | number>(question.options);
  const item: number[] = [];
  const by: number[] = [];
  /** What each vote chose: one value, or the values one after the other. */
  const chosen: (number | readonly number[])[] = [];
  let items = 0;
  for await (const { values, annotators: names } of records) {
    values.forEach((value, i) => {
      item.push(items);
      by.push(annotators.of(names[i] ?? null));
      chosen.push(several ? (value as readonly string[]).map((label) => seen.of(label)) : seen.of(value as string | number));
    });
    items++;
  }
  // What is not among the options comes after them, sorted, so that the order of records does not matter.
  const values = [...seen.all].sort(optionOrder(question));
  const place = new Int32Array(values.length);
  values.forEach((value, at) => (place[seen.of(value)] = at));
  const shared = { items, annotators: annotators.all.length, item: Int32Array.from(item), by: Int32Array.from(by) };
  if (!several) {
    return { annotators: annotators.all, values, votes: [{ ...shared, classes: values.length, said: Int32Array.from(chosen as number[], (value) => place[value]!) }] };
  }
  const said = values.map(() => new Int32Array(item.length));
  chosen.forEach((labels, vote) => {
    for (const label of labels as readonly number[]) said[place[label]!]![vote] = 1;
  });
  return { annotators: annotators.all, values, votes: said.map((yes) => ({ ...shared, classes: 2, said: yes })) };
}

/** Numbers in order of first appearance. */
class Numbers<T> {
  readonly all: T[] = [];
  readonly #known = new Map<T, number>();

  constructor(first: readonly T[] = []) {
    for (const value of first) this.of(value);
  }

  of(value: T): number {
    let number = this.#known.get(value);
    if (number === undefined) this.#known.set(value, (number = this.all.push(value) - 1));
    return number;
  }
}

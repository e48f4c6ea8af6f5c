/** Krippendorff's alpha (Krippendorff, Content Analysis, 2004, chapter 11): 1 - observed / expected disagreement. */

/** Answers to one record, as numbers of categories. */
export type Unit = readonly number[];

/** A measure, or null and why there is none. */
export interface Measured {
  readonly value: number | null;
  readonly reason?: string;
}

/**
 * Alpha of units; those with fewer than two answers do not count. 1 where all answers are the same.
 *
 * @example
 * alpha([[0, 0], [1, 1], [0, 1]], 2, () => (a, b) => (a === b ? 0 : 1)); // { value: 0.4444444444444444 }
 */
export function alpha(
  units: readonly Unit[],
  categories: number,
  distance: (counts: readonly number[]) => (a: number, b: number) => number,
): Measured {
  const pairable = units.filter((unit) => unit.length > 1);
  if (pairable.length === 0) return { value: null, reason: 'no record has two answers' };
  const counts = new Array<number>(categories).fill(0);
  let answers = 0;
  for (const unit of pairable) {
    answers += unit.length;
    for (const category of unit) counts[category]!++;
  }
  const between = distance(counts);
  let observed = 0;
  for (const unit of pairable) {
    let sum = 0;
    for (let i = 1; i < unit.length; i++) for (let j = 0; j < i; j++) if (unit[i] !== unit[j]) sum += between(unit[i]!, unit[j]!);
    observed += (2 * sum) / (unit.length - 1);
  }
  const present = counts.flatMap((count, category) => (count > 0 ? [category] : []));
  let expected = 0;
  for (let i = 1; i < present.length; i++) {
    for (let j = 0; j < i; j++) expected += 2 * counts[present[i]!]! * counts[present[j]!]! * between(present[i]!, present[j]!);
  }
  if (expected === 0) return { value: 1, reason: 'all answers are the same' };
  return { value: 1 - ((answers - 1) * observed) / expected };
}

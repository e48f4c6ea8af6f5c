/** How far two answers lie apart, by type of question: what Krippendorff's alpha weighs disagreement with. */
import type { AnswerValue, RankedItem } from '../dataset/record.js';

export type DistanceName = 'nominal' | 'ordinal' | 'interval' | 'masi' | 'jaccard' | 'rank';

/** An answer as alpha counts it: equal keys are equal answers. */
export interface Category {
  readonly value: AnswerValue;
  readonly key: string;
}

/** Squared difference of two categories; `counts`: how often each was given (the ordinal one depends on it). */
export type Distance = (categories: readonly Category[], counts: readonly number[]) => (a: number, b: number) => number;

export const distances: Readonly<Record<DistanceName, Distance>> = {
  nominal: () => (a, b) => (a === b ? 0 : 1),
  interval: (categories) => (a, b) => (Number(categories[a]!.value) - Number(categories[b]!.value)) ** 2,
  ordinal,
  masi: bySets(masi),
  jaccard: bySets((shared, union) => 1 - shared / union),
  rank: (categories) => (a, b) =>
    rankDistance(categories[a]!.value as readonly RankedItem[], categories[b]!.value as readonly RankedItem[]),
};

/** Distances that make sense for a type of question, the usual one first; none for texts and spans. */
export const distancesFor: Readonly<Record<string, readonly DistanceName[]>> = {
  label: ['nominal'],
  multi_label: ['masi', 'jaccard', 'nominal'],
  rating: ['interval', 'ordinal', 'nominal'],
  ranking: ['rank', 'nominal'],
};

/** Equal for equal answers: of labels the set, of a ranking the rank of each option. */
export function categoryOf(value: AnswerValue, type: string): Category {
  switch (type) {
    case 'multi_label':
      return { value, key: JSON.stringify([...new Set(value as readonly string[])].sort()) };
    case 'ranking':
      return { value, key: JSON.stringify((value as readonly RankedItem[]).map(({ value, rank }) => [value, rank]).sort()) };
    default:
      return { value, key: typeof value === 'object' ? JSON.stringify(value) : String(value) };
  }
}

/** Krippendorff's: the answers between two values, half of those with the values themselves, squared. */
function ordinal(categories: readonly Category[], counts: readonly number[]): (a: number, b: number) => number {
  const order = categories.map((_, index) => index).sort((a, b) => Number(categories[a]!.value) - Number(categories[b]!.value));
  const place = new Array<number>(order.length);
  const before: number[] = [0];
  order.forEach((category, i) => {
    place[category] = i;
    before.push(before[i]! + counts[category]!);
  });
  return (a, b) => {
    const [low, high] = place[a]! < place[b]! ? [a, b] : [b, a];
    const between = before[place[high]! + 1]! - before[place[low]!]!;
    return a === b ? 0 : (between - (counts[low]! + counts[high]!) / 2) ** 2;
  };
}

function bySets(distance: (shared: number, union: number, smaller: number, larger: number) => number): Distance {
  return (categories) => {
    const sets = categories.map(({ value }) => new Set(value as readonly string[]));
    return (a, b) => {
      const [left, right] = [sets[a]!, sets[b]!];
      let shared = 0;
      for (const label of left) if (right.has(label)) shared++;
      const union = left.size + right.size - shared;
      return union === 0 ? 0 : distance(shared, union, Math.min(left.size, right.size), Math.max(left.size, right.size));
    };
  };
}

/** Passonneau (2006), Measuring Agreement on Set-valued Items: Jaccard, weighted by how the sets lie to each other. */
function masi(shared: number, union: number, smaller: number, larger: number): number {
  const weight = shared === larger ? 1 : shared === smaller ? 2 / 3 : shared > 0 ? 1 / 3 : 0;
  return 1 - (shared / union) * weight;
}

/** (1 - Kendall's tau-b) / 2 over the options that both rank; 1/2 where one of them ranks all the same. */
export function rankDistance(a: readonly RankedItem[], b: readonly RankedItem[]): number {
  const inB = new Map(b.map(({ value, rank }) => [value, rank]));
  const ranks = a.flatMap(({ value, rank }) => {
    const other = inB.get(value) ?? null;
    return rank === null || other === null ? [] : [[rank, other] as const];
  });
  let [balance, untiedA, untiedB, different] = [0, 0, 0, false];
  for (let i = 0; i < ranks.length; i++) {
    for (let j = 0; j < i; j++) {
      const left = Math.sign(ranks[i]![0] - ranks[j]![0]);
      const right = Math.sign(ranks[i]![1] - ranks[j]![1]);
      balance += left * right;
      untiedA += Math.abs(left);
      untiedB += Math.abs(right);
      different ||= left !== right;
    }
  }
  if (untiedA === 0 || untiedB === 0) return different ? 0.5 : 0;
  return (1 - balance / Math.sqrt(untiedA * untiedB)) / 2;
}

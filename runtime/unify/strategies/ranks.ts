/** Rankings option by option. */
import type { AnswerValue, RankedItem } from '../../dataset/record.js';
import { unanswered } from '../strategy.js';

/** Equal exactly for rankings that give every option the same rank, in whatever order they list them. */
export function rankingKey(items: readonly RankedItem[]): string {
  return JSON.stringify(items.map(({ value, rank }) => [value, rank]).sort((a, b) => (a[0]! < b[0]! ? -1 : a[0]! > b[0]! ? 1 : 0)));
}

/**
 * One rank for each option from the ranks that the answers give it (options that an answer leaves out, or lists without
 * a rank, do not count there), in order of first appearance.
 */
export function rankByOption(answers: readonly AnswerValue[], combine: (ranks: readonly number[]) => number): readonly RankedItem[] {
  const ranks = new Map<string, number[]>();
  for (const items of answers as readonly (readonly RankedItem[])[]) {
    for (const { value, rank } of items) {
      if (rank === null) continue;
      const known = ranks.get(value);
      if (known) known.push(rank);
      else ranks.set(value, [rank]);
    }
  }
  return [...ranks].map(([value, list]) => ({ value, rank: combine(list) }));
}

/** Best rank first, equal ranks in the order of before; nothing ranked is nothing unified. */
export function bestFirst(items: readonly RankedItem[]): readonly RankedItem[] | typeof unanswered {
  return items.length === 0 ? unanswered : [...items].sort((a, b) => a.rank! - b.rank!);
}

const beforeRounding = new WeakMap<object, readonly RankedItem[]>();

/** Remembers, beside a ranking whose ranks are rounded, what they were. */
export function keepExact(ranking: object, exact: readonly RankedItem[]): void {
  beforeRounding.set(ranking, exact);
}

/** The ranks before they were rounded: pairs of a ranking are taken from these. */
export function exactRanks(ranking: readonly RankedItem[]): readonly RankedItem[] {
  return beforeRounding.get(ranking) ?? ranking;
}

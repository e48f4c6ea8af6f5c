/** Rankings option by option. */
import type { AnswerValue, RankedItem } from '../../dataset/record.js';
import { unanswered, type Unified } from '../strategy.js';

/** Equal exactly for rankings that give every option the same rank, in whatever order they list them. */
export function rankingKey(items: readonly RankedItem[]): string {
  return JSON.stringify(items.map(({ value, rank }) => [value, rank]).sort((a, b) => (a[0]! < b[0]! ? -1 : a[0]! > b[0]! ? 1 : 0)));
}

/**
 * One rank for each option from the ranks that the answers give it (options that an answer leaves out, or lists without
 * a rank, do not count there), best first, equal ranks in the order of first appearance.
 */
export function rankByOption(answers: readonly AnswerValue[], combine: (ranks: readonly number[]) => number): Unified {
  const ranks = new Map<string, number[]>();
  for (const items of answers as readonly (readonly RankedItem[])[]) {
    for (const { value, rank } of items) {
      if (rank === null) continue;
      const known = ranks.get(value);
      if (known) known.push(rank);
      else ranks.set(value, [rank]);
    }
  }
  if (ranks.size === 0) return unanswered;
  return [...ranks].map(([value, list]) => ({ value, rank: combine(list) })).sort((a, b) => a.rank - b.rank);
}

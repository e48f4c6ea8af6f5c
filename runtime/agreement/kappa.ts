/** Kappa: the share of equal answers, corrected for those that would be equal by chance. */
import type { Measured, Unit } from './alpha.js';

/**
 * Cohen's kappa of two annotators (Educational and Psychological Measurement 20, 1960); each unit is the one's answer and the
 * other's. Undefined where both always give the same answer.
 *
 * @example
 * cohenKappa([[0, 0], [1, 1], [0, 1], [1, 1]], 2); // { value: 0.5 }
 */
export function cohenKappa(units: readonly (readonly [number, number])[], categories: number): Measured {
  if (units.length === 0) return { value: null, reason: 'no record has answers of both' };
  const [left, right] = [new Float64Array(categories), new Float64Array(categories)];
  let equal = 0;
  for (const [a, b] of units) {
    left[a]!++;
    right[b]!++;
    if (a === b) equal++;
  }
  const n = units.length;
  let chance = 0;
  for (let k = 0; k < categories; k++) chance += (left[k]! / n) * (right[k]! / n);
  return corrected(equal / n, chance);
}

/**
 * Fleiss' kappa (Psychological Bulletin 76, 1971). It is made for records with equally many answers, so that only those with
 * the most frequent number of answers, from two on, count; `records` says how many these are.
 *
 * @example
 * fleissKappa([[0, 0, 1], [1, 1, 1]], 2); // { value: 0.25, answersPerRecord: 3, records: 2 }
 */
export function fleissKappa(units: readonly Unit[], categories: number): Measured & { readonly answersPerRecord: number | null; readonly records: number } {
  const sizes = new Map<number, number>();
  for (const { length } of units) if (length > 1) sizes.set(length, (sizes.get(length) ?? 0) + 1);
  const [most] = [...sizes].sort(([a, x], [b, y]) => y - x || b - a);
  if (!most) return { value: null, reason: 'no record has two answers', answersPerRecord: null, records: 0 };
  const [size, records] = most;
  const shares = new Float64Array(categories);
  let agreement = 0;
  for (const unit of units) {
    if (unit.length !== size) continue;
    let equal = 0;
    for (let i = 0; i < size; i++) {
      shares[unit[i]!]! += 1 / (records * size);
      for (let j = 0; j < i; j++) if (unit[i] === unit[j]) equal++;
    }
    agreement += (2 * equal) / (size * (size - 1)) / records;
  }
  const chance = shares.reduce((sum, share) => sum + share * share, 0);
  return { ...corrected(agreement, chance), answersPerRecord: size, records };
}

function corrected(observed: number, chance: number): Measured {
  if (1 - chance < 1e-12) return { value: null, reason: 'all answers are the same, which chance would give as well' };
  return { value: (observed - chance) / (1 - chance) };
}

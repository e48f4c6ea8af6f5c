/** How sure a measure is: the middle 95 % of what it gives for records drawn again, with replacement (Efron, 1979). */
import { randomFrom } from '../random/random.js';
import type { Unit } from './alpha.js';

export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly resamples: number;
}

/** More different answers than this make the expected disagreement too slow to be worked out a thousand times. */
const mostCategories = 1500;

/**
 * The interval of Krippendorff's alpha; nothing where it is not defined, or there are too many different answers.
 * @param between the squared distance of two categories, which does not depend on how often they are given.
 */
export function alphaInterval(units: readonly Unit[], categories: number, between: (a: number, b: number) => number, { resamples, seed }: { readonly resamples: number; readonly seed: number }): Interval | null {
  const pairable = units.filter((unit) => unit.length > 1);
  if (pairable.length < 2 || resamples < 2 || categories > mostCategories) return null;
  const distances = new Float64Array(categories * categories);
  for (let a = 1; a < categories; a++) for (let b = 0; b < a; b++) distances[a * categories + b] = between(a, b);
  const distance = (a: number, b: number): number => distances[a > b ? a * categories + b : b * categories + a]!;
  // Units with the same answers add the same, and there are few kinds of them.
  const kinds = new Map<string, number>();
  const examples: Unit[] = [];
  const kindOf = Int32Array.from(pairable, (unit) => {
    const sorted = [...unit].sort((a, b) => a - b);
    const key = sorted.join(' ');
    let kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, (kind = examples.push(sorted) - 1));
    return kind;
  });
  const observed = examples.map((unit) => {
    let sum = 0;
    for (let i = 1; i < unit.length; i++) for (let j = 0; j < i; j++) if (unit[i] !== unit[j]) sum += distance(unit[i]!, unit[j]!);
    return (2 * sum) / (unit.length - 1);
  });
  const random = randomFrom(seed, 'bootstrap', pairable.length);
  const drawn = new Int32Array(examples.length);
  const counts = new Float64Array(categories);
  const values = Float64Array.from({ length: resamples }, () => {
    drawn.fill(0);
    counts.fill(0);
    for (let draw = 0; draw < kindOf.length; draw++) drawn[kindOf[random.below(kindOf.length)]!]!++;
    let disagreement = 0;
    let n = 0;
    examples.forEach((unit, kind) => {
      const times = drawn[kind]!;
      disagreement += times * observed[kind]!;
      n += times * unit.length;
      for (const category of unit) counts[category]! += times;
    });
    let expected = 0;
    for (let a = 1; a < categories; a++) {
      if (counts[a] === 0) continue;
      let sum = 0;
      for (let b = 0; b < a; b++) sum += counts[b]! * distances[a * categories + b]!;
      expected += 2 * counts[a]! * sum;
    }
    return expected === 0 ? 1 : 1 - ((n - 1) * disagreement) / expected;
  }).sort();
  return { low: quantile(values, 0.025), high: quantile(values, 0.975), resamples };
}

/** Between the neighbours of its place, as far as it lies between them. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  return sorted[below]! + (at - below) * (sorted[Math.min(below + 1, sorted.length - 1)]! - sorted[below]!);
}

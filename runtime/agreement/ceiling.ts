/** What a person reaches: how often somebody's answer is what the others' answers make together. */
import type { Measured, Unit } from './alpha.js';

/** Records' answers with who gave each; -1 for nobody in particular. */
export interface UnitBy {
  readonly unit: Unit;
  readonly by: readonly number[];
}

/**
 * The share of answers that are the majority of the other answers to the same record, of which there are two at least; where
 * several of those are equally frequent, one of `n` counts `1 / n`. No classifier can be shown to be better than that.
 */
export function humanCeiling(records: readonly UnitBy[], annotators: number): { readonly all: Measured; readonly each: readonly Measured[] } {
  const right = new Float64Array(annotators + 1);
  const count = new Float64Array(annotators + 1);
  for (const { unit, by } of records) {
    if (unit.length < 3) continue;
    const times = new Map<number, number>();
    for (const category of unit) times.set(category, (times.get(category) ?? 0) + 1);
    unit.forEach((own, i) => {
      let most = 0;
      let equal = 0;
      for (const [category, all] of times) {
        const others = category === own ? all - 1 : all;
        if (others > most) [most, equal] = [others, 1];
        else if (others === most) equal++;
      }
      const credit = times.get(own)! - 1 === most ? 1 / equal : 0;
      const who = by[i]! < 0 ? annotators : by[i]!;
      right[who]! += credit;
      count[who]!++;
    });
  }
  const measured = (share: number, of: number): Measured => (of === 0 ? { value: null, reason: 'no record has three answers' } : { value: share / of });
  const sum = (numbers: Float64Array): number => numbers.reduce((total, number) => total + number, 0);
  return { all: measured(sum(right), sum(count)), each: Array.from({ length: annotators }, (_, i) => measured(right[i]!, count[i]!)) };
}

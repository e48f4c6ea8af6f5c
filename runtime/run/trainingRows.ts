import { UserError } from '../error.js';

/** Throws `train/no-rows`. */
export function needRows(count: number): void {
  if (count === 0) throw new UserError('train/no-rows', 'There are no training rows.', 'See what %prepare dropped and why, or give a larger train_size.');
}

/**
 * The labels that training rows have, each row's in a list of its own: a classifier can learn from no others.
 * Throws `train/no-rows`, `train/no-labels`, and `train/one-class` where a row has one label and all have the same.
 */
export function occurringLabels(rows: readonly (readonly string[])[], multiLabel: boolean): ReadonlySet<string> {
  needRows(rows.length);
  const occurring = new Set(rows.flat());
  if (occurring.size === 0) throw new UserError('train/no-labels', 'No training row has a label.', 'Look at the rows with %prepare.');
  if (occurring.size === 1 && !multiLabel) {
    throw new UserError('train/one-class', `All ${rows.length} training rows have the label "${[...occurring][0]}".`, 'A classifier needs rows of at least two labels.');
  }
  return occurring;
}

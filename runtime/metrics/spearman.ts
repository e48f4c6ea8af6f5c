import type { Metric } from './metric.js';
import { correlation } from './pearson.js';

export const spearman: Metric = {
  name: 'spearman',
  questions: ['rating'],
  doc: "Spearman's correlation of ranks; equal ratings share the mean of their ranks.",
  measure: ({ truth, predicted }) => correlation(ranks(truth as readonly number[]), ranks(predicted as readonly number[])),
};

/** Rank of each value from 1 on. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const ranked = new Array<number>(values.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) ranked[order[i]!] = (start + 1 + end) / 2;
  }
  return ranked;
}

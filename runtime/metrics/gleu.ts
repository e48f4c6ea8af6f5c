import type { Metric } from './metric.js';

export const gleu: Metric = {
  name: 'gleu',
  questions: ['text'],
  doc: 'Google-BLEU of all texts together: the smaller one of precision and recall of their n-grams (Wu et al. 2016), with the tokenizer 13a.',
  measure: ({ overlaps }) => {
    let [shared, most] = [0, 0];
    for (const overlap of overlaps) {
      shared += total(overlap.shared);
      most += Math.max(total(overlap.truth), total(overlap.predicted));
    }
    return most === 0 ? { value: null, reason: 'all texts are empty' } : { value: shared / most };
  },
};

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

import type { Metric } from './metric.js';
import { ngramOverlap } from './ngramOverlap.js';
import { tokens13a } from './tokens13a.js';

export const gleu: Metric = {
  name: 'gleu',
  questions: ['text'],
  doc: 'Google-BLEU of all texts together: the smaller one of precision and recall of their n-grams (Wu et al. 2016), with the tokenizer 13a.',
  measure: ({ truth, predicted }) => {
    let [shared, most] = [0, 0];
    truth.forEach((text, row) => {
      const overlap = ngramOverlap(tokens13a(text as string), tokens13a(predicted[row] as string));
      shared += total(overlap.shared);
      most += Math.max(total(overlap.truth), total(overlap.predicted));
    });
    return most === 0 ? { value: null, reason: 'all texts are empty' } : { value: shared / most };
  },
};

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

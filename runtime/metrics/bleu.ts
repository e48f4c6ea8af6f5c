import type { Metric } from './metric.js';
import { longest, type Overlap } from './ngramOverlap.js';

export const bleu: Metric = {
  name: 'bleu',
  questions: ['text'],
  doc: 'BLEU of all texts together, from 0 to 100, as sacrebleu computes it (tokenizer 13a, exponential smoothing, case counts).',
  measure: ({ overlaps }) => {
    const sums = (of: keyof Overlap): number[] => Array.from({ length: longest }, (_, i) => overlaps.reduce((sum, overlap) => sum + overlap[of][i]!, 0));
    const [shared, truth, given] = [sums('shared'), sums('truth'), sums('predicted')];
    if (truth[0] === 0 && given[0] === 0) return { value: null, reason: 'all texts are empty' };
    // Nothing in common, or no text has four tokens.
    if (shared[0] === 0 || given.at(-1) === 0) return { value: 0 };
    let smoothing = 1;
    const logs = shared.map((count, i) => Math.log(count > 0 ? count / given[i]! : 1 / ((smoothing *= 2) * given[i]!)));
    const brevity = given[0]! < truth[0]! ? Math.exp(1 - truth[0]! / given[0]!) : 1;
    return { value: 100 * brevity * Math.exp(logs.reduce((sum, log) => sum + log, 0) / longest) };
  },
};

import type { Measured } from '../agreement/index.js';
import type { Metric } from './metric.js';
import { longest, ngramOverlap } from './ngramOverlap.js';
import { tokens13a } from './tokens13a.js';

export const bleu: Metric = {
  name: 'bleu',
  questions: ['text'],
  doc: 'BLEU of all texts together, from 0 to 100, as sacrebleu computes it (tokenizer 13a, exponential smoothing, case counts).',
  measure: ({ truth, predicted }) => corpusBleu(truth as readonly string[], predicted as readonly string[]),
};

function corpusBleu(truth: readonly string[], predicted: readonly string[]): Measured {
  const [shared, given] = [new Array<number>(longest).fill(0), new Array<number>(longest).fill(0)];
  let [truthLength, length] = [0, 0];
  truth.forEach((text, row) => {
    const [wanted, tokens] = [tokens13a(text), tokens13a(predicted[row]!)];
    const overlap = ngramOverlap(wanted, tokens);
    truthLength += wanted.length;
    length += tokens.length;
    for (let i = 0; i < longest; i++) {
      shared[i]! += overlap.shared[i]!;
      given[i]! += overlap.predicted[i]!;
    }
  });
  if (truthLength + length === 0) return { value: null, reason: 'all texts are empty' };
  // Nothing in common, or no text has four tokens.
  if (shared[0] === 0 || given.at(-1) === 0) return { value: 0 };
  let smoothing = 1;
  const logs = shared.map((count, i) => Math.log(count > 0 ? count / given[i]! : 1 / ((smoothing *= 2) * given[i]!)));
  const brevity = length < truthLength ? Math.exp(1 - truthLength / length) : 1;
  return { value: 100 * brevity * Math.exp(logs.reduce((sum, log) => sum + log, 0) / longest) };
}

import type { Metric } from './metric.js';

export const rougeL: Metric = {
  name: 'rouge_l',
  questions: ['text'],
  doc: 'ROUGE-L: F1 of the longest common subsequence of words, the mean over the texts, as rouge-score computes it (words of the letters a to z and digits, no stemming).',
  measure: ({ truth, predicted }) => {
    const texts = truth.map((text, row) => [words(text as string), words(predicted[row] as string)] as const);
    if (texts.every(([wanted, given]) => wanted.length === 0 && given.length === 0)) return { value: null, reason: 'no text has words of the letters a to z, which are all that ROUGE reads' };
    return { value: texts.reduce((sum, [wanted, given]) => sum + fMeasure(wanted, given), 0) / texts.length };
  },
};

const words = (text: string): string[] => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];

function fMeasure(truth: readonly string[], predicted: readonly string[]): number {
  const common = longestCommonSubsequence(truth, predicted);
  return common === 0 ? 0 : (2 * common) / (truth.length + predicted.length);
}

function longestCommonSubsequence(a: readonly string[], b: readonly string[]): number {
  const row = new Uint32Array(b.length + 1);
  for (const word of a) {
    let diagonal = 0;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j]!;
      row[j] = word === b[j - 1] ? diagonal + 1 : Math.max(above, row[j - 1]!);
      diagonal = above;
    }
  }
  return row[b.length]!;
}

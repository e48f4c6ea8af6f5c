import type { Measured } from '../agreement/index.js';
import type { AnswerValue } from '../dataset/record.js';
import type { Metric } from './metric.js';

export const pearson: Metric = {
  name: 'pearson',
  questions: ['label', 'rating'],
  doc: "Pearson's correlation; labels are numbered in alphabetical order, as Argilla does.",
  measure: ({ question, truth, predicted }) => {
    if (question.type === 'rating') return correlation(truth as readonly number[], predicted as readonly number[]);
    const labels = [...new Set([...truth, ...predicted])].sort();
    const place = new Map(labels.map((label, index) => [label, index]));
    const number = (label: AnswerValue): number => place.get(label)!;
    return correlation(truth.map(number), predicted.map(number));
  },
};

/** Pearson's correlation of two series; null where it is not defined. */
export function correlation(x: readonly number[], y: readonly number[]): Measured {
  if (x.length < 2) return { value: null, reason: 'a correlation needs two answers or more' };
  if ([x, y].some((series) => series.every((value) => value === series[0]))) return { value: null, reason: 'all answers or all suggestions are the same' };
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [a, b] = [x[i]! - meanX, y[i]! - meanY];
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  return { value: Math.max(-1, Math.min(1, xy / Math.sqrt(xx) / Math.sqrt(yy))) };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

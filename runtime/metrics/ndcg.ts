import type { RankedItem } from '../dataset/record.js';
import type { Metric } from './metric.js';

export const ndcg: Metric = {
  name: 'ndcg',
  questions: ['ranking'],
  doc: "Normalised discounted cumulative gain: how high the best options stand in the suggested order. Of n options that of rank 1 has relevance n, that of rank n relevance 1, one without a rank 0; the mean over the records.",
  measure: ({ question, truth, predicted }) => {
    let sum = 0;
    truth.forEach((ranking, i) => (sum += ofRecord(question.options ?? [], ranking as readonly RankedItem[], predicted[i] as readonly RankedItem[])));
    return { value: sum / truth.length };
  },
};

function ofRecord(options: readonly (string | number)[], truth: readonly RankedItem[], predicted: readonly RankedItem[]): number {
  const items = [...new Set([...options.map(String), ...truth.map(({ value }) => value), ...predicted.map(({ value }) => value)])];
  const highest = Math.max(items.length, ...[...truth, ...predicted].map(({ rank }) => rank ?? 0));
  const relevance = (ranking: readonly RankedItem[]): number[] => {
    const rank = new Map(ranking.map((item) => [item.value, item.rank]));
    return items.map((item) => (rank.get(item) ? highest + 1 - rank.get(item)! : 0));
  };
  const gains = relevance(truth);
  const best = cumulativeGain(gains, gains);
  return best === 0 ? 0 : cumulativeGain(gains, relevance(predicted)) / best;
}

/** The gains in the order of the scores; among equal scores each place has their mean gain, as in scikit-learn. */
function cumulativeGain(gains: readonly number[], scores: readonly number[]): number {
  const order = scores.map((_, index) => index).sort((a, b) => scores[b]! - scores[a]!);
  let sum = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    let [gain, discount] = [0, 0];
    for (; end < order.length && scores[order[end]!] === scores[order[start]!]; end++) {
      gain += gains[order[end]!]!;
      discount += 1 / Math.log2(end + 2);
    }
    sum += (gain / (end - start)) * discount;
  }
  return sum;
}

import { scoredStrategy, type Scorer } from '../scored.js';
import type { Votes } from '../votes.js';

/**
 * Worker agreement with aggregate: an annotator weighs as much as the share of the own answers that are the majority's. Where
 * several answers are equally frequent, one of `n` counts `1 / n`.
 */
export function agreementWithMajority({ items, annotators, classes, item, by, said }: Votes): Float64Array {
  const agreed = new Float64Array(annotators);
  const answers = new Float64Array(annotators);
  const counts = new Int32Array(classes);
  for (let start = 0, current = 0; current < items; current++) {
    let end = start;
    counts.fill(0);
    for (; end < item.length && item[end] === current; end++) counts[said[end]!]!++;
    const most = Math.max(...counts);
    const equal = counts.reduce((sum, count) => sum + Number(count === most), 0);
    for (let vote = start; vote < end; vote++) {
      answers[by[vote]!]!++;
      if (counts[said[vote]!] === most) agreed[by[vote]!]! += 1 / equal;
    }
    start = end;
  }
  return agreed.map((sum, annotator) => sum / answers[annotator]!);
}

export const weightedMajority = scoredStrategy(
  {
    name: 'weighted_majority',
    doc:
      'The answer with the most weight behind it; an annotator weighs the share of the own answers that are the majority\'s ' +
      '(worker agreement with aggregate). Multi-label: each label on its own. Equal weights by the tie rule.',
    weighs: 'share of the own answers that are the majority\'s',
  },
  (votes): Scorer => {
    const weights = agreementWithMajority(votes);
    const scores = new Float64Array(votes.classes);
    return {
      weights,
      scores(by, said) {
        scores.fill(0);
        by.forEach((annotator, i) => (scores[said[i]!]! += weights[annotator]!));
        return scores;
      },
    };
  },
);

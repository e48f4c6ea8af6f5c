import { unanswered, type Strategy } from '../strategy.js';
import { bestFirst, keepExact, rankByOption } from './ranks.js';

export const mean: Strategy = {
  name: 'mean',
  questions: ['rating', 'ranking'],
  doc:
    'Ratings: the mean, a number that need not be on the scale. Rankings: each option by its mean rank, rounded half to ' +
    'even; pairs are taken from the means before rounding.',
  unifier: ({ question }) => {
    if (question.type === 'rating') return ({ values }) => meanOf(values as readonly number[]);
    return ({ values }) => {
      const exact = rankByOption(values, meanOf);
      const ranking = bestFirst(exact.map(({ value, rank }) => ({ value, rank: roundHalfToEven(rank!) })));
      if (ranking !== unanswered) keepExact(ranking, exact);
      return ranking;
    };
  },
};

function meanOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

import { type Strategy } from '../strategy.js';
import { bestFirst, rankByOption } from './ranks.js';

export const min: Strategy = {
  name: 'min',
  questions: ['rating', 'ranking'],
  doc: 'The smallest rating; for rankings each option by the smallest rank that it was given.',
  unifier: ({ question }) =>
    question.type === 'rating'
      ? ({ values }) => Math.min(...(values as readonly number[]))
      : ({ values }) => bestFirst(rankByOption(values, (ranks) => Math.min(...ranks))),
};

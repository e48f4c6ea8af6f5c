import { type Strategy } from '../strategy.js';
import { bestFirst, rankByOption } from './ranks.js';

export const max: Strategy = {
  name: 'max',
  questions: ['rating', 'ranking'],
  doc: 'The largest rating; for rankings each option by the largest rank that it was given.',
  unifier: ({ question }) =>
    question.type === 'rating'
      ? ({ values }) => Math.max(...(values as readonly number[]))
      : ({ values }) => bestFirst(rankByOption(values, (ranks) => Math.max(...ranks))),
};

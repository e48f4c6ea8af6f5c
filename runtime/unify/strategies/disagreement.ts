import { type Strategy } from '../strategy.js';

export const disagreement: Strategy = {
  name: 'disagreement',
  questions: ['text', 'label', 'multi_label', 'rating', 'ranking', 'span'],
  doc: 'Every answer, in the order of the responses; a task makes one row for each.',
  keepsAll: true,
  unifier:
    () =>
    ({ values }) => [...values],
};

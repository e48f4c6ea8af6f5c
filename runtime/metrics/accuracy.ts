import { classed } from './comparison.js';
import type { Metric } from './metric.js';

export const accuracy: Metric = {
  name: 'accuracy',
  questions: classed,
  doc: 'Share of equal answers; of several labels all must be right.',
  measure: (compared) => compared.average('accuracy'),
};

import { classed } from './comparison.js';
import type { Metric } from './metric.js';

export const precision: Metric = {
  name: 'precision',
  questions: classed,
  doc: 'Of what was given as a class, the share that is; the mean over the classes that occur (macro).',
  measure: (compared) => compared.average('precision'),
};

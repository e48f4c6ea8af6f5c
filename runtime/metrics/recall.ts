import { classed } from './comparison.js';
import type { Metric } from './metric.js';

export const recall: Metric = {
  name: 'recall',
  questions: classed,
  doc: 'Of what is a class, the share that was given as it; the mean over the classes that occur (macro).',
  measure: (compared) => compared.average('recall'),
};

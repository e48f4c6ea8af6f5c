import { classed } from './comparison.js';
import type { Metric } from './metric.js';

export const f1: Metric = {
  name: 'f1',
  questions: classed,
  doc: 'Harmonic mean of precision and recall of a class; the mean over the classes that occur (macro).',
  measure: (compared) => compared.average('f1'),
};

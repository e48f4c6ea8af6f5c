/** The shape of a metric: how near suggestions come to the answers. */
import type { Measured } from '../agreement/index.js';
import type { Comparison } from './comparison.js';

export interface Metric {
  readonly name: string;
  /** Types of questions that it is for. */
  readonly questions: readonly string[];
  readonly doc: string;
  /** Only asked where there is something to compare. */
  readonly measure: (compared: Comparison) => Measured;
}

/** What unification, tasks and measures ask of a data set; `FeedbackDataset` is of this shape. */
import type { Projection, RecordBatch } from '../dataset/record.js';

export interface FeedbackQuestion {
  readonly name: string;
  /** text, label, multi_label, rating, ranking, span. */
  readonly type: string;
  /** Labels, or values of the scale, in the question's order; absent where they come from the data. */
  readonly options?: readonly (string | number)[] | undefined;
  /** Of a span question: the field whose parts are labelled. */
  readonly field?: string | undefined;
}

export interface Feedback {
  readonly name?: string | undefined;
  /** What it is, for people: `folder "data/emotion"`. */
  readonly description?: string | undefined;
  readonly fields: readonly { readonly name: string }[];
  readonly questions: readonly FeedbackQuestion[];
  readonly vectorsSettings?: readonly { readonly name: string }[] | undefined;
  /** Number of records where it is known without reading them. */
  readonly count?: number | undefined;
  batches(projection?: Projection): AsyncIterable<RecordBatch>;
  fingerprint(): Promise<string>;
}

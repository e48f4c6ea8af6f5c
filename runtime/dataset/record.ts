/** Records as annotators left them: fields, responses, suggestions; the words are Argilla's. */

export type ResponseStatus = 'submitted' | 'draft' | 'discarded';

/** One option of a ranking answer; rank 1 is best, equal ranks are ties. */
export interface RankedItem {
  readonly value: string;
  readonly rank: number | null;
}

/** A labelled part of a field; `start` and `end` count code points, half-open. */
export interface Span {
  readonly label: string;
  readonly start: number;
  readonly end: number;
  readonly score?: number;
}

/** An answer by question type: text and label a string, rating a number, multi_label strings, ranking and span lists. */
export type AnswerValue = string | number | readonly string[] | readonly RankedItem[] | readonly Span[];

/** One annotator's answers to one record. */
export interface FeedbackResponse {
  /** The annotator; `null` where the source names none. */
  readonly annotator: string | null;
  readonly status: ResponseStatus;
  /** Question name to answer; questions left open are absent. */
  readonly values: Readonly<Record<string, AnswerValue>>;
}

/** A model's (or a person's) proposal for one question. */
export interface Suggestion {
  readonly value: AnswerValue;
  readonly score: number | readonly number[] | null;
  readonly type: 'model' | 'human' | null;
  readonly agent: string | null;
}

export interface FeedbackRecord {
  /** External id, or the record's 0-based position as text where it has none. */
  readonly id: string;
  readonly fields: Readonly<Record<string, string | null>>;
  /** In the order of the source. */
  readonly responses: readonly FeedbackResponse[];
  /** By question name; of several for one question the first. */
  readonly suggestions: Readonly<Record<string, Suggestion>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly vectors: Readonly<Record<string, readonly number[] | null>>;
}

/** Values that are decoded when they are asked for; `get` of the same index is always equal. */
export interface Column<T> {
  readonly length: number;
  get(index: number): T;
  /** Whether there is a value, which need not be made to tell. */
  has(index: number): boolean;
  /** Where the texts stand as UTF-8, so that they can go from one file to another without becoming JavaScript's. */
  readonly utf8?: Utf8 | undefined;
}

/** Well-formed UTF-8: the text at an index stands in `bytes` from `start` up to `end`; only where there is one. */
export interface Utf8 {
  readonly bytes: Uint8Array;
  start(index: number): number;
  end(index: number): number;
}

/** One annotator's answers to one record, aligned across questions. */
export type Responses = readonly FeedbackResponse[];

/**
 * The responses of a batch by column, so that nothing is made of those that nobody asks for. Each response has a place;
 * those of record `i` are from `starts[i]` up to `starts[i + 1]`.
 */
export interface ResponseColumns {
  readonly starts: ArrayLike<number>;
  readonly annotator: Column<string | null>;
  readonly status: Column<ResponseStatus>;
  /** By place, null where the question was left open. */
  answer(question: string): Column<AnswerValue | null>;
}

/**
 * Some consecutive records, by column: what flows from a source to prepared rows, so that nothing needs the whole
 * data set in memory and a column that nobody asks for is never decoded.
 */
export interface RecordBatch {
  readonly length: number;
  /** Position of the batch's first record in the data set. */
  readonly offset: number;
  readonly id: Column<string>;
  field(name: string): Column<string | null>;
  /** Responses of each record with the values of the projected questions, one entry per annotator. */
  readonly responses: Column<Responses>;
  /** The same by column. */
  readonly responseColumns: ResponseColumns;
  suggestion(question: string): Column<Suggestion | null>;
  metadata(): Column<Readonly<Record<string, unknown>>>;
  /** The whole record (fields, questions … of the projection; all without one). */
  record(index: number): FeedbackRecord;
}

/** What a reader is going to look at; a part left out means "all of that part". */
export interface Projection {
  readonly fields?: readonly string[];
  readonly questions?: readonly string[];
  readonly suggestions?: readonly string[];
  readonly metadata?: boolean;
  readonly vectors?: boolean;
}

/** Where records come from: a folder, a file, memory. Read as often as needed, each time from the start. */
export interface RecordSource {
  /** What it is, for people: `folder "data/emotion"`. */
  readonly description: string;
  batches(projection?: Projection): AsyncIterable<RecordBatch>;
  /** Number of records where it is known without reading them. */
  readonly count?: number | undefined;
  /** A hash of the data, equal wherever the same data are; cache keys contain it. */
  fingerprint(): Promise<string>;
}

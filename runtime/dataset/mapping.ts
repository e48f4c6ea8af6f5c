/** Which column of a table is what. */
export interface TableMapping {
  /** Rows with the same value here are one record; absent: a row is a record. */
  readonly record?: string;
  /** Absent, or empty in a row: an annotator without a name. */
  readonly annotator?: string;
  /** submitted, draft or discarded; absent: submitted. */
  readonly status?: string;
  readonly fields: readonly { readonly name: string; readonly column: string }[];
  readonly questions: readonly MappedQuestion[];
  readonly suggestions: readonly { readonly question: string; readonly column: string }[];
  readonly metadata: readonly { readonly name: string; readonly column: string }[];
}

export interface MappedQuestion {
  readonly name: string;
  /** text, label, multi_label, rating, ranking, span. */
  readonly type: string;
  /** Absent for label questions: the labels come from the data, sorted. */
  readonly options?: readonly (string | number)[];
  /** `span(…) of field`. */
  readonly field?: string;
  readonly column: string;
}

/** All columns that a mapping names. */
export const mappedColumns = ({ record, annotator, status, fields, questions, suggestions, metadata }: TableMapping): string[] => [
  ...[record, annotator, status].filter((column) => column !== undefined),
  ...[...fields, ...questions, ...suggestions, ...metadata].map(({ column }) => column),
];

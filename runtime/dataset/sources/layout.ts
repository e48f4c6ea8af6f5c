/** Where the parts of a record stand in the columns of a file; the hub's layout of 1.x and that of 2.x are one each. */
import type { Vector } from 'apache-arrow';
import type { Question, SpanQuestion } from '../questions.js';
import type { DatasetSettings } from '../settings.js';
import type { Projection } from '../record.js';

/** A column of a batch, nothing where the file has none. */
export type ColumnOf = (name: string) => Vector | null;

/** A question's answers: lists of values, and as many of annotators and statuses. */
export interface AnswerVectors {
  /** Where each record's list starts among all items. */
  readonly offsets: Int32Array;
  readonly values: Vector;
  readonly users: Vector | null;
  readonly statuses: Vector | null;
}

export interface SuggestionVectors {
  readonly value: Vector | null;
  /** What the numbers of a column of class labels stand for. */
  readonly names?: readonly (string | null)[] | undefined;
  readonly score: Vector | null | undefined;
  readonly type: Vector | null | undefined;
  readonly agent: Vector | null | undefined;
}

export interface Layout {
  /** The columns that a projection needs, of those that are there. */
  columns(settings: DatasetSettings, projection: Projection, there: readonly string[]): string[];
  /** A column that every file has, of a question. */
  readonly answersOf: (question: string) => string;
  id(columnOf: ColumnOf): Vector | null;
  /** Nothing where the file has no answers to the question, `false` where its column holds something else. */
  answers(question: Question, columnOf: ColumnOf): AnswerVectors | false | undefined;
  suggestion(question: string, columnOf: ColumnOf): SuggestionVectors;
  /** One column of JSON texts or objects, or one column for each property. */
  metadata(columnOf: ColumnOf): Vector | ReadonlyMap<string, Vector> | null;
  vectors(settings: DatasetSettings, columnOf: ColumnOf, index: number): unknown;
}

/** The fields that a projection needs: also those that spans of its questions lie in. */
export function wantedFields({ fields, questions }: DatasetSettings, projection: Projection): string[] {
  const spans = questions.filter((question) => question.type === 'span' && (wanted(questions, projection.questions).includes(question.name) || wanted(questions, projection.suggestions).includes(question.name)));
  return [...new Set([...wanted(fields, projection.fields), ...spans.map((question) => (question as SpanQuestion).field)])];
}

/** Names of a part that a projection asks for: all where it says nothing. */
export const wanted = (all: readonly { readonly name: string }[], names: readonly string[] | undefined): string[] => names?.slice() ?? all.map(({ name }) => name);

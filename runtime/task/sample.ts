import type { AnswerValue, FeedbackRecord, RankedItem, ResponseStatus, Span, Suggestion } from '../dataset/record.js';
import type { Feedback, FeedbackQuestion } from '../unify/feedback.js';
import { codePointOffset } from './value.js';

/** One annotator's answer in a {@link Sample}, draft and discarded ones included. */
export interface SampleAnswer {
  readonly user_id: string | null;
  /** As Argilla gives it: rankings and spans are structs of lists. */
  readonly value: SampleValue;
  readonly status: ResponseStatus;
}

export type SampleValue =
  | string
  | number
  | readonly string[]
  | { readonly rank: readonly (number | null)[]; readonly value: readonly string[] }
  | { readonly start: readonly number[]; readonly end: readonly number[]; readonly label: readonly string[]; readonly text: readonly string[]; readonly score?: readonly (number | null)[] };

/**
 * What a formatting function gets of a record: Argilla's `sample`, that is each field, each question `q` with its answers,
 * `q-suggestion` and `q-suggestion-metadata`, `external_id`, `metadata` as JSON text and, where the data set has some, `vectors`;
 * and beside it the record with answers aligned by annotator: `id`, `fields`, `responses`, `suggestions`, all of it as `record`.
 * A field or question that has one of those names comes first.
 *
 * @example
 * const format = (sample: Sample) => sample.responses.map(({ values }) => ({ text: `${sample.text}: ${values.label}` }));
 */
export interface Sample extends Pick<FeedbackRecord, 'id' | 'fields' | 'responses' | 'suggestions'> {
  readonly record: FeedbackRecord;
  readonly external_id: string | null;
  readonly metadata: string;
  readonly vectors?: Readonly<Record<string, readonly number[] | null>>;
  // What stands under the names of fields and questions only the data set knows.
  readonly [column: string]: any;
}

/** A record as a sample; `position` is its place in the data set, which stands for an external id that is not there. */
export function sampleOf(record: FeedbackRecord, { fields, questions, vectorsSettings = [] }: Feedback, position: number): Sample {
  const columns: Record<string, unknown> = {};
  for (const { name } of fields) columns[name] = record.fields[name] ?? null;
  for (const question of questions) Object.assign(columns, questionColumns(question, record));
  return {
    id: record.id,
    fields: record.fields,
    responses: record.responses,
    suggestions: record.suggestions,
    record,
    external_id: record.id === String(position) || record.id === '' ? null : record.id,
    metadata: asciiJson(record.metadata),
    ...(vectorsSettings.length > 0 && { vectors: Object.fromEntries(vectorsSettings.map(({ name }) => [name, record.vectors[name]?.map(Math.fround) ?? null])) }),
    ...columns,
  };
}

function questionColumns(question: FeedbackQuestion, { fields, responses, suggestions }: FeedbackRecord): Record<string, unknown> {
  const { name } = question;
  const text = question.field === undefined ? '' : fields[question.field] ?? '';
  const answers = responses.flatMap(({ annotator, status, values }): SampleAnswer[] => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined || value === null ? [] : [{ user_id: annotator, value: valueOf(value, question.type, text), status }];
  });
  const suggestion = Object.hasOwn(suggestions, name) ? suggestions[name] : undefined;
  return { [name]: answers, [`${name}-suggestion`]: suggested(suggestion, question.type, text), [`${name}-suggestion-metadata`]: about(suggestion) };
}

function valueOf(value: AnswerValue, type: string, text: string): SampleValue {
  if (type === 'ranking') return { rank: (value as readonly RankedItem[]).map(({ rank }) => rank), value: (value as readonly RankedItem[]).map((item) => item.value) };
  return type === 'span' ? structOf(value as readonly Span[], text) : (value as SampleValue);
}

function structOf(spans: readonly Span[], text: string) {
  const slice = ({ start, end }: Span): string => text.slice(codePointOffset(text, start), codePointOffset(text, end));
  return { start: spans.map(({ start }) => start), end: spans.map(({ end }) => end), label: spans.map(({ label }) => label), text: spans.map(slice) };
}

function suggested(suggestion: Suggestion | undefined, type: string, text: string): SampleValue | null {
  if (!suggestion) return null;
  if (type !== 'span') return valueOf(suggestion.value, type, text);
  const spans = suggestion.value as readonly Span[];
  return { ...structOf(spans, text), score: spans.map(({ score }) => (score === undefined ? null : Math.fround(score))) };
}

/** Scores are of single precision, as Argilla's files keep them. */
function about(suggestion: Suggestion | undefined): { type: string | null; score: number | readonly number[] | null; agent: string | null } {
  const { type = null, score = null, agent = null } = suggestion ?? {};
  return { type, score: score === null ? null : typeof score === 'number' ? Math.fround(score) : score.map(Math.fround), agent };
}

/** JSON as Python writes it: a blank after commas and colons, ASCII alone. */
function asciiJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asciiJson).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{${Object.entries(value).map(([key, part]) => `${asciiJson(key)}: ${asciiJson(part)}`).join(', ')}}`;
  return (JSON.stringify(value) ?? 'null').replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

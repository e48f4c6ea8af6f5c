/** Argilla's own outputs, read in place from beside the checkout; the tests skip with a reason where they are absent. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AnswerValue, FeedbackRecord, RankedItem, ResponseStatus, Suggestion } from '../../runtime/dataset/record.js';
import type { FeedbackQuestion } from '../../runtime/unify/feedback.js';
import { memory } from '../runtime/memory.js';

const folder = fileURLToPath(new URL('../../../shared/oracle/fixtures/', import.meta.url));

export interface OracleCase {
  readonly id: string;
  readonly title: string;
  readonly dataset: { readonly fields: readonly OracleItem[]; readonly questions: readonly OracleItem[]; readonly vectors_settings?: readonly { readonly name: string }[] | null };
  readonly records: readonly OracleRecord[];
  readonly operation: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly expected?: unknown;
  readonly error?: { readonly class: string; readonly message: string };
  readonly quirk?: string;
  readonly tolerance?: number;
}

interface OracleItem {
  readonly name: string;
  readonly type: string;
  readonly labels?: readonly string[] | Readonly<Record<string, string>>;
  readonly values?: readonly (string | number)[] | Readonly<Record<string, string>>;
  readonly field?: string;
}

interface OracleRecord {
  readonly fields: FeedbackRecord['fields'];
  readonly external_id?: string | null;
  readonly metadata?: FeedbackRecord['metadata'];
  readonly vectors?: FeedbackRecord['vectors'];
  readonly suggestions?: readonly ({ readonly question_name: string; readonly value: unknown } & Partial<Omit<Suggestion, 'value'>>)[];
  readonly responses?: readonly { readonly user_id?: string | null; readonly status?: ResponseStatus; readonly values?: OracleValues }[];
}
type OracleValues = Readonly<Record<string, { value: unknown }>> | readonly Readonly<Record<string, { value: unknown }>>[] | null;

/** The cases of one file, or nothing (and why, printed) where the folder is absent. */
export function oracleCases(file: string): readonly OracleCase[] | undefined {
  const path = `${folder}${file}`;
  if (existsSync(path)) return (JSON.parse(readFileSync(path, 'utf8')) as { cases: OracleCase[] }).cases;
  console.log(`skipped: no Argilla outputs (${file}) beside the checkout`);
  return undefined;
}

export function datasetOf({ dataset, records }: OracleCase) {
  const read = memory(
    dataset.fields.map(({ name }) => name),
    dataset.questions.map(questionOf),
    records.map(recordOf),
  );
  return { ...read, vectorsSettings: dataset.vectors_settings ?? [] };
}

function questionOf({ name, type, labels, values, field }: OracleItem): FeedbackQuestion {
  const options = labels ?? values;
  return {
    name,
    type: type.replace('_selection', ''),
    field,
    options: options && (Array.isArray(options) ? (options as (string | number)[]) : Object.keys(options)),
  };
}

function recordOf(record: OracleRecord, index: number) {
  return {
    id: record.external_id ?? String(index),
    fields: record.fields,
    metadata: record.metadata ?? {},
    vectors: record.vectors ?? {},
    // Of several suggestions for one question the first counts.
    suggestions: Object.fromEntries([...(record.suggestions ?? [])].reverse().map(({ question_name: name, value, score = null, type = null, agent = null }) => [name, { value: answerOf(value), score, type, agent }])),
    responses: (record.responses ?? []).map(({ user_id, status, values }) => ({
      annotator: user_id ?? null,
      status: status ?? ('submitted' as const),
      values: Object.fromEntries(
        Object.entries((Array.isArray(values) ? (Object.assign({}, ...values) as object) : values) ?? {}).map(([name, answer]) => [
          name,
          answerOf((answer as { value: unknown }).value),
        ]),
      ),
    })),
  };
}

/** As Argilla reads answers: numbers in a list of labels are labels, digits answer a rating, a rank left out is null. */
function answerOf(value: unknown): AnswerValue {
  if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
  if (!Array.isArray(value)) return value as AnswerValue;
  if (value.some((item) => typeof item === 'object' && item !== null && 'value' in item)) {
    return value.map((item: RankedItem) => ({ value: item.value, rank: item.rank ?? null }));
  }
  return value.every((item) => typeof item !== 'object') ? value.map(String) : (value as AnswerValue);
}

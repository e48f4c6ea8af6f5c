/** Records in memory as a data set: what the tests of unification, tasks and preparation read. */
import { createHash } from 'node:crypto';
import { MemoryBatch } from '../../runtime/dataset/batch.js';
import type { FeedbackRecord, Projection, RecordBatch } from '../../runtime/dataset/record.js';
import type { Feedback, FeedbackQuestion } from '../../runtime/unify/feedback.js';

export interface RecordInput {
  readonly id?: string;
  readonly fields?: FeedbackRecord['fields'];
  /** Submitted answers by annotator, or whole responses. */
  readonly responses?: FeedbackRecord['responses'];
  readonly suggestions?: FeedbackRecord['suggestions'];
  readonly metadata?: FeedbackRecord['metadata'];
  readonly vectors?: FeedbackRecord['vectors'];
}

export function memory(
  fields: readonly string[],
  questions: readonly FeedbackQuestion[],
  records: readonly RecordInput[],
  { batchSize = 3, name = 'sample' } = {},
): Feedback {
  const whole = records.map((record, index): FeedbackRecord => ({
    id: String(index),
    fields: {},
    responses: [],
    suggestions: {},
    metadata: {},
    vectors: {},
    ...record,
  }));
  return {
    name,
    description: 'records in memory',
    fields: fields.map((field) => ({ name: field })),
    questions,
    count: records.length,
    fingerprint: async () =>
      createHash('sha256')
        .update(JSON.stringify([fields, questions, whole]))
        .digest('hex'),
    async *batches(projection?: Projection) {
      for (let offset = 0; offset < whole.length; offset += batchSize) {
        yield batchOf(whole.slice(offset, offset + batchSize), offset, projection);
      }
    },
  };
}

function batchOf(records: readonly FeedbackRecord[], offset: number, projection?: Projection): RecordBatch {
  const asked = (names: readonly string[] | undefined, name: string) => {
    if (names && !names.includes(name)) throw new Error(`"${name}" is read but was not asked for`);
  };
  return new (class extends MemoryBatch {
    override field(name: string) {
      asked(projection?.fields, name);
      return super.field(name);
    }
    override suggestion(name: string) {
      asked(projection?.suggestions, name);
      return super.suggestion(name);
    }
    override get responseColumns() {
      const columns = super.responseColumns;
      return { ...columns, answer: (name: string) => (asked(projection?.questions, name), columns.answer(name)) };
    }
  })(records, offset);
}

/** Responses from "annotator: answer": `by('label', { ann: 'joy', bob: 'fear' })`. */
export function by(
  question: string,
  answers: Readonly<Record<string, FeedbackRecord['responses'][number]['values'][string]>>,
): FeedbackRecord['responses'] {
  return Object.entries(answers).map(([annotator, value]) => ({ annotator, status: 'submitted', values: { [question]: value } }));
}

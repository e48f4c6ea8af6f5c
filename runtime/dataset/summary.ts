import type { FeedbackDataset } from './feedbackDataset.js';
import type { AnswerValue, RankedItem, ResponseStatus, Span } from './record.js';

export type StatusCounts = Record<ResponseStatus, number>;

export interface QuestionSummary {
  readonly name: string;
  readonly type: string;
  /** Submitted answers. */
  readonly answers: number;
  /** Submitted answers by value, in the question's order: labels, ratings; each label of multi-label answers and of spans; of rankings what stands first. */
  readonly distribution: readonly { readonly value: string; readonly count: number; readonly byAnnotator: Readonly<Record<string, number>> }[];
}

export interface DatasetSummary {
  readonly records: number;
  readonly responses: StatusCounts;
  /** In order of first appearance; `null` stands for all who are not named. */
  readonly annotators: readonly ({ readonly name: string | null } & StatusCounts)[];
  readonly questions: readonly QuestionSummary[];
  /** Records with a suggestion. */
  readonly suggestions: number;
  /** `[n]`: records with `n` submitted responses. */
  readonly submittedPerRecord: readonly number[];
}

/** One pass over the records of a data set. */
export async function summarize(dataset: FeedbackDataset): Promise<DatasetSummary> {
  const responses: StatusCounts = { submitted: 0, draft: 0, discarded: 0 };
  const annotators = new Map<string | null, StatusCounts>();
  const questions = dataset.questions.map((question) => ({ question, answers: 0, counts: new Map<string, Map<string, number>>(optionCounts(question.options)) }));
  const submittedPerRecord: number[] = [];
  let records = 0;
  let suggestions = 0;
  for await (const batch of dataset.batches({ fields: [], metadata: false, vectors: false })) {
    const suggested = dataset.questions.map(({ name }) => batch.suggestion(name));
    for (let i = 0; i < batch.length; i++) {
      records++;
      if (suggested.some((column) => column.get(i) !== null)) suggestions++;
      let submitted = 0;
      for (const { annotator, status, values } of batch.responses.get(i)) {
        responses[status]++;
        const own = annotators.get(annotator) ?? { submitted: 0, draft: 0, discarded: 0 };
        own[status]++;
        annotators.set(annotator, own);
        if (status !== 'submitted') continue;
        submitted++;
        for (const entry of questions) {
          const value = Object.hasOwn(values, entry.question.name) ? values[entry.question.name] : undefined;
          if (value === undefined) continue;
          entry.answers++;
          for (const name of countedValues(entry.question.type, value)) {
            const by = entry.counts.get(name) ?? new Map<string, number>();
            by.set(annotator ?? 'unknown', (by.get(annotator ?? 'unknown') ?? 0) + 1);
            entry.counts.set(name, by);
          }
        }
      }
      submittedPerRecord[submitted] = (submittedPerRecord[submitted] ?? 0) + 1;
    }
  }
  return {
    records,
    responses,
    annotators: [...annotators].map(([name, counts]) => ({ name, ...counts })),
    questions: questions.map(({ question: { name, type }, answers, counts }) => ({
      name,
      type,
      answers,
      distribution: [...counts].map(([value, by]) => ({ value, count: [...by.values()].reduce((a, b) => a + b, 0), byAnnotator: Object.fromEntries(by) })),
    })),
    suggestions,
    submittedPerRecord: Array.from(submittedPerRecord, (n) => n ?? 0),
  };
}

const optionCounts = (options: readonly (string | number)[] | undefined): [string, Map<string, number>][] => (options ?? []).map((option) => [String(option), new Map()]);

/** What of an answer is counted; texts have no distribution. */
function countedValues(type: string, value: AnswerValue): readonly string[] {
  switch (type) {
    case 'label':
    case 'rating':
      return [String(value)];
    case 'multi_label':
      return value as readonly string[];
    case 'span':
      return (value as readonly Span[]).map(({ label }) => label);
    case 'ranking': {
      const items = (value as readonly RankedItem[]).filter(({ rank }) => rank !== null);
      const first = Math.min(...items.map(({ rank }) => rank!));
      return items.filter(({ rank }) => rank === first).map((item) => item.value);
    }
    default:
      return [];
  }
}

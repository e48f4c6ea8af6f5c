/** How good a model's suggestions are, by the answers that annotators gave. */
import type { Measured } from '../agreement/index.js';
import type { AnswerValue, RecordBatch, ResponseStatus } from '../dataset/record.js';
import { UserError } from '../error.js';
import { AnswerCollector } from '../unify/answers.js';
import type { Feedback, FeedbackQuestion } from '../unify/feedback.js';
import { strategies, strategyFor } from '../unify/strategies/index.js';
import { tied, unanswered, type Ties } from '../unify/strategy.js';
import { learn, questionOf } from '../unify/unify.js';
import type { ClassScore, Confusion } from './classification.js';
import { Comparison } from './comparison.js';
import { metricsFor } from './index.js';
import type { LabelConfusion } from './labelConfusion.js';
import type { Metric } from './metric.js';

export interface ModelMetricsOptions {
  /** Unifies the answers first. Default: none, each annotator's own answers are compared. */
  readonly strategy?: string | undefined;
  /** Default: all that are for the question's type. */
  readonly metrics?: readonly string[] | undefined;
  /** What is compared in place of the suggestions, by record id: the predictions of a model. */
  readonly predictions?: ReadonlyMap<string, AnswerValue> | undefined;
  /** Whose word is taken for true; `suggestions` measures the annotators. Default: `responses`. */
  readonly truth?: 'responses' | 'suggestions' | undefined;
  /** How the strategy decides. Default: `first`. */
  readonly ties?: Ties | undefined;
  /** For random ties. Default: 42. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Suggestions for one question beside its answers; submitted answers alone. */
export interface ModelMetrics {
  readonly question: string;
  readonly type: string;
  /** Null where each annotator's own answers are compared. */
  readonly strategy: string | null;
  readonly truth: 'responses' | 'suggestions';
  readonly records: number;
  /** By annotator in order of first appearance; one alone for a strategy. */
  readonly results: readonly ComparedAnswers[];
}

export interface ComparedAnswers {
  /** Null for unified answers, and for those that name nobody. */
  readonly annotator: string | null;
  /** Answers beside a suggestion; the others are skipped. */
  readonly compared: number;
  /** Answers to records without a suggestion. */
  readonly withoutSuggestion: number;
  /** Records without an answer. */
  readonly withoutAnswer: number;
  /** Answers of an annotator to a record beyond the first; they are left out. */
  readonly repeated: number;
  /** By name; averages over classes are macro. */
  readonly metrics: Readonly<Record<string, Measured>>;
  /** Every class of a label, multi-label or rating question. */
  readonly perClass: readonly ClassScore[];
  /** All classes; null where answers are not one class each. */
  readonly confusion: Confusion | null;
  /** Of a multi-label question, label by label. */
  readonly labelConfusions: readonly LabelConfusion[];
}

/**
 * Compares suggestions with the answers to a question: annotator by annotator, or with the unified answers of a strategy.
 * What cannot be measured is null with a reason.
 * Throws `name/unknown-question`, `name/unknown-metric`, `type/metric`, `name/unknown-strategy`, `type/strategy`.
 *
 * @example
 * const { results } = await modelMetrics(messages, 'topic', { strategy: 'majority' });
 * console.log(results[0].metrics.accuracy.value, results[0].confusion);
 */
export async function modelMetrics(dataset: Feedback, questionName: string, options: ModelMetricsOptions = {}): Promise<ModelMetrics> {
  const question = questionOf(dataset, questionName);
  const chosen = metricsFor(question, options.metrics);
  const answers = options.strategy === undefined ? everyAnswer(question) : await unifiedAnswers(dataset, question, options.strategy, options);
  const { predictions, truth = 'responses' } = options;
  const found = new Map<string | null, Pairs>();
  if (options.strategy !== undefined) found.set(null, new Pairs());
  let records = 0;
  for await (const batch of dataset.batches({ fields: [], questions: [question.name], suggestions: predictions ? [] : [question.name], metadata: false, vectors: false })) {
    options.signal?.throwIfAborted();
    const suggestions = predictions ? null : batch.suggestion(question.name);
    for (let i = 0; i < batch.length; i++, records++) {
      const suggestion = (suggestions ? suggestions.get(i)?.value : predictions!.get(batch.id.get(i))) ?? null;
      for (const { annotator, value } of answers(batch, i)) {
        let pairs = found.get(annotator);
        if (!pairs) found.set(annotator, (pairs = new Pairs()));
        pairs.add(records, annotator !== null, value, suggestion);
      }
    }
  }
  const results = [...found].map(([annotator, pairs]) => ({ annotator, ...pairs.measure(question, chosen, truth, records) }));
  return { question: question.name, type: question.type, strategy: options.strategy ?? null, truth, records, results };
}

type AnswersOf = (batch: RecordBatch, index: number) => Iterable<{ readonly annotator: string | null; readonly value: AnswerValue }>;

const statuses: readonly ResponseStatus[] = ['submitted'];

function everyAnswer(question: FeedbackQuestion): AnswersOf {
  const answers = new AnswerCollector(question.name, statuses);
  return (batch, index) => {
    if (!answers.collect(batch, index)) return [];
    const { annotators } = answers;
    return answers.values.map((value, i) => ({ annotator: annotators[i]!, value }));
  };
}

async function unifiedAnswers(dataset: Feedback, question: FeedbackQuestion, name: string, { ties = 'first', seed = 42 }: ModelMetricsOptions): Promise<AnswersOf> {
  const strategy = strategyFor(question, name);
  if (strategy.keepsAll) {
    const others = strategies.filter(({ questions, keepsAll }) => questions.includes(question.type) && !keepsAll).map((other) => other.name);
    const without = 'Without a strategy suggestions are compared annotator by annotator';
    throw new UserError('type/strategy', `"${name}" keeps every answer: there is no one answer to compare suggestions with.`, others.length > 0 ? `Use ${others.join(', ')}. ${without}.` : `${without}.`);
  }
  const unify = strategy.unifier(await learn(dataset, strategy, statuses, { question, ties, seed }));
  const answers = new AnswerCollector(question.name, statuses);
  return (batch, index) => {
    const value = answers.collect(batch, index) ? unify(answers) : unanswered;
    return value === unanswered || value === tied ? [] : [{ annotator: null, value: value as AnswerValue }];
  };
}

/** Answers and suggestions side by side. */
class Pairs {
  readonly #answers: AnswerValue[] = [];
  readonly #suggestions: AnswerValue[] = [];
  #withoutSuggestion = 0;
  #answered = 0;
  #repeated = 0;
  #latest = -1;

  add(record: number, named: boolean, answer: AnswerValue, suggestion: AnswerValue | null): void {
    if (record === this.#latest && named) {
      this.#repeated++;
      return;
    }
    if (record !== this.#latest) this.#answered++;
    this.#latest = record;
    if (suggestion === null) this.#withoutSuggestion++;
    else {
      this.#answers.push(answer);
      this.#suggestions.push(suggestion);
    }
  }

  measure(question: FeedbackQuestion, metrics: readonly Metric[], truth: 'responses' | 'suggestions', records: number): Omit<ComparedAnswers, 'annotator'> {
    const sides = truth === 'responses' ? ([this.#answers, this.#suggestions] as const) : ([this.#suggestions, this.#answers] as const);
    const compared = new Comparison(question, ...sides);
    const nothing: Measured = { value: null, reason: 'no record has both an answer and a suggestion' };
    return {
      compared: this.#answers.length,
      withoutSuggestion: this.#withoutSuggestion,
      withoutAnswer: records - this.#answered,
      repeated: this.#repeated,
      metrics: Object.fromEntries(metrics.map(({ name, measure }) => [name, this.#answers.length === 0 ? nothing : measure(compared)])),
      perClass: compared.evaluation?.perClass ?? [],
      confusion: compared.evaluation?.confusion ?? null,
      labelConfusions: compared.labelConfusions,
    };
  }
}

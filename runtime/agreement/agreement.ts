import type { AnswerValue, FeedbackRecord } from '../dataset/record.js';
import type { Feedback, FeedbackQuestion } from '../unify/feedback.js';
import { questionOf } from '../unify/unify.js';
import { alpha, type Measured, type Unit } from './alpha.js';
import { alphaInterval, type Interval } from './bootstrap.js';
import { humanCeiling } from './ceiling.js';
import { fleissKappa, cohenKappa } from './kappa.js';
import { byLabel, type LabelAgreement } from './labels.js';
import { categoryOf, distances, distancesFor, type Category, type DistanceName } from './distance.js';

export interface AgreementOptions {
  /** Default: every question. */
  readonly question?: string | undefined;
  /** How many of the most contested records are listed. Default: 10. */
  readonly contested?: number | undefined;
  /** How often records are drawn again for the interval of alpha; 0 leaves it out. Default: 1000, down to 200 for many records. */
  readonly resamples?: number | undefined;
  /** For the draws. Default: 42. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How far annotators agree on one question; submitted answers alone. */
export interface Agreement {
  readonly question: string;
  readonly type: string;
  /** Krippendorff's alpha with the distance that is usual for the type. */
  readonly alpha: Measured & { readonly distance: DistanceName | null };
  /** Where alpha lies in 95 of 100 cases, by drawing records again; null where that cannot be said. */
  readonly interval: Interval | null;
  /** Alpha with every distance that makes sense for the type. */
  readonly alphas: readonly (Measured & { readonly distance: DistanceName })[];
  /** Share of the pairs of answers to one record that are equal. */
  readonly percent: Measured;
  /** Fleiss' kappa of the records with the most frequent number of answers. */
  readonly fleiss: Measured & { readonly answersPerRecord: number | null; readonly records: number };
  /** How often an answer is what the others' answers make together. */
  readonly ceiling: Measured;
  /** Each label, or each value of a scale, by itself; empty for other types. */
  readonly labels: readonly LabelAgreement[];
  /** Records with an answer, and with two or more. */
  readonly records: { readonly answered: number; readonly compared: number };
  readonly answers: number;
  /** Answers without an annotator: each counts as somebody else's. */
  readonly anonymous: number;
  /** Answers of an annotator to a record beyond the first; they are left out. */
  readonly repeated: number;
  /** Named annotators, in order of first appearance. */
  readonly annotators: readonly AnnotatorAgreement[];
  /** Pairs of named annotators who share a record. */
  readonly pairs: readonly PairAgreement[];
  /** Records whose answers lie farthest apart, worst first. */
  readonly contested: readonly ContestedRecord[];
}

export interface AnnotatorAgreement {
  readonly annotator: string;
  readonly answers: number;
  /** Share of equal answers among the pairs of theirs and another's answer to the same record. */
  readonly percent: Measured;
  /** How often theirs is what the others' answers make together. */
  readonly ceiling: Measured;
}

export interface PairAgreement {
  readonly annotators: readonly [string, string];
  /** Records that both answered. */
  readonly records: number;
  readonly percent: number;
  readonly alpha: Measured;
  /** Cohen's. */
  readonly kappa: Measured;
}

export interface ContestedRecord {
  readonly id: string;
  /** Position in the data set. */
  readonly index: number;
  readonly fields: FeedbackRecord['fields'];
  /** Mean distance of two answers. */
  readonly disagreement: number;
  readonly answers: readonly { readonly annotator: string | null; readonly value: AnswerValue }[];
}

/**
 * Measures agreement between annotators, question by question. What cannot be measured is null with a reason.
 * Throws `name/unknown-question`.
 *
 * @example
 * const [label] = await agreement(messages, { question: 'label' });
 * console.log(label.alpha.value, label.contested[0]?.answers);
 */
export async function agreement(dataset: Feedback, options: AgreementOptions = {}): Promise<Agreement[]> {
  const questions = options.question === undefined ? dataset.questions : [questionOf(dataset, options.question)];
  const all = questions.map((question) => new QuestionAnswers(question));
  let index = 0;
  for await (const batch of dataset.batches({
    fields: [],
    questions: questions.map(({ name }) => name),
    suggestions: [],
    metadata: false,
    vectors: false,
  })) {
    options.signal?.throwIfAborted();
    for (let i = 0; i < batch.length; i++, index++) {
      const responses = batch.responses.get(i);
      for (const answers of all) {
        answers.startRecord(index);
        for (const { annotator, status, values } of responses) {
          const value = values[answers.question.name];
          if (status === 'submitted' && value !== undefined && value !== null) answers.add(annotator, value);
        }
      }
    }
  }
  const measured = all.map((answers) => answers.measure({ contested: options.contested ?? 10, resamples: options.resamples, seed: options.seed ?? 42 }));
  return withRecords(dataset, measured);
}

/** All answers to one question, as small numbers. */
class QuestionAnswers {
  readonly #categories: Category[] = [];
  readonly #categoryOfKey = new Map<string, number>();
  readonly #annotators: string[] = [];
  readonly #annotatorOfName = new Map<string, number>();
  /** By record that has an answer: its position, and category and annotator (-1 for nobody) of each answer. */
  readonly #records: { readonly index: number; readonly unit: number[]; readonly by: number[] }[] = [];
  #index = 0;
  #repeated = 0;

  constructor(readonly question: FeedbackQuestion) {}

  startRecord(index: number): void {
    this.#index = index;
  }

  add(annotator: string | null, value: AnswerValue): void {
    let record = this.#records.at(-1);
    if (record?.index !== this.#index) this.#records.push((record = { index: this.#index, unit: [], by: [] }));
    const by = annotator === null ? -1 : numberOf(annotator, this.#annotatorOfName, () => this.#annotators.push(annotator));
    if (by >= 0 && record.by.includes(by)) {
      this.#repeated++;
      return;
    }
    const category = categoryOf(value, this.question.type);
    record.unit.push(numberOf(category.key, this.#categoryOfKey, () => this.#categories.push(category)));
    record.by.push(by);
  }

  measure({ contested, resamples, seed }: { readonly contested: number; readonly resamples: number | undefined; readonly seed: number }): Omit<Agreement, 'contested'> & { contested: Unresolved[] } {
    const { name, type } = this.question;
    const units = this.#records.map(({ unit }) => unit);
    const alphas = (distancesFor[type] ?? []).map((distance) => ({ distance, ...this.#alpha(units, distance) }));
    const [usual] = distancesFor[type] ?? [];
    const { all: ceiling, each: ceilings } = humanCeiling(usual ? this.#records : [], this.#annotators.length);
    const draws = resamples ?? Math.round(Math.min(1000, Math.max(200, 2e7 / Math.max(units.length, 1))));
    const none = { distance: null, value: null, reason: `there is no distance between answers of type ${type}` };
    return {
      question: name,
      type,
      alpha: alphas[0] ?? none,
      interval: usual && alphas[0]!.value !== null ? alphaInterval(units, this.#categories.length, distances[usual](this.#categories, []), { resamples: draws, seed }) : null,
      alphas,
      percent: this.#percent(),
      fleiss: usual ? fleissKappa(units, this.#categories.length) : { value: null, reason: none.reason, answersPerRecord: null, records: 0 },
      ceiling,
      labels: ['label', 'multi_label', 'rating'].includes(type) ? byLabel(units, this.#categories, this.question.options ?? []) : [],
      records: { answered: units.length, compared: units.filter((unit) => unit.length > 1).length },
      answers: units.reduce((sum, unit) => sum + unit.length, 0),
      anonymous: this.#records.reduce((sum, { by }) => sum + by.filter((annotator) => annotator < 0).length, 0),
      repeated: this.#repeated,
      ...this.#byAnnotator(ceilings),
      contested: this.#contested(contested),
    };
  }

  #alpha(units: readonly Unit[], distance: DistanceName): Measured {
    return alpha(units, this.#categories.length, (counts) => distances[distance](this.#categories, counts));
  }

  #percent(): Measured {
    const tally = new Tally();
    for (const { unit } of this.#records) for (let i = 1; i < unit.length; i++) for (let j = 0; j < i; j++) tally.add(unit[i] === unit[j]);
    return tally.measured('no record has two answers');
  }

  #byAnnotator(ceilings: readonly Measured[]): { annotators: AnnotatorAgreement[]; pairs: PairAgreement[] } {
    const answers = this.#annotators.map(() => 0);
    const rest = this.#annotators.map(() => new Tally());
    const pairs = new Map<number, { readonly units: (readonly [number, number])[]; readonly tally: Tally }>();
    for (const { unit, by } of this.#records) {
      for (let i = 0; i < by.length; i++) {
        const one = by[i]!;
        if (one >= 0) answers[one]!++;
        for (let j = 0; j < i; j++) {
          const other = by[j]!;
          const equal = unit[i] === unit[j];
          if (one >= 0) rest[one]!.add(equal);
          if (other >= 0) rest[other]!.add(equal);
          if (one < 0 || other < 0) continue;
          const key = Math.min(one, other) * this.#annotators.length + Math.max(one, other);
          const pair = pairs.get(key) ?? { units: [], tally: new Tally() };
          pairs.set(key, pair);
          pair.units.push(one < other ? [unit[i]!, unit[j]!] : [unit[j]!, unit[i]!]);
          pair.tally.add(equal);
        }
      }
    }
    const [distance] = distancesFor[this.question.type] ?? [];
    return {
      annotators: this.#annotators.map((annotator, i) => ({
        annotator,
        answers: answers[i]!,
        percent: rest[i]!.measured('nobody else answered the same records'),
        ceiling: ceilings[i]!,
      })),
      pairs: [...pairs]
        .sort(([a], [b]) => a - b)
        .map(([key, { units, tally }]) => ({
          annotators: [
            this.#annotators[Math.floor(key / this.#annotators.length)]!,
            this.#annotators[key % this.#annotators.length]!,
          ] as const,
          records: units.length,
          percent: tally.share,
          alpha: distance
            ? this.#alpha(units, distance)
            : { value: null, reason: `there is no distance between answers of type ${this.question.type}` },
          kappa: cohenKappa(units, this.#categories.length),
        })),
    };
  }

  #contested(most: number): Unresolved[] {
    const [name] = distancesFor[this.question.type] ?? ['nominal' as const];
    const counts = this.#categories.map(() => 0);
    for (const { unit } of this.#records) for (const category of unit) counts[category]!++;
    const between = distances[name!](this.#categories, counts);
    return this.#records
      .map((record) => ({ ...record, disagreement: meanDistance(record.unit, between) }))
      .filter(({ disagreement }) => disagreement > 0)
      .sort((a, b) => b.disagreement - a.disagreement || b.unit.length - a.unit.length || a.index - b.index)
      .slice(0, most)
      .map(({ index, unit, by, disagreement }) => ({
        index,
        disagreement,
        answers: unit.map((category, i) => ({
          annotator: by[i]! < 0 ? null : this.#annotators[by[i]!]!,
          value: this.#categories[category]!.value,
        })),
      }));
  }
}

type Unresolved = Omit<ContestedRecord, 'id' | 'fields'>;

/** Counts pairs of answers, and those of equal ones. */
class Tally {
  #pairs = 0;
  #equal = 0;

  add(equal: boolean): void {
    this.#pairs++;
    if (equal) this.#equal++;
  }

  get share(): number {
    return this.#equal / this.#pairs;
  }

  measured(reason: string): Measured {
    return this.#pairs === 0 ? { value: null, reason } : { value: this.share };
  }
}

function meanDistance(unit: Unit, between: (a: number, b: number) => number): number {
  let sum = 0;
  for (let i = 1; i < unit.length; i++) for (let j = 0; j < i; j++) if (unit[i] !== unit[j]) sum += between(unit[i]!, unit[j]!);
  return unit.length < 2 ? 0 : (2 * sum) / (unit.length * (unit.length - 1));
}

function numberOf(key: string, known: Map<string, number>, add: () => number): number {
  let number = known.get(key);
  if (number === undefined) known.set(key, (number = add() - 1));
  return number;
}

/** Reads the few contested records again, for what annotators saw. */
async function withRecords(
  dataset: Feedback,
  measured: readonly (Omit<Agreement, 'contested'> & { contested: Unresolved[] })[],
): Promise<Agreement[]> {
  const wanted = new Map<number, Pick<ContestedRecord, 'id' | 'fields'>>();
  const indexes = new Set(measured.flatMap(({ contested }) => contested.map(({ index }) => index)));
  let index = 0;
  if (indexes.size > 0) {
    for await (const batch of dataset.batches({ questions: [], suggestions: [], metadata: false, vectors: false })) {
      for (let i = 0; i < batch.length; i++, index++) {
        if (!indexes.has(index)) continue;
        const fields = dataset.fields.map(({ name }) => [name, batch.field(name).get(i)]);
        wanted.set(index, { id: batch.id.get(i), fields: Object.fromEntries(fields) as FeedbackRecord['fields'] });
      }
      if (wanted.size === indexes.size) break;
    }
  }
  return measured.map(({ contested, ...rest }) => ({
    ...rest,
    contested: contested.map((record) => ({ ...record, ...wanted.get(record.index)! })),
  }));
}

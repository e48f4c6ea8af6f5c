/** Answers to one question beside what was suggested, pair by pair: what metrics are computed of. */
import type { Measured } from '../agreement/index.js';
import type { AnswerValue } from '../dataset/record.js';
import type { FeedbackQuestion } from '../unify/feedback.js';
import { classification, multiLabelClassification, type Evaluation } from './classification.js';
import { labelConfusions, type LabelConfusion } from './labelConfusion.js';
import { ngramOverlap, type Overlap } from './ngramOverlap.js';
import { tokens13a } from './tokens13a.js';

export class Comparison {
  #evaluation: Evaluation | undefined;
  #overlaps: readonly Overlap[] | undefined;

  /** `truth[i]` is compared with `predicted[i]`. */
  constructor(
    readonly question: FeedbackQuestion,
    readonly truth: readonly AnswerValue[],
    readonly predicted: readonly AnswerValue[],
  ) {}

  /** Answers as classes: the question's options in their order, then what else occurs; null where they are none. */
  get evaluation(): Evaluation | null {
    if (!classed.includes(this.question.type) || this.truth.length === 0 || this.#offScale !== undefined) return null;
    return (this.#evaluation ??=
      this.question.type === 'multi_label'
        ? multiLabelClassification(this.#classes, this.truth as readonly string[][], this.predicted as readonly string[][])
        : classification(this.#classes, this.truth.map(String), this.predicted.map(String)));
  }

  /** Of each label whether it was rightly given; empty where a record has one label. */
  get labelConfusions(): readonly LabelConfusion[] {
    if (this.question.type !== 'multi_label' || this.truth.length === 0) return [];
    return labelConfusions(this.#classes, this.truth as string[][], this.predicted as string[][]);
  }

  /** Of texts, pair by pair: the n-grams that they share. */
  get overlaps(): readonly Overlap[] {
    return (this.#overlaps ??= this.truth.map((text, i) => ngramOverlap(tokens13a(text as string), tokens13a(this.predicted[i] as string))));
  }

  /** One of the averages over the classes. */
  average(name: 'accuracy' | 'precision' | 'recall' | 'f1'): Measured {
    const value = this.evaluation?.metrics[name];
    return value === undefined ? { value: null, reason: `answers such as ${Number(Number(this.#offScale).toPrecision(4))} are not on the scale` } : { value };
  }

  get #classes(): string[] {
    const { options = [], type } = this.question;
    const known = new Set(options.map(String));
    const others = new Set([this.truth, this.predicted].flat(2).map(String).filter((value) => !known.has(value)));
    return [...known, ...(type === 'rating' ? [...others].sort((a, b) => Number(a) - Number(b)) : [...others].sort())];
  }

  /** A rating that is no value of the scale, as means are: it is no class, so that it cannot be right or wrong. */
  get #offScale(): AnswerValue | undefined {
    const { type, options } = this.question;
    if (type !== 'rating') return undefined;
    const scale = options && new Set<AnswerValue>(options);
    const isOff = (value: AnswerValue): boolean => (scale ? !scale.has(value) : !Number.isInteger(value));
    return this.truth.find(isOff) ?? this.predicted.find(isOff);
  }
}

/** Types of questions whose answers are classes. */
export const classed: readonly string[] = ['label', 'multi_label', 'rating'];

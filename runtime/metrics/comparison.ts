/** Answers to one question beside what was suggested, pair by pair: what metrics are computed of. */
import type { Measured } from '../agreement/index.js';
import type { AnswerValue } from '../dataset/record.js';
import type { FeedbackQuestion } from '../unify/feedback.js';
import { classification, multiLabelClassification, type Evaluation } from './classification.js';
import { labelConfusions, type LabelConfusion } from './labelConfusion.js';

export class Comparison {
  #evaluation: Evaluation | undefined;

  /** `truth[i]` is compared with `predicted[i]`. */
  constructor(
    readonly question: FeedbackQuestion,
    readonly truth: readonly AnswerValue[],
    readonly predicted: readonly AnswerValue[],
  ) {}

  /** Answers as classes: the question's options in their order, then what else occurs; null where they are none. */
  get evaluation(): Evaluation | null {
    if (!classed.includes(this.question.type) || this.truth.length === 0 || this.#between !== undefined) return null;
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

  /** One of the averages over the classes. */
  average(name: 'accuracy' | 'precision' | 'recall' | 'f1'): Measured {
    const value = this.evaluation?.metrics[name];
    return value === undefined ? { value: null, reason: `answers such as ${Number(Number(this.#between).toPrecision(4))} lie between the values of the scale` } : { value };
  }

  get #classes(): string[] {
    const { options = [], type } = this.question;
    const known = new Set(options.map(String));
    const others = new Set([this.truth, this.predicted].flat(2).map(String).filter((value) => !known.has(value)));
    return [...known, ...(type === 'rating' ? [...others].sort((a, b) => Number(a) - Number(b)) : [...others].sort())];
  }

  /** A mean rating is none of the scale's values, so that it cannot be right or wrong. */
  get #between(): AnswerValue | undefined {
    const isBetween = (value: AnswerValue): boolean => typeof value === 'number' && !Number.isInteger(value);
    return this.truth.find(isBetween) ?? this.predicted.find(isBetween);
  }
}

/** Types of questions whose answers are classes. */
export const classed: readonly string[] = ['label', 'multi_label', 'rating'];

/** Agreement on each label by itself: has an answer it, or not? */
import type { AnswerValue } from '../dataset/record.js';
import { alpha, type Measured, type Unit } from './alpha.js';
import { distances, type Category } from './distance.js';

export interface LabelAgreement {
  readonly label: string | number;
  /** Answers that have it. */
  readonly answers: number;
  /** Krippendorff's alpha, nominal, of having it or not. */
  readonly alpha: Measured;
  /** Of pairs of answers of which one has it, how many both have it (specific agreement; Cicchetti and Feinstein, 1990). */
  readonly specific: Measured;
}

/** Labels in the order of the question's options; what is not among them comes after, as it appears. */
export function byLabel(units: readonly Unit[], categories: readonly Category[], options: readonly (string | number)[]): LabelAgreement[] {
  const given = categories.flatMap(({ value }) => labelsIn(value));
  const labels = [...new Set<string | number>([...options, ...given])];
  return labels.map((label) => {
    const has = categories.map(({ value }) => Number(labelsIn(value).includes(label)));
    const yes = units.map((unit) => unit.map((category) => has[category]!));
    let answers = 0;
    let both = 0;
    let one = 0;
    for (const unit of yes) {
      const with_ = unit.reduce((sum, each) => sum + each, 0);
      answers += with_;
      both += (with_ * (with_ - 1)) / 2;
      one += with_ * (unit.length - with_);
    }
    const pairs = 2 * both + one;
    return {
      label,
      answers,
      alpha: alpha(yes, 2, () => distances.nominal([], [])),
      specific: pairs === 0 ? { value: null, reason: 'no two answers to one record have it' } : { value: (2 * both) / pairs },
    };
  });
}

const labelsIn = (value: AnswerValue): readonly (string | number)[] => (Array.isArray(value) ? (value as readonly string[]) : [value as string | number]);

import { scoredStrategy, type Scorer } from '../scored.js';
import type { Votes } from '../votes.js';

/** Added to each count of an annotator's answers, so that what was never seen is not impossible. */
const smoothing = 0.01;
/** The steps end when the likelihood grows by less than this share of itself, or after so many. */
const tolerance = 1e-7;
const maxSteps = 200;

export interface DawidSkene {
  /** How frequent each class is. */
  readonly priors: Float64Array;
  /** How likely annotator `a` says `l` where `k` is true: at `(a * classes + l) * classes + k`. */
  readonly errors: Float64Array;
  /** How likely item `i` is of class `k`: at `i * classes + k`. */
  readonly posteriors: Float64Array;
  readonly steps: number;
}

/**
 * Maximum likelihood estimation of observer error-rates by the EM algorithm (A. P. Dawid and A. M. Skene, Applied
 * Statistics 28, 1979), starting from the shares of the votes.
 */
export function dawidSkene({ items, annotators, classes, item, by, said }: Votes): DawidSkene {
  const posteriors = new Float64Array(items * classes);
  for (let vote = 0; vote < item.length; vote++) posteriors[item[vote]! * classes + said[vote]!]!++;
  normalize(posteriors, classes);
  const priors = new Float64Array(classes);
  const errors = new Float64Array(annotators * classes * classes);
  const logErrors = new Float64Array(errors.length);
  let likelihood = -Infinity;
  for (let step = 1; ; step++) {
    maximize();
    const before = likelihood;
    likelihood = expect();
    if (step === maxSteps || likelihood - before <= tolerance * Math.abs(likelihood)) return { priors, errors, posteriors, steps: step };
  }

  function maximize(): void {
    priors.fill(0);
    errors.fill(smoothing);
    for (let i = 0; i < posteriors.length; i++) priors[i % classes]! += posteriors[i]! / items;
    for (let vote = 0; vote < item.length; vote++) {
      const at = (by[vote]! * classes + said[vote]!) * classes;
      const from = item[vote]! * classes;
      for (let k = 0; k < classes; k++) errors[at + k]! += posteriors[from + k]!;
    }
    for (let annotator = 0; annotator < annotators; annotator++) {
      const start = annotator * classes * classes;
      for (let k = 0; k < classes; k++) {
        let sum = 0;
        for (let l = 0; l < classes; l++) sum += errors[start + l * classes + k]!;
        for (let l = 0; l < classes; l++) errors[start + l * classes + k]! /= sum;
      }
    }
    for (let i = 0; i < errors.length; i++) logErrors[i] = Math.log(errors[i]!);
  }

  /** Gives the logarithm of the likelihood. */
  function expect(): number {
    for (let i = 0; i < posteriors.length; i++) posteriors[i] = Math.log(Math.max(priors[i % classes]!, Number.MIN_VALUE));
    for (let vote = 0; vote < item.length; vote++) {
      const at = (by[vote]! * classes + said[vote]!) * classes;
      const to = item[vote]! * classes;
      for (let k = 0; k < classes; k++) posteriors[to + k]! += logErrors[at + k]!;
    }
    let sum = 0;
    for (let start = 0; start < posteriors.length; start += classes) sum += exponentiate(posteriors, start, classes);
    return sum;
  }
}

/** Logarithms become shares of 1; gives the logarithm of their sum. */
function exponentiate(values: Float64Array, start: number, count: number): number {
  let most = -Infinity;
  for (let k = start; k < start + count; k++) most = Math.max(most, values[k]!);
  let sum = 0;
  for (let k = start; k < start + count; k++) sum += values[k] = Math.exp(values[k]! - most);
  for (let k = start; k < start + count; k++) values[k]! /= sum;
  return most + Math.log(sum);
}

function normalize(values: Float64Array, count: number): void {
  for (let start = 0; start < values.length; start += count) {
    let sum = 0;
    for (let k = start; k < start + count; k++) sum += values[k]!;
    for (let k = start; k < start + count; k++) values[k]! /= sum;
  }
}

export const dawidSkeneStrategy = scoredStrategy(
  {
    name: 'dawid_skene',
    doc:
      'The most probable answer by the model of Dawid and Skene (1979), which learns from all answers how each annotator errs. ' +
      'Multi-label: each label on its own. Equally probable answers by the tie rule.',
    weighs: 'how likely an answer is right, by the model',
  },
  (votes): Scorer => {
    const { classes, annotators } = votes;
    const { priors, errors } = dawidSkene(votes);
    const scores = new Float64Array(classes);
    const logErrors = errors.map(Math.log);
    const weights = Float64Array.from({ length: annotators }, (_, annotator) => priors.reduce((sum, prior, k) => sum + prior * errors[(annotator * classes + k) * classes + k]!, 0));
    return {
      weights,
      scores(by, said) {
        priors.forEach((prior, k) => (scores[k] = Math.log(Math.max(prior, Number.MIN_VALUE))));
        by.forEach((annotator, i) => {
          for (let k = 0; k < classes; k++) scores[k]! += logErrors[(annotator * classes + said[i]!) * classes + k]!;
        });
        exponentiate(scores, 0, classes);
        return scores;
      },
    };
  },
);

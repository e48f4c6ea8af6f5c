import type { SparseMatrix } from './csr.js';
import type { Objective } from './lbfgs.js';

/**
 * What the outputs mean: `softmax`, one output for each class, exactly one of which is right; `sigmoid`, each output
 * says yes or no by itself (two classes have one output, several labels one each).
 */
export type Link = 'softmax' | 'sigmoid';

/** The right answers, by row: for `softmax` the class of a row, for `sigmoid` 0 or 1 for each output of a row. */
export interface Targets {
  readonly link: Link;
  readonly outputs: number;
  readonly values: Uint32Array;
}

/** Weight of a row in the loss, for one output (`sigmoid`) or as a whole (`softmax`); 1 where classes count alike. */
export type RowWeights = Float64Array;

/**
 * Parameters: `features × outputs` weights, those of one feature side by side, then the outputs' intercepts.
 * The loss is the mean over rows plus |weights|² / (2 C n), where n is the sum of the row weights: scikit-learn's.
 */
export function logisticObjective(matrix: SparseMatrix, targets: Targets, C: number, rowWeights: RowWeights): Objective {
  const { outputs } = targets;
  const size = matrix.columns * outputs;
  const perOutput = targets.link === 'sigmoid';
  // Each output of `sigmoid` is a problem of its own, with its own sum of weights.
  const sums = new Float64Array(perOutput ? outputs : 1);
  rowWeights.forEach((weight, i) => (sums[perOutput ? i % outputs : 0]! += weight));
  const strengths = Float64Array.from({ length: outputs }, (_, k) => 1 / (C * sums[perOutput ? k : 0]!));
  const scores = new Float64Array(outputs);
  // The loops below are where training spends its time: plain variables are quicker than properties.
  const { starts, indices, values } = matrix;
  return (x, gradient) => {
    gradient.fill(0);
    let loss = 0;
    for (let row = 0; row < matrix.rows; row++) {
      score(matrix, row, x, outputs, scores);
      if (perOutput) {
        for (let k = 0; k < outputs; k++) {
          const weight = rowWeights[row * outputs + k]! / sums[k]!;
          const margin = scores[k]!;
          const truth = targets.values[row * outputs + k]!;
          loss += weight * (Math.max(margin, 0) + Math.log1p(Math.exp(-Math.abs(margin))) - truth * margin);
          scores[k] = weight * (sigmoid(margin) - truth);
        }
      } else {
        const weight = rowWeights[row]! / sums[0]!;
        const truth = targets.values[row]!;
        const margin = scores[truth]!;
        loss += weight * (softmax(scores) - margin);
        scores[truth]! -= 1;
        for (let k = 0; k < outputs; k++) scores[k]! *= weight;
      }
      const to = starts[row + 1]!;
      for (let i = starts[row]!; i < to; i++) {
        const value = values[i]!;
        let at = indices[i]! * outputs;
        for (let k = 0; k < outputs; k++) gradient[at++]! += value * scores[k]!;
      }
      for (let k = 0; k < outputs; k++) gradient[size + k]! += scores[k]!;
    }
    for (let i = 0; i < size; ) {
      for (let k = 0; k < outputs; k++, i++) {
        const pull = strengths[k]! * x[i]!;
        loss += 0.5 * pull * x[i]!;
        gradient[i]! += pull;
      }
    }
    return loss;
  };
}

/** Probabilities by row, `outputs` side by side. */
export function probabilities(matrix: SparseMatrix, x: Float64Array, link: Link, outputs: number): Float64Array {
  const result = new Float64Array(matrix.rows * outputs);
  for (let row = 0; row < matrix.rows; row++) {
    const scores = result.subarray(row * outputs, (row + 1) * outputs);
    score(matrix, row, x, outputs, scores);
    if (link === 'softmax') softmax(scores);
    else for (let k = 0; k < outputs; k++) scores[k] = sigmoid(scores[k]!);
  }
  return result;
}

function score({ columns, starts, indices, values }: SparseMatrix, row: number, x: Float64Array, outputs: number, scores: Float64Array): void {
  const size = columns * outputs;
  for (let k = 0; k < outputs; k++) scores[k] = x[size + k]!;
  const to = starts[row + 1]!;
  for (let i = starts[row]!; i < to; i++) {
    const value = values[i]!;
    let at = indices[i]! * outputs;
    for (let k = 0; k < outputs; k++) scores[k]! += value * x[at++]!;
  }
}

function sigmoid(margin: number): number {
  const power = Math.exp(-Math.abs(margin));
  return margin >= 0 ? 1 / (1 + power) : power / (1 + power);
}

/** Turns scores into probabilities in place and gives the logarithm of their sum before. */
function softmax(scores: Float64Array): number {
  let most = -Infinity;
  for (const each of scores) most = Math.max(most, each);
  let sum = 0;
  for (let k = 0; k < scores.length; k++) sum += scores[k] = Math.exp(scores[k]! - most);
  for (let k = 0; k < scores.length; k++) scores[k]! /= sum;
  return most + Math.log(sum);
}

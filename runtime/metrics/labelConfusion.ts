/** Of one label: on how many rows it was given and is true, and so on. */
export interface LabelConfusion {
  readonly label: string;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/**
 * Confusion of each label where rows have several.
 *
 * @example
 * labelConfusions(['a'], [['a'], []], [['a'], ['a']]); // [{ label: 'a', truePositives: 1, falsePositives: 1, falseNegatives: 0, trueNegatives: 0 }]
 */
export function labelConfusions(
  labels: readonly string[],
  truth: readonly (readonly string[])[],
  predicted: readonly (readonly string[])[],
): LabelConfusion[] {
  return labels.map((label) => {
    const counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 };
    truth.forEach((wanted, row) => {
      const right = wanted.includes(label);
      if (predicted[row]!.includes(label)) right ? counts.truePositives++ : counts.falsePositives++;
      else right ? counts.falseNegatives++ : counts.trueNegatives++;
    });
    return { label, ...counts };
  });
}

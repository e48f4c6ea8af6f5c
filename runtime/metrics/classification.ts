/**
 * How well predicted labels fit the true ones. Definitions are scikit-learn's: a quotient by zero is 0, macro averages
 * go over the labels that occur in the truth or the predictions.
 */

/** Scores of one label; `support` counts the rows that truly have it. */
export interface ClassScore {
  readonly label: string;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly support: number;
}

/** `counts[i][j]`: rows that truly have label `i` and were given label `j`. */
export interface Confusion {
  readonly labels: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

export interface Evaluation {
  /** `accuracy`, `precision`, `recall`, `f1` (macro averages); for several labels `f1_micro` too, and all labels must be right. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly perClass: readonly ClassScore[];
  /** `null` where rows have several labels. */
  readonly confusion: Confusion | null;
}

/**
 * Compares one label a row; all labels that occur must be in `labels`.
 *
 * @example
 * classification(['ham', 'spam'], ['ham', 'spam', 'spam'], ['ham', 'ham', 'spam']).metrics.accuracy; // 2 / 3
 */
export function classification(labels: readonly string[], truth: readonly string[], predicted: readonly string[]): Evaluation {
  const index = new Map(labels.map((label, i) => [label, i]));
  const counts = labels.map(() => labels.map(() => 0));
  truth.forEach((label, row) => counts[index.get(label)!]![index.get(predicted[row]!)!]!++);
  const hits = labels.map((_, i) => counts[i]![i]!);
  const support = counts.map(total);
  const given = labels.map((_, j) => total(counts.map((row) => row[j]!)));
  const perClass = labels.map((label, i) => classScore(label, hits[i]!, given[i]!, support[i]!));
  const metrics = { accuracy: divide(total(hits), truth.length), ...macro(perClass, given) };
  return { metrics, perClass, confusion: { labels, counts } };
}

/** Compares sets of labels; a row is right where all its labels are. */
export function multiLabelClassification(
  labels: readonly string[],
  truth: readonly (readonly string[])[],
  predicted: readonly (readonly string[])[],
): Evaluation {
  const index = new Map(labels.map((label, i) => [label, i]));
  const [hits, given, support] = [labels.map(() => 0), labels.map(() => 0), labels.map(() => 0)];
  let exact = 0;
  truth.forEach((wanted, row) => {
    const wants = new Set(wanted);
    const gets = new Set(predicted[row]!);
    for (const label of wants) support[index.get(label)!]!++;
    for (const label of gets) given[index.get(label)!]!++;
    const both = [...gets].filter((label) => wants.has(label));
    for (const label of both) hits[index.get(label)!]!++;
    if (both.length === wants.size && both.length === gets.size) exact++;
  });
  const perClass = labels.map((label, i) => classScore(label, hits[i]!, given[i]!, support[i]!));
  const micro = divide(2 * total(hits), total(given) + total(support));
  return { metrics: { accuracy: divide(exact, truth.length), ...macro(perClass, given), f1_micro: micro }, perClass, confusion: null };
}

/** The label that most rows have, of equally frequent ones the first of `labels`: what any model must beat. */
export function majorityLabel(labels: readonly string[], truth: readonly string[]): string {
  const counts = new Map(labels.map((label) => [label, 0]));
  for (const label of truth) counts.set(label, counts.get(label)! + 1);
  return labels.reduce((best, label) => (counts.get(label)! > counts.get(best)! ? label : best));
}

/** The labels that more than half of the rows have. */
export function majorityLabels(labels: readonly string[], truth: readonly (readonly string[])[]): string[] {
  return labels.filter((label) => truth.filter((row) => row.includes(label)).length * 2 > truth.length);
}

function classScore(label: string, hits: number, given: number, support: number): ClassScore {
  return { label, precision: divide(hits, given), recall: divide(hits, support), f1: divide(2 * hits, given + support), support };
}

function macro(perClass: readonly ClassScore[], given: readonly number[]): Record<'precision' | 'recall' | 'f1', number> {
  const occurring = perClass.filter((score, i) => score.support > 0 || given[i]! > 0);
  const mean = (name: 'precision' | 'recall' | 'f1'): number => divide(total(occurring.map((score) => score[name])), occurring.length);
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const divide = (a: number, b: number): number => (b === 0 ? 0 : a / b);

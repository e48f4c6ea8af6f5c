import { columns } from '../columns.js';
import type { Figure } from '../figure.js';
import { count, percent } from '../numbers.js';
import { visibleLine } from '../visible.js';

export interface ConfusionMatrixInput {
  readonly labels: readonly string[];
  /** `counts[i][j]`: rows with label i for which label j was predicted. */
  readonly counts: readonly (readonly number[])[];
  readonly title?: string;
}

/** Counts, and their share of the true label's row, which colours the cell. */
export function confusionMatrix(input: ConfusionMatrixInput): Figure {
  const { labels, counts } = input;
  const shares = labels.map((_, i) => {
    const total = labels.reduce((sum, _, j) => sum + (counts[i]?.[j] ?? 0), 0);
    return labels.map((_, j) => (total ? (counts[i]?.[j] ?? 0) / total : null));
  });
  const texts = labels.map((_, i) =>
    labels.map((_, j) => `${count(counts[i]?.[j] ?? 0)} (${percent(shares[i]?.[j])})`),
  );
  const cells = labels.map((_, i) => labels.map((_, j) => `${count(counts[i]?.[j] ?? 0)}\n${percent(shares[i]?.[j])}`));
  const title = input.title ?? 'Confusion matrix';
  const names = labels.map(visibleLine);
  const size = 220 + 96 * labels.length;
  return {
    title,
    width: Math.min(1100, Math.max(480, size)),
    height: Math.min(900, Math.max(320, 150 + 52 * labels.length)),
    panels: [
      {
        x: { title: 'predicted' },
        y: { title: 'true label' },
        traces: [{ kind: 'heatmap', x: labels, y: labels, z: shares, texts: cells, range: [0, 1] }],
      },
    ],
    text: `${visibleLine(title)} (rows: true label, columns: predicted)\n${columns([['', ...names], ...texts.map((row, i) => [names[i] ?? '', ...row])], ['left', ...names.map(() => 'right' as const)], true)}`,
  };
}

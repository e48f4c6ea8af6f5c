import { columns } from '../columns.js';
import type { Figure } from '../figure.js';
import { score } from '../numbers.js';
import { visibleLine } from '../visible.js';

export interface AgreementHeatMapInput {
  readonly question: string;
  /** What the numbers are: `Krippendorff's alpha`, `share of equal answers`. */
  readonly measure: string;
  readonly annotators: readonly string[];
  /** `values[i][j]`: agreement of annotators i and j; `null` where they share no record. */
  readonly values: readonly (readonly (number | null)[])[];
}

/** Agreement of each pair of annotators. */
export function agreementHeatMap(input: AgreementHeatMapInput): Figure {
  const { annotators, values } = input;
  const texts = annotators.map((_, i) => annotators.map((_, j) => (i === j ? '–' : score(values[i]?.[j]))));
  const size = Math.min(720, 200 + 90 * annotators.length);
  const title = `Agreement between annotators: ${input.question}`;
  const names = annotators.map(visibleLine);
  return {
    title,
    width: Math.max(420, size),
    height: Math.max(280, size * 0.72),
    panels: [
      {
        x: { title: input.measure },
        y: {},
        traces: [
          {
            kind: 'heatmap',
            x: annotators,
            y: annotators,
            z: annotators.map((_, i) => annotators.map((_, j) => (i === j ? null : (values[i]?.[j] ?? null)))),
            texts,
            range: [0, 1],
          },
        ],
      },
    ],
    text: `${visibleLine(title)} (${visibleLine(input.measure)})\n${columns([['', ...names], ...texts.map((row, i) => [names[i] ?? '', ...row])], ['left', ...names.map(() => 'right' as const)], true)}`,
  };
}

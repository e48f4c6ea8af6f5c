import { columns } from '../columns.js';
import type { Figure } from '../figure.js';
import { count, number } from '../numbers.js';
import { visibleLine } from '../visible.js';

export interface HistogramInput {
  readonly title: string;
  /** What a value is: `characters`. */
  readonly unit: string;
  /** What is counted: `records`. */
  readonly of: string;
  /** Finite numbers; others are left out and counted in the text. */
  readonly values: Iterable<number>;
  /** Bins at most. Default: 20. */
  readonly bins?: number;
}

/** How often values fall into bins of equal, round width (1, 2 or 5 times a power of ten; whole for whole numbers). */
export function histogram(input: HistogramInput): Figure {
  const all = [...input.values];
  const values = all.filter(Number.isFinite).sort((a, b) => a - b);
  const [least, most] = [values[0] ?? 0, values.at(-1) ?? 0];
  const whole = values.every(Number.isInteger);
  const width = binWidth((most - least) / (input.bins ?? 20), whole);
  const first = Math.floor(least / width);
  const counts = new Array<number>(values.length ? Math.floor(most / width) - first + 1 : 0).fill(0);
  for (const value of values) counts[Math.floor(value / width) - first]! += 1;
  const starts = counts.map((_, i) => Number(((first + i) * width).toPrecision(12)));
  const median = values.length
    ? (values[Math.floor((values.length - 1) / 2)]! + values[Math.ceil((values.length - 1) / 2)]!) / 2
    : NaN;
  const name = (start: number) =>
    whole && width === 1
      ? number(start)
      : whole
        ? `${number(start)}–${number(start + width - 1)}`
        : `${number(start)}–${number(start + width)}`;
  const summary = `${count(values.length)} ${input.of}, ${input.unit}: least ${number(least)}, median ${number(median)}, most ${number(most)}`;
  const lost = all.length - values.length;
  return {
    title: input.title,
    panels: [
      {
        x: { title: input.unit, numeric: true },
        y: { title: input.of, numeric: true },
        traces: [
          {
            kind: 'bar',
            x: starts.map((start) => start + (whole ? (width - 1) / 2 : width / 2)),
            y: counts,
            width: width * 0.94,
          },
        ],
      },
    ],
    text: `${visibleLine(input.title)}\n${visibleLine(summary)}${lost ? ` (${count(lost)} without a number left out)` : ''}\n${columns([[visibleLine(input.unit), visibleLine(input.of)], ...starts.map((start, i) => [name(start), count(counts[i] ?? 0)])], ['right', 'right'], true)}`,
  };
}

function binWidth(least: number, whole: boolean): number {
  if (!(least > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const width = ([1, 2, 5, 10].find((step) => step * power >= least) ?? 10) * power;
  return whole ? Math.max(1, Math.round(width)) : width;
}

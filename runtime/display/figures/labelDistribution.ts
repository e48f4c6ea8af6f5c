import { columns } from '../columns.js';
import type { Figure, Trace } from '../figure.js';
import { count, percent } from '../numbers.js';
import { own } from '../own.js';
import { visibleLine } from '../visible.js';

export interface LabelDistributionInput {
  readonly question: string;
  /** In the order of the question's options. `byAnnotator` holds the counts by the annotator's name. */
  readonly labels: readonly {
    readonly label: string;
    readonly count: number;
    readonly byAnnotator?: Readonly<Record<string, number>>;
  }[];
  /** Default: `Submitted answers`. */
  readonly what?: string;
  /** What is counted. Default: `answers`. */
  readonly counted?: string;
}

/** How often each label was given; where annotators are named, one bar for each. */
export function labelDistribution(input: LabelDistributionInput): Figure {
  const { what = 'Submitted answers', counted = 'answers' } = input;
  const names = input.labels.map(({ label }) => label);
  const annotators = [...new Set(input.labels.flatMap(({ byAnnotator }) => Object.keys(byAnnotator ?? {})))].sort();
  const total = input.labels.reduce((sum, { count: n }) => sum + n, 0);
  const traces: Trace[] =
    annotators.length > 1
      ? annotators.map((name) => ({
          kind: 'bar',
          name,
          x: names,
          y: input.labels.map(({ byAnnotator }) => own(byAnnotator, name) ?? 0),
        }))
      : [
          {
            kind: 'bar',
            x: names,
            y: input.labels.map(({ count: n }) => n),
            texts: input.labels.map(({ count: n }) => count(n)),
          },
        ];
  const head = ['label', counted, 'share', ...(annotators.length > 1 ? annotators.map(visibleLine) : [])];
  const rows = input.labels.map(({ label, count: n, byAnnotator }) => [
    visibleLine(label),
    count(n),
    percent(total ? n / total : null),
    ...(annotators.length > 1 ? annotators.map((name) => count(own(byAnnotator, name) ?? 0)) : []),
  ]);
  const title = `${what} by label: ${input.question}`;
  return {
    title,
    panels: [{ x: {}, y: { title: counted, numeric: true }, traces }],
    text: `${visibleLine(title)}\n${columns([head, ...rows], ['left', ...head.slice(1).map(() => 'right' as const)], true)}`,
  };
}

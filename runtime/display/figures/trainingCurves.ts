import { columns } from '../columns.js';
import type { Figure, Panel } from '../figure.js';
import { number } from '../numbers.js';
import { visibleLine } from '../visible.js';

export interface Curve {
  readonly name: string;
  readonly points: readonly { readonly step: number; readonly value: number }[];
}

export interface TrainingCurvesInput {
  readonly training: string;
  /** What an x is. Default: `step`. */
  readonly unit?: string;
  readonly losses: readonly Curve[];
  readonly metrics: readonly Curve[];
  /** A line to beat among the metrics: `majority class`. */
  readonly baseline?: { readonly name: string; readonly value: number };
}

/** Losses and metrics by step, beside each other; a metric that would flatten all others stands by itself. */
export function trainingCurves(input: TrainingCurvesInput): Figure {
  const unit = input.unit ?? 'step';
  const panels: Panel[] = [];
  if (input.losses.length > 0)
    panels.push({
      x: { title: unit, numeric: true },
      y: { title: 'loss', numeric: true },
      traces: lines(input.losses, 0),
    });
  const high = input.metrics.find((one) => largest([one]) > muchLarger * largest(input.metrics.filter((other) => other !== one)));
  const metrics = input.metrics.filter((one) => one !== high);
  if (metrics.length > 0) {
    const traces = lines(metrics, input.losses.length);
    const steps = metrics.flatMap(({ points }) => points.map(({ step }) => step));
    if (input.baseline && steps.length > 0) {
      const { name, value } = input.baseline;
      const [first, last] = [steps.reduce((a, b) => Math.min(a, b)), steps.reduce((a, b) => Math.max(a, b))];
      traces.push({
        kind: 'line',
        name: visibleLine(name),
        x: [first, last],
        y: [value, value],
        dashed: true,
        color: 6,
      });
    }
    const within = metrics.every(({ points }) => points.every(({ value }) => value >= 0 && value <= 1));
    panels.push({
      x: { title: unit, numeric: true },
      y: { title: 'metric', numeric: true, ...(within ? { range: [0, 1.02] } : {}) },
      traces,
    });
  }
  if (high) panels.push({ x: { title: unit, numeric: true }, y: { title: visibleLine(high.name), numeric: true }, traces: lines([high], input.losses.length + metrics.length) });
  const curves = [...input.losses, ...input.metrics];
  const steps = [...new Set(curves.flatMap(({ points }) => points.map(({ step }) => step)))].sort((a, b) => a - b);
  const maps = curves.map(({ points }) => new Map(points.map(({ step, value }) => [step, value])));
  const rows = thin(steps, 12).map((step) => [
    number(step),
    ...maps.map((map) => (map.has(step) ? number(map.get(step) as number) : '')),
  ]);
  const title = `Training: ${input.training}`;
  const baseline = input.baseline ? `\n${visibleLine(input.baseline.name)}: ${number(input.baseline.value)}` : '';
  return {
    title,
    panels:
      panels.length > 0
        ? panels
        : [{ x: { title: unit, numeric: true }, y: { title: 'loss', numeric: true }, traces: [] }],
    text: `${visibleLine(title)}\n${columns([[unit, ...curves.map(({ name }) => visibleLine(name))], ...rows], ['right', ...curves.map(() => 'right' as const)], true)}${baseline}`,
  };
}

/** So many times the others' largest value: they would be a line at the bottom. */
const muchLarger = 8;

/** Infinite of no curves: a single one is no exception. */
function largest(curves: readonly Curve[]): number {
  const values = curves.flatMap(({ points }) => points.map(({ value }) => Math.abs(value))).filter(Number.isFinite);
  return curves.length === 0 ? Infinity : values.reduce((a, b) => Math.max(a, b), 0);
}

function lines(curves: readonly Curve[], from: number): Panel['traces'][number][] {
  return curves.map(({ name, points }, i) => ({
    kind: 'line',
    name,
    x: points.map(({ step }) => step),
    y: points.map(({ value }) => (Number.isFinite(value) ? value : null)),
    color: from + i,
  }));
}

/** At most `limit` of the steps, evenly, the first and the last among them. */
function thin(steps: readonly number[], limit: number): readonly number[] {
  if (steps.length <= limit) return steps;
  return Array.from({ length: limit }, (_, i) => steps[Math.round((i * (steps.length - 1)) / (limit - 1))] as number);
}

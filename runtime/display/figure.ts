/**
 * Figures: one plain description, shown as Plotly JSON (live where a front end draws it), as SVG (everywhere else) and
 * as text with the numbers.
 */
import { createHash } from 'node:crypto';
import type { MimeBundle } from './bundle.js';
import { palette } from './parts.js';
import { drawSvg } from './svg.js';
import { visibleLine } from './visible.js';

export type Trace =
  | {
      readonly kind: 'bar';
      readonly name?: string;
      /** Categories; of a figure with numbers for categories the axis says `numeric`. */
      readonly x: readonly (string | number)[];
      readonly y: readonly number[];
      /** A text on each bar. */
      readonly texts?: readonly string[];
      /** Width of the bars, in units of a numeric axis. */
      readonly width?: number;
    }
  | {
      readonly kind: 'line';
      readonly name?: string;
      readonly x: readonly number[];
      /** `null` leaves a gap. */
      readonly y: readonly (number | null)[];
      readonly dashed?: boolean;
      /** Index into the palette. Default: the trace's own position. */
      readonly color?: number;
    }
  | {
      readonly kind: 'heatmap';
      readonly x: readonly string[];
      /** From the top down. */
      readonly y: readonly string[];
      readonly z: readonly (readonly (number | null)[])[];
      readonly texts: readonly (readonly string[])[];
      readonly range: readonly [number, number];
    };

export interface Axis {
  readonly title?: string;
  readonly numeric?: boolean;
  readonly range?: readonly [number, number];
}

/** One coordinate system; panels stand beside each other. */
export interface Panel {
  readonly x: Axis;
  readonly y: Axis;
  readonly traces: readonly Trace[];
}

export interface Figure {
  readonly title: string;
  readonly panels: readonly Panel[];
  /** The numbers, as `text/plain`. */
  readonly text: string;
  /** Bars of several traces on top of each other instead of side by side. */
  readonly stacked?: boolean;
  /** In pixels. Default: 720 × 360. */
  readonly width?: number;
  readonly height?: number;
}

export const PLOTLY = 'application/vnd.plotly.v1+json';

/**
 * Draws a figure: `application/vnd.plotly.v1+json`, `image/svg+xml`, `text/plain`. Where no drawing can be made the SVG
 * is left out and the text says why; the rest is the same.
 *
 * @example
 * const bundle = await renderFigure(labelDistribution({ question: 'label', labels: [{ label: 'spam', count: 3 }] }));
 */
export async function renderFigure(figure: Figure): Promise<MimeBundle> {
  const live = figureBundleWithoutSvg(figure);
  const plotly = toPlotly(figure);
  const drawing = await drawSvg(plotly, createHash('sha256').update(JSON.stringify(plotly)).digest('hex'));
  return 'svg' in drawing
    ? { [PLOTLY]: live[PLOTLY], 'image/svg+xml': drawing.svg, 'text/plain': live['text/plain'] }
    : { ...live, 'text/plain': `${figure.text}\n(no picture: ${drawing.failure})` };
}

/** The figure at once and without a picture: for updates that follow each other quickly. */
export function figureBundleWithoutSvg(figure: Figure): MimeBundle {
  return {
    [PLOTLY]: { ...toPlotly(figure), config: { displayModeBar: false, displaylogo: false, responsive: true } },
    'text/plain': figure.text,
  };
}

const INK = '#333333';
const GRID = '#e6e6e6';
// Light to dark blue; reads in grey and for colour-blind readers.
const SCALE = [
  [0, '#f7fbff'],
  [0.25, '#c6dbef'],
  [0.5, '#6baed6'],
  [0.75, '#2171b5'],
  [1, '#08306b'],
];

/** Data and layout as plotly.js takes them; labels of data stand literally. */
export function toPlotly(figure: Figure): { data: object[]; layout: object } {
  const many = figure.panels.length;
  const data = figure.panels.flatMap((panel, p) => panel.traces.map((trace, t) => toTrace(trace, t, p, panel)));
  const named = figure.panels.some(
    ({ traces }) => traces.filter(({ kind, ...rest }) => kind !== 'heatmap' && 'name' in rest).length > 1,
  );
  const axes = figure.panels.map((panel, p) => [
    [
      `xaxis${p ? p + 1 : ''}`,
      {
        ...toAxis(panel.x, panel),
        domain: [(p + (p ? 0.08 : 0)) / many, (p + 1 - (p < many - 1 ? 0.08 : 0)) / many],
        anchor: `y${p ? p + 1 : ''}`,
      },
    ],
    [
      `yaxis${p ? p + 1 : ''}`,
      {
        ...toAxis(panel.y, panel),
        anchor: `x${p ? p + 1 : ''}`,
        ...(isHeatmap(panel) ? { autorange: 'reversed' } : {}),
      },
    ],
  ]);
  return {
    data,
    layout: {
      title: {
        text: label(figure.title),
        x: 0.02,
        xanchor: 'left',
        y: 1 - 28 / (figure.height ?? 360),
        yanchor: 'middle',
        font: { size: 15 },
      },
      width: figure.width ?? 720,
      height: figure.height ?? 360,
      margin: { l: 64, r: 24, t: named ? 84 : 56, b: 56 },
      font: { family: '"Helvetica Neue", Arial, "Liberation Sans", "DejaVu Sans", sans-serif', size: 12, color: INK },
      paper_bgcolor: '#ffffff',
      plot_bgcolor: '#ffffff',
      colorway: [...palette],
      bargap: 0.25,
      barmode: figure.stacked ? 'stack' : 'group',
      showlegend: named,
      legend: { orientation: 'h', x: 1, xanchor: 'right', y: 1.02, yanchor: 'bottom' },
      ...Object.fromEntries(axes.flat()),
    },
  };
}

function toTrace(trace: Trace, t: number, p: number, panel: Panel): object {
  const place = p ? { xaxis: `x${p + 1}`, yaxis: `y${p + 1}` } : {};
  if (trace.kind === 'heatmap') {
    return {
      type: 'heatmap',
      x: categories(trace.x),
      y: categories(trace.y),
      z: trace.z,
      text: trace.texts.map((row) => row.map((text) => text.split('\n').map(label).join('<br>'))),
      texttemplate: '%{text}',
      hovertemplate: '%{y} / %{x}: %{text}<extra></extra>',
      colorscale: SCALE,
      zmin: trace.range[0],
      zmax: trace.range[1],
      showscale: false,
      xgap: 2,
      ygap: 2,
      ...place,
    };
  }
  const name = trace.name === undefined ? {} : { name: label(trace.name) };
  if (trace.kind === 'bar') {
    return {
      type: 'bar',
      ...name,
      x: categories(trace.x),
      y: trace.y,
      marker: { color: palette[t % palette.length] },
      hovertemplate: `%{x}: %{y}<extra>${name.name ?? ''}</extra>`,
      ...(trace.texts ? { text: trace.texts.map(label), textposition: 'auto', cliponaxis: false } : {}),
      ...(trace.width === undefined ? {} : { width: trace.width }),
      ...place,
    };
  }
  const color = palette[(trace.color ?? t) % palette.length];
  const sparse = panel.traces.every((other) => other.kind === 'line' && other.x.length <= 40);
  return {
    type: 'scatter',
    mode: trace.dashed ? 'lines' : sparse ? 'lines+markers' : 'lines',
    ...name,
    x: trace.x,
    y: trace.y,
    connectgaps: false,
    line: { color, width: 2, dash: trace.dashed ? 'dash' : 'solid' },
    marker: { color, size: 5 },
    hovertemplate: `%{x}: %{y:.4g}<extra>${name.name ?? ''}</extra>`,
    ...place,
  };
}

function toAxis(axis: Axis, panel: Panel): object {
  const grid = !isHeatmap(panel) && axis === panel.y;
  return {
    ...(axis.title === undefined ? {} : { title: { text: label(axis.title), standoff: 10 } }),
    type: axis.numeric ? 'linear' : 'category',
    automargin: true,
    showgrid: grid,
    gridcolor: GRID,
    zeroline: false,
    linecolor: '#999999',
    showline: !grid && !isHeatmap(panel),
    ticks: '',
    ...(axis.range ? { range: axis.range } : {}),
    ...(grid && fewCounts(panel) ? { dtick: 1 } : {}),
    ...(axis === panel.y && axis.numeric && !axis.range ? { rangemode: 'tozero' } : {}),
  };
}

/** Small counts: an axis with halves between them would say nothing. */
function fewCounts(panel: Panel): boolean {
  return panel.traces.every(
    (trace) => trace.kind === 'bar' && trace.y.every((value) => Number.isInteger(value) && value <= 6),
  );
}

function isHeatmap(panel: Panel): boolean {
  return panel.traces.some(({ kind }) => kind === 'heatmap');
}

/** plotly.js reads a little HTML and entities in every label; data means neither. */
function label(text: string): string {
  return visibleLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const LINE = 20;

/** Labels along an axis: on up to three short lines, the rest cut; two that become equal are told apart by a number. */
function categories(values: readonly (string | number)[]): (string | number)[] {
  const seen = new Map<string, number>();
  return values.map((value) => {
    if (typeof value === 'number') return value;
    const lines: string[] = [];
    for (const word of visibleLine(value)
      .split(' ')
      .flatMap((long) => long.match(new RegExp(`.{1,${LINE}}`, 'gu')) ?? [''])) {
      const last = lines.at(-1);
      if (last !== undefined && last.length + 1 + word.length <= LINE) lines[lines.length - 1] = `${last} ${word}`;
      else lines.push(word);
    }
    const shown = lines.length > 3 ? [...lines.slice(0, 2), `${lines[2]}…`] : lines;
    const text = shown.map(label).join('<br>');
    const times = (seen.get(text) ?? 0) + 1;
    seen.set(text, times);
    return times === 1 ? text : `${text} (${times})`;
  });
}

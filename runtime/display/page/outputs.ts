/** Outputs of cells, each in the richest form that a page without network can show. */
import { html, type Html, jsonBlock } from '../html.js';
import { clip } from '../visible.js';
import { ansiToHtml } from './ansi.js';
import { markdownToHtml } from './markdown.js';
import { at, textOf } from './notebook.js';
import { sanitise } from './sanitise.js';
import { picture } from './picture.js';

const PLOTLY = 'application/vnd.plotly.v1+json';
/** A stream longer than this is cut: a page is to be read. */
const STREAM_LIMIT = 200_000;

export interface ShownOutputs {
  readonly markup: readonly Html[];
  readonly figures: number;
}

/** Shows outputs in their order; texts of one stream that follow each other are one. */
export function outputsToHtml(outputs: readonly unknown[]): ShownOutputs {
  const markup: Html[] = [];
  let figures = 0;
  for (let i = 0; i < outputs.length; i++) {
    const output = outputs[i];
    const kind = at(output, 'output_type');
    if (kind === 'stream') {
      const name = at(output, 'name');
      let text = textOf(at(output, 'text')) ?? '';
      while (at(outputs[i + 1], 'output_type') === 'stream' && at(outputs[i + 1], 'name') === name)
        text += textOf(at(outputs[++i], 'text')) ?? '';
      if (text !== '') markup.push(streamToHtml(text, name === 'stderr'));
    } else if (kind === 'error') {
      markup.push(errorToHtml(output));
    } else if (kind === 'display_data' || kind === 'execute_result') {
      const figure = figureToHtml(at(output, 'data'));
      if (figure) figures++;
      const shown = figure ?? dataToHtml(at(output, 'data'));
      if (shown) markup.push(shown);
    }
  }
  return { markup, figures };
}

function streamToHtml(text: string, isError: boolean): Html {
  const { text: shown, cut } = clip(text, STREAM_LIMIT);
  return html`<pre class="${isError ? 'stream stderr' : 'stream'}">${ansiToHtml(shown)}${cut > 0 && `\n… ${cut} more characters`}</pre>`;
}

function errorToHtml(output: unknown): Html {
  const traceback = at(output, 'traceback');
  const lines = Array.isArray(traceback) ? traceback.filter((line): line is string => typeof line === 'string') : [];
  const text =
    lines.length > 0
      ? lines.join('\n')
      : `${textOf(at(output, 'ename')) ?? 'error'}: ${textOf(at(output, 'evalue')) ?? ''}`;
  return html`<pre class="stream error">${ansiToHtml(text)}</pre>`;
}

/** The picture stands until the figure is drawn, and stays where no script runs. */
function figureToHtml(data: unknown): Html | undefined {
  const plotly = at(data, PLOTLY);
  if (!Array.isArray(at(plotly, 'data'))) return undefined;
  const text = textOf(at(data, 'text/plain')) ?? 'figure';
  const svg = textOf(at(data, 'image/svg+xml'));
  const still = svg === undefined ? html`<pre class="still">${text}</pre>` : picture('image/svg+xml', svg, text);
  return html`<div class="figure">${still}${jsonBlock({ data: at(plotly, 'data'), layout: at(plotly, 'layout') ?? {} })}</div>`;
}

function dataToHtml(data: unknown): Html | undefined {
  const markup = textOf(at(data, 'text/html'));
  if (markup !== undefined) return html`<div class="rich">${sanitise(markup)}</div>`;
  const text = textOf(at(data, 'text/plain'));
  for (const kind of ['image/svg+xml', 'image/png', 'image/jpeg', 'image/gif', 'image/webp']) {
    const image = textOf(at(data, kind));
    if (image !== undefined) return picture(kind, image, text ?? 'picture');
  }
  const markdown = textOf(at(data, 'text/markdown'));
  if (markdown !== undefined) return html`<div class="rich">${markdownToHtml(markdown, undefined)}</div>`;
  if (text !== undefined) return html`<pre class="stream">${ansiToHtml(text)}</pre>`;
  const json = at(data, 'application/json');
  return json === undefined
    ? undefined
    : html`<pre class="stream">${clip(JSON.stringify(json, null, 2), STREAM_LIMIT).text}</pre>`;
}

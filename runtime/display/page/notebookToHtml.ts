import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { UserError } from '../../error.js';
import { html, type Html, trusted } from '../html.js';
import { drawFigures } from './drawFigures.js';
import { highlightCell } from './highlight.js';
import { markdownToHtml } from './markdown.js';
import { at, type Notebook, type NotebookCell, textOf } from './notebook.js';
import { outputsToHtml } from './outputs.js';
import { style } from './style.js';

export type { Notebook } from './notebook.js';

export interface PageOptions {
  /** The page's title. Default: `Notebook`. */
  readonly title?: string;
}

/**
 * Makes one HTML file of a notebook (nbformat 4): it opens from disk, needs no network and may use none, runs no script
 * of the notebook's, and is the same text for the same notebook. Figures are drawn by plotly.js, embedded once.
 * Throws a `UserError` for what is no such notebook.
 *
 * @example
 * const page = await notebookToHtml(JSON.parse(await readFile('quickstart.ipynb', 'utf8')), { title: 'Quickstart' });
 */
export async function notebookToHtml(notebook: Notebook, options: PageOptions = {}): Promise<string> {
  if (!Array.isArray(at(notebook, 'cells'))) {
    throw new UserError(
      'notebook/not-a-notebook',
      'This is no notebook: it has no list of cells.',
      'Open it in Jupyter and save it in the format 4.',
    );
  }
  let figures = 0;
  const cells = notebook.cells.map((cell) => {
    const shown = cellToHtml(cell);
    figures += shown.figures;
    return shown.markup;
  });
  const scripts = figures > 0 ? [await plotlySource(), drawFigures] : [];
  const body = html`<main>${cells}</main>${scripts.map(script)}`;
  return `<!doctype html>\n${
    html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${options.title ?? 'Notebook'}</title>
${trusted(`<style>${style}</style>`)}
</head>
<body>
${body}
</body>
</html>`.markup
  }\n`;
}

function cellToHtml(cell: NotebookCell): { markup: Html; figures: number } {
  const source = textOf(at(cell, 'source')) ?? '';
  const kind = at(cell, 'cell_type');
  if (kind === 'markdown')
    return {
      markup: html`<section class="markdown">${markdownToHtml(source, at(cell, 'attachments'))}</section>\n`,
      figures: 0,
    };
  if (kind !== 'code')
    return { markup: source ? html`<section class="markdown"><pre>${source}</pre></section>\n` : html``, figures: 0 };
  const outputs = at(cell, 'outputs');
  const hidden = at(cell, 'metadata', 'jupyter', 'outputs_hidden') === true;
  const { markup, figures } = outputsToHtml(Array.isArray(outputs) && !hidden ? outputs : []);
  const count = at(cell, 'execution_count');
  const code =
    source.trim() === '' || at(cell, 'metadata', 'jupyter', 'source_hidden') === true
      ? undefined
      : html`${typeof count === 'number' && html`<div class="count">[${count}]</div>`}<pre class="source"><code>${highlightCell(source)}</code></pre>`;
  if (!code && markup.length === 0) return { markup: html``, figures: 0 };
  return {
    markup: html`<section class="code">${code}${markup.map((output) => html`<div class="output">${output}</div>`)}</section>\n`,
    figures,
  };
}

/** Nothing loads, and no script runs but these. */
function policy(scripts: readonly string[]): string {
  const hashes = scripts.map((source) => `'sha256-${createHash('sha256').update(source).digest('base64')}'`);
  const allowed = hashes.length > 0 ? hashes.join(' ') : "'none'";
  return `default-src 'none'; script-src ${allowed}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
}

function script(source: string): Html {
  return trusted(`<script>${source}</script>`);
}

/** plotly.js as it may stand in a page: no line of it ends the element. */
async function plotlySource(): Promise<string> {
  const file = createRequire(import.meta.url).resolve('plotly.js-dist-min');
  return (await readFile(file, 'utf8'))
    .replaceAll('\r\n', '\n')
    .replace(/<\/(?=script)/gi, '<\\/')
    .replaceAll('<!--', '<\\!--');
}

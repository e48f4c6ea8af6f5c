import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Finished, root, tasklab, workFolder } from './tasklab.js';

interface Output {
  readonly output_type: string;
  readonly text?: string | readonly string[];
  readonly data?: Readonly<Record<string, unknown>>;
}
interface Cell {
  readonly id: string;
  readonly cell_type: string;
  readonly execution_count?: number | null;
  readonly outputs?: readonly Output[];
}

const plotly = 'application/vnd.plotly.v1+json';
const joined = (value: unknown): string => (Array.isArray(value) ? value.join('') : String(value ?? ''));
const cellsOf = (path: string): Cell[] => (JSON.parse(readFileSync(path, 'utf8')) as { cells: Cell[] }).cells.filter((cell) => cell.cell_type === 'code');

/** Runs the quickstart where a user would: the notebook and its data in a folder, with nothing prepared or trained before. */
async function quickstart(): Promise<{ folder: string; finished: Finished }> {
  const folder = workFolder();
  cpSync(join(root, 'notebooks/data'), join(folder, 'notebooks/data'), { recursive: true });
  cpSync(join(root, 'notebooks/quickstart.ipynb'), join(folder, 'notebooks/quickstart.ipynb'));
  return { folder, finished: await tasklab(folder, ['run', 'notebooks/quickstart.ipynb', '-o', 'out/quickstart.ipynb', '--html', 'out/quickstart.html']) };
}

let first: Awaited<ReturnType<typeof quickstart>>;
let again: typeof first;
let cells: readonly Cell[];
beforeAll(async () => {
  first = await quickstart();
  again = await quickstart();
  if (first.finished.status === 0) cells = cellsOf(join(first.folder, 'out/quickstart.ipynb'));
}, 240_000);

const cell = (id: string): Cell => cells.find((one) => one.id === id)!;
const outputs = (id: string): readonly Output[] => cell(id).outputs ?? [];
/** All that a cell shows, as text. */
const text = (id: string): string => outputs(id).map((output) => joined(output.text ?? output.data?.['text/plain'])).join('\n');
const figures = (id: string): readonly Output[] => outputs(id).filter((output) => output.data?.[plotly]);
/** The first number, thousands commas and all, that follows `before` in the text of a cell. */
function number(id: string, before: RegExp): number {
  const found = new RegExp(`(?:${before.source})\\s*([+-]?[\\d,]*\\d(?:\\.\\d+)?)`, 'm').exec(text(id));
  if (!found) throw new Error(`no number behind ${String(before)} in:\n${text(id)}`);
  return Number(found[1]!.replaceAll(',', ''));
}

describe('the quickstart, by tasklab run', () => {
  it('runs every cell without an error and says what it wrote', () => {
    expect(first.finished, first.finished.stderr).toMatchObject({ status: 0, stderr: '' });
    expect(first.finished.stdout).toContain(`${cells.length} of ${cells.length} cells ran`);
    expect(first.finished.stdout).toContain('out/quickstart.html');
    expect(cells.map((one) => one.execution_count)).toEqual(cells.map((_, i) => i + 1));
    expect(cells.filter((one) => (one.outputs ?? []).length === 0)).toEqual([]);
    expect(cells.flatMap((one) => one.outputs ?? []).filter((output) => output.output_type === 'error')).toEqual([]);
  });

  it('shows the data set: counts, questions, annotators, records', () => {
    expect(number('load', /^records/)).toBeGreaterThanOrEqual(240);
    expect(number('load', /^annotators/)).toBe(3);
    const all = number('load', /^responses/);
    const byStatus = /\(([\d,]+) submitted, ([\d,]+) draft, ([\d,]+) discarded\)/.exec(text('load'))!.slice(1).map((count) => Number(count.replace(',', '')));
    expect(byStatus.every((count) => count > 0)).toBe(true);
    expect(byStatus.reduce((sum, count) => sum + count)).toBe(all);
    expect(text('load')).toMatch(/^topic +label +billing, delivery/m);
    expect(text('load')).toMatch(/^urgency +rating +1, 2, 3, 4, 5/m);
    expect(text('load')).toMatch(/records 1–4 of \d+/);
  });

  it('draws how answers are distributed and how annotators agree, each as Plotly, picture and text', () => {
    expect(figures('load')).toHaveLength(2);
    expect(figures('agreement')).toHaveLength(2);
    for (const figure of [...figures('load'), ...figures('agreement'), ...figures('train-model')]) {
      const { data } = figure.data![plotly] as { data: readonly unknown[] };
      expect(data.length).toBeGreaterThan(0);
      expect(joined(figure.data!['image/svg+xml'])).toMatch(/^<svg[^]*<\/svg>\s*$/);
      expect(joined(figure.data!['text/plain'])).not.toBe('');
    }
    const counts = ['billing', 'delivery', 'product_question', 'technical_problem', 'feedback'].map((label) => number('load', new RegExp(`^${label}`)));
    expect(Math.min(...counts)).toBeGreaterThan(100);
  });

  it('says how far annotators agree, and where they do not', () => {
    for (const [question, type] of [['topic', 'label'], ['urgency', 'rating']]) {
      const alpha = number('agreement', new RegExp(`^${question} +${type}`));
      expect(alpha).toBeGreaterThan(0.5);
      expect(alpha).toBeLessThan(1);
    }
    expect(text('agreement')).toMatch(/^m\d+ +topic +.*billing.*delivery/m);
  });

  it('shows what was declared, checked against the data set', () => {
    expect(text('declare-data')).toContain('dataset: messages');
    expect(text('declare-task')).toMatch(/task: topic_task[^]*✓ checked against messages[^]*training: topic_model/);
  });

  it('accounts for every record, once', () => {
    const [, rows, records] = /(\d+) rows from (\d+) records/.exec(text('prepare-rows'))!.map(Number) as [number, number, number];
    const dropped = number('prepare-rows', /^dropped/);
    expect(records).toBe(number('load', /^records/));
    expect(rows + dropped).toBe(records);
    const reasons = /^Dropped\n[^]*?\n─.*\n([^]*?)\n\n/m.exec(text('prepare-rows'))![1]!.split('\n').map((line) => Number(line.trim().split(/ {2,}/).at(-1)));
    expect(reasons.reduce((sum, count) => sum + count)).toBe(dropped);
    expect(text('prepare-rows')).toContain('no submitted answer to "topic"');
    expect(text('prepare-rows')).toContain('tie in "topic"');

    const [, train, test] = /(\d+) \/ (\d+) \(split by record\)/.exec(text('prepare-rows'))!.map(Number) as [number, number, number];
    expect(train + test).toBe(rows);
    expect(train / rows).toBeCloseTo(0.8, 1);
  });

  it('gives the same objects to TypeScript', () => {
    expect(text('records')).toMatch(/annotator: 'a', status: 'discarded', topic: 'billing'/);
    const unanswered = Number(/no submitted answer to "topic"\s+(\d+)/.exec(text('prepare-rows'))![1]);
    expect(text('count-open')).toContain(`${unanswered} of ${number('load', /^records/)} messages`);
    const train = Number(/train \/ test +(\d+)/.exec(text('prepare-rows'))![1]);
    const byLabel = [...text('rows').matchAll(/'(\w+)' => (\d+)/g)].map(([, , count]) => Number(count));
    expect(byLabel).toHaveLength(5);
    expect(byLabel.reduce((sum, count) => sum + count)).toBe(train);
  });

  it('trains to far above the majority class, in curves and a confusion matrix', () => {
    expect(text('train-model')).toContain('✓ Finished');
    const [, model, majority] = /^accuracy +([\d.]+) +([\d.]+)/m.exec(text('train-model'))!.map(Number) as [number, number, number];
    expect(majority).toBeLessThan(0.3);
    expect(model).toBeGreaterThan(majority + 0.5);
    expect(figures('train-model')).toHaveLength(2);

    const matrix = /^Confusion matrix[^]*/m.exec(text('train-model'))![0];
    const rows = [...matrix.matchAll(/^\w+ +(\d+ \(.*)$/gm)].map(([, row]) => [...row!.matchAll(/(\d+) \(/g)].map(([, count]) => Number(count)));
    const test = Number(/train \/ test +\d+ \/ (\d+)/.exec(text('prepare-rows'))![1]);
    expect(rows.map((row) => row.length)).toEqual([5, 5, 5, 5, 5]);
    expect(rows.flat().reduce((sum, count) => sum + count)).toBe(test);
    expect(rows.reduce((sum, row, i) => sum + row[i]!, 0) / test).toBeCloseTo(model, 2);
  });

  it('sorts new messages', () => {
    expect(text('predict-texts')).toMatch(/parcel.*delivery/);
    expect(text('predict-texts')).toMatch(/charged twice.*billing/);
    expect(text('predict-texts')).toMatch(/clay pot.*product_question/);
    expect(text('predict-values')).toMatch(/label: 'technical_problem',\s+text: 'The app closes/);
    expect(text('predict-values')).toMatch(/label: 'feedback',\s+text: 'Thank you/);
  });

  it('gives the same bytes again, with no path or time in them', () => {
    expect(again.finished.status, again.finished.stderr).toBe(0);
    for (const file of ['out/quickstart.ipynb', 'out/quickstart.html']) {
      const [one, other] = [first, again].map(({ folder }) => readFileSync(join(folder, file)));
      expect(one!.equals(other!), file).toBe(true);
      expect(one!.includes(first.folder)).toBe(false);
      expect(one!.includes(root)).toBe(false);
    }
  });
});

describe('parameters', () => {
  const made = (...sources: [string, ...string[]][]): string =>
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {},
      cells: sources.map(([source, ...tags], i) => ({ id: `c${i}`, cell_type: 'code', metadata: { tags }, execution_count: null, outputs: [], source })),
    });

  it('reach a notebook behind its cell of defaults', async () => {
    const folder = workFolder({ 'greet.ipynb': made(["const who = 'nobody';\nconst times = 1;", 'parameters'], ['`${who} ${times + 1}`']) });
    for (const [args, result] of [[[], "'nobody 2'"], [['-p', 'who=Ann', '-p', 'times=41'], "'Ann 42'"]] as const) {
      const { status, stderr } = await tasklab(folder, ['run', 'greet.ipynb', '-o', 'out.ipynb', ...args]);
      expect(status, stderr).toBe(0);
      expect(joined(cellsOf(join(folder, 'out.ipynb')).at(-1)!.outputs![0]!.data!['text/plain'])).toBe(result);
    }
  });

  it('are of the form name=value', async () => {
    const folder = workFolder({ 'greet.ipynb': made(['1']) });
    const { status, stderr } = await tasklab(folder, ['run', 'greet.ipynb', '-o', 'out.ipynb', '-p', 'who']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/'who'.*name=value/s);
    expect(existsSync(join(folder, 'out.ipynb'))).toBe(false);
  });
});

const chromiumPath = process.env['TASKLAB_CHROMIUM'] ?? '/usr/bin/chromium';
const present = existsSync(chromiumPath);
const pictures = new URL('../../out/browser/', import.meta.url).pathname;

describe('its page, in Chromium, from disk', () => {
  let browser: Browser | undefined;
  let page: Page;
  const requests: string[] = [];
  const complaints: string[] = [];

  beforeEach((context) => context.skip(!present, `no Chromium at ${chromiumPath} (TASKLAB_CHROMIUM names another place)`));

  beforeAll(async () => {
    if (!present) return;
    mkdirSync(pictures, { recursive: true });
    writeFileSync(join(pictures, 'quickstart.html'), readFileSync(join(first.folder, 'out/quickstart.html')));
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
    page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(join(pictures, 'quickstart.html')).href);
    await page.waitForSelector('main:not(:has(.figure .still))');
  });
  afterAll(() => browser?.close());

  it('draws every figure of the notebook, asks for nothing and complains of nothing', async () => {
    const marks = await page.$$eval('.figure:has(svg.main-svg)', (all) => all.map((figure) => figure.querySelectorAll('.bars .point path, .scatterlayer path.js-line, .heatmaplayer image').length));
    expect(marks).toHaveLength(cells.flatMap(({ id }) => figures(id)).length);
    expect(marks.filter((count) => count === 0)).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([pathToFileURL(join(pictures, 'quickstart.html')).href]);
    expect(complaints).toEqual([]);
  });

  it('reads as the notebook does, within its width, wide and narrow', async () => {
    const shown = await page.innerText('main');
    for (const words of ['From customer messages to a classifier', '%train topic_model', 'submitted answers by label: topic', 'technical_problem']) expect(shown).toContain(words);
    for (const width of [1100, 420]) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: join(pictures, `quickstart-${width}.png`), fullPage: true });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    }
  });
});

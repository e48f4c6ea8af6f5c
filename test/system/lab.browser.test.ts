import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pythonWith } from '../kernel/session.js';
import { jupyterEnvironment, type LabServer, startLab } from './jupyterLab.js';
import { root, workFolder } from './tasklab.js';

const chromiumPath = process.env['TASKLAB_CHROMIUM'] ?? '/usr/bin/chromium';
const python = pythonWith('jupyterlab');
const lacking = !python
  ? 'no Python with jupyterlab (npm test makes one; TASKLAB_TEST_PYTHON names another)'
  : existsSync(chromiumPath) ? undefined : `no Chromium at ${chromiumPath} (TASKLAB_CHROMIUM names another place)`;
const pictures = new URL('../../out/browser/', import.meta.url).pathname;
const plotly = 'application/vnd.plotly.v1+json';

const code = (source: string, outputs: readonly object[] = []) => ({ id: `c${source.length}`, cell_type: 'code', metadata: {}, execution_count: null, outputs, source });
const notebook = (...cells: readonly object[]): string =>
  JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec: { name: 'tasklab', display_name: 'TypeScript (tasklab)', language: 'typescript' } }, cells });

const updated = `const bars = (title: string, y: number[]) => ({
  [Symbol.for('Jupyter.display')]: () => ({ '${plotly}': { data: [{ type: 'bar', x: ['a', 'b'], y }], layout: { title: { text: title } } } }),
});
const shown = display(bars('first', [1, 2]));
shown.update(bars('second', [3, 4]));`;
const scratch = notebook(code(updated), code('const kept: number = 41;'), code('while (true) {}'), code('kept + 1'), code('%%task\ntask other: text_cl'), code('kept.toFi'), code('%%task\nparam limit = 8'));

const load = notebook(code('%%task\ndataset messages from folder "data/messages"'), code('%load messages --limit 4'));

/** What a figure from elsewhere may try: scripts and links in texts, a picture of another server, switches of plotly.js. */
const hostile = notebook(
  code('1', [
    {
      output_type: 'display_data',
      metadata: {},
      data: {
        [plotly]: {
          data: [{ type: 'bar', x: ['<img src=x onerror="window.harmed=1">', '<a href="javascript:window.harmed=1">go</a>'], y: [1, 2] }],
          layout: {
            title: { text: '<a href="javascript:window.harmed=1">title</a><script>window.harmed=1</script>' },
            images: [{ source: 'http://tasklab.invalid/seen.png', x: 0, y: 1, sizex: 1, sizey: 1 }],
          },
          config: { showLink: true, linkText: 'edit', showEditInChartStudio: true, showSendToCloud: true, plotlyServerURL: 'http://tasklab.invalid', editable: true },
        },
      },
    },
    { output_type: 'display_data', metadata: {}, data: { [plotly]: { data: 'none' }, 'text/plain': 'a figure' } },
  ]),
);

describe('JupyterLab, in Chromium', () => {
  beforeEach((context) => context.skip(lacking !== undefined, lacking));

  const folder = workFolder({ 'scratch.ipynb': scratch, 'hostile.ipynb': hostile, 'load.ipynb': load });
  let lab: LabServer | undefined;
  let browser: Browser | undefined;
  let page: Page;
  const complaints: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    if (lacking) return;
    mkdirSync(pictures, { recursive: true });
    cpSync(join(root, 'notebooks/data'), join(folder, 'data'), { recursive: true });
    cpSync(join(root, 'notebooks/quickstart.ipynb'), join(folder, 'quickstart.ipynb'));
    // As the README says, for the user; the environment says where that is.
    await promisify(execFile)(process.execPath, [join(root, 'dist/magics/cli.js'), 'kernel', 'install'], { cwd: folder, env: jupyterEnvironment(folder) });
    lab = await startLab(python!, folder);
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
    page = await browser.newPage({ viewport: { width: 1300, height: 1000 } });
    page.setDefaultTimeout(15_000);
    page.on('console', (message) => message.type() === 'error' && complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('request', (request) => requests.push(request.url()));
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await lab?.stop();
  });

  /** Runs `jupyter …args`; what it prints. */
  const jupyter = async (...args: string[]): Promise<string> => {
    const { stdout, stderr } = await promisify(execFile)(join(dirname(python!), 'jupyter'), args, { cwd: folder, env: jupyterEnvironment(folder) });
    return args.includes('--json') ? stdout : stdout + stderr;
  };
  const picture = (name: string) => page.screenshot({ path: join(pictures, `${name}.png`) });
  const cell = (index: number): Locator => page.locator('.jp-Notebook .jp-Cell').nth(index);
  const prompt = (index: number): Locator => cell(index).locator('.jp-InputPrompt');
  const output = (index: number): Locator => cell(index).locator('.jp-OutputArea-output');
  const button = (command: string): Locator => page.locator(`[data-jp-item-name="${command}"]`).getByRole('button');

  const kernelIs = (state: string) => page.locator('.jp-StatusBar-TextItem').filter({ hasText: `TypeScript (tasklab) | ${state}` }).waitFor();

  async function open(name: string): Promise<void> {
    await page.goto(lab!.at(name));
    await kernelIs('Idle');
  }

  async function menu(...path: string[]): Promise<void> {
    for (const [i, name] of path.entries()) {
      const item = i === 0 ? page.getByRole('menuitem', { name, exact: true }) : page.locator('.lm-Menu-item').filter({ has: page.getByText(name, { exact: true }) }).last();
      await (i < path.length - 1 && i > 0 ? item.hover() : item.click());
    }
  }

  /** Runs a cell by the keyboard; resolves when it has its number. */
  async function runCell(index: number, count: number): Promise<void> {
    await cell(index).locator('.cm-content').click();
    await page.keyboard.press('Shift+Enter');
    await prompt(index).filter({ hasText: `[${count}]:` }).waitFor();
  }

  /** What figures are made of, each by its marks. */
  const marks = () => page.$$eval('.js-plotly-plot', (all) => all.map((figure) => figure.querySelectorAll('svg.main-svg .bars .point path, .scatterlayer path.js-line, .heatmaplayer image').length));
  /** How a piece of a cell's source looks. */
  const looks = (piece: string) =>
    page.locator('.jp-CodeCell .cm-line span').filter({ hasText: new RegExp(`^${piece.replace(/[.*+?^$|()[\]{}]/g, '\\$&')}$`) }).first().evaluate((span) => {
      const { color, fontWeight } = getComputedStyle(span);
      return `${color} ${fontWeight}`;
    });

  it('lists kernel and extension, and both fit', async () => {
    const { kernelspecs } = JSON.parse(await jupyter('kernelspec', 'list', '--json')) as { kernelspecs: Record<string, { resource_dir: string; spec: object }> };
    expect(kernelspecs['tasklab']).toMatchObject({ resource_dir: join(folder, 'jupyter/data/kernels/tasklab'), spec: { display_name: 'TypeScript (tasklab)', language: 'typescript', interrupt_mode: 'message' } });
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(await jupyter('labextension', 'list')).toMatch(new RegExp(`tasklab v${version}.*enabled.*OK`));
  });

  it('opens the quickstart with the colours of its languages', async () => {
    await open('quickstart.ipynb');
    await page.locator('.cm-line').filter({ hasText: 'prepared = %prepare' }).locator('span').first().waitFor();
    const keyword = await looks('const');
    expect(await looks('dataset')).toBe(keyword);
    expect(await looks('where')).toBe(keyword);
    expect(await looks('data/messages')).toBe(await looks('"submitted"'));
    expect(await looks('%%task')).toBe(await looks('%load'));
    expect(await looks('%prepare')).toBe(await looks('%load'));
    expect(await looks('--limit')).not.toBe(await looks('%load'));
    expect(new Set([keyword, await looks('"submitted"'), await looks('%load')]).size).toBe(3);
  });

  it('runs all cells of the quickstart, with figures by plotly.js', async () => {
    await menu('Run', 'Run All Cells');
    const ids = (JSON.parse(readFileSync(join(root, 'notebooks/quickstart.ipynb'), 'utf8')) as { cells: { cell_type: string }[] }).cells.filter((one) => one.cell_type === 'code');
    await page.waitForFunction((last) => [...document.querySelectorAll('.jp-InputPrompt')].some((one) => one.textContent === `[${last}]:`), ids.length, { timeout: 60_000 });
    expect(await page.locator('.jp-RenderedText[data-mime-type="application/vnd.jupyter.stderr"]').allTextContents()).toEqual([]);
    await page.waitForFunction(() => document.querySelectorAll('.js-plotly-plot').length === 6);
    expect((await marks()).filter((count) => count === 0)).toEqual([]);
    await page.locator('.js-plotly-plot').first().scrollIntoViewIfNeeded();
    await picture('lab-figures');
  });

  it('draws figures as wide as there is room', async () => {
    const width = () => page.locator('.js-plotly-plot').first().locator('svg.main-svg').first().evaluate((svg) => svg.getBoundingClientRect().width);
    expect(await width()).toBe(720);
    await page.setViewportSize({ width: 800, height: 1000 });
    await page.waitForFunction(() => document.querySelector('.js-plotly-plot svg.main-svg')!.getBoundingClientRect().width < 600);
    await picture('lab-narrow');
    await page.setViewportSize({ width: 1300, height: 1000 });
    await page.waitForFunction(() => document.querySelector('.js-plotly-plot svg.main-svg')!.getBoundingClientRect().width === 720);
  });

  it('draws them for a dark theme too', async () => {
    const title = () => page.locator('.js-plotly-plot .gtitle').first().evaluate((text) => getComputedStyle(text).fill);
    const before = await title();
    await menu('Settings', 'Theme', 'JupyterLab Dark');
    await page.waitForFunction(() => document.body.dataset['jpThemeLight'] === 'false');
    await page.waitForFunction((fill) => getComputedStyle(document.querySelector('.js-plotly-plot .gtitle')!).fill !== fill, before);
    const light = (color: string) => color.match(/[\d.]+/g)!.slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3;
    expect(light(await title())).toBeGreaterThan(150);
    for (const at of [0, 2, 5]) {
      await page.locator('.js-plotly-plot').nth(at).scrollIntoViewIfNeeded();
      await picture(`lab-dark-${at}`);
    }
    await menu('Settings', 'Theme', 'JupyterLab Light');
    await page.waitForFunction((fill) => getComputedStyle(document.querySelector('.js-plotly-plot .gtitle')!).fill === fill, before);
  });

  it('draws an update in place', async () => {
    await open('scratch.ipynb');
    await runCell(0, 1);
    await page.locator('.js-plotly-plot .gtitle').filter({ hasText: 'second' }).waitFor();
    expect(await marks()).toEqual([2]);
  });

  it('interrupts a loop by the button, and the variables are kept', async () => {
    await runCell(1, 2);
    await cell(2).locator('.cm-content').click();
    await page.keyboard.press('Shift+Enter');
    await kernelIs('Busy');
    await button('interrupt').click();
    await output(2).filter({ hasText: 'KeyboardInterrupt' }).waitFor();
    await runCell(3, 4);
    expect(await output(3).innerText()).toBe('42');
  });

  it('completes by Tab, TypeScript and the language of tasks', async () => {
    await runCell(6, 5);
    const offered = page.locator('.jp-Completer:not(.lm-mod-hidden) .jp-Completer-item');
    for (const [index, offer, completed] of [[5, 'toFixed', 'kept.toFixed'], [4, 'text_classification', 'task other: text_classification']] as const) {
      await cell(index).locator('.cm-content').click();
      await page.keyboard.press('Control+End');
      await page.keyboard.press('Tab');
      await offered.filter({ hasText: offer }).waitFor();
      await picture(`lab-completion-${index}`);
      await page.keyboard.press('Enter');
      expect(await cell(index).locator('.cm-line').last().textContent()).toBe(completed);
    }
  });

  it('says by Shift+Tab what a name is', async () => {
    await cell(3).locator('.cm-content').click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+Tab');
    await page.locator('.jp-Tooltip').filter({ hasText: 'const kept: number' }).waitFor();
    await picture('lab-tooltip');
    await page.keyboard.press('Escape');
  });

  it('restarts by the button: the variables are gone', async () => {
    await button('restart').click();
    await page.locator('.jp-Dialog').getByRole('button', { name: 'Confirm Kernel Restart' }).click();
    await kernelIs('Idle');
    await runCell(3, 1);
    await output(3).filter({ hasText: "Cannot find name 'kept'" }).waitFor();
    await picture('lab-error');
  });

  it('lets nothing run that a figure brings along, and says which cannot be drawn', async () => {
    await open('hostile.ipynb');
    await page.locator('.js-plotly-plot svg.main-svg').first().waitFor();
    await page.getByText('The figure cannot be drawn').waitFor();
    expect(await page.evaluate(() => (window as unknown as { harmed?: number }).harmed)).toBeUndefined();
    const links = await page.$$eval('.js-plotly-plot a', (all) => all.map((link) => link.getAttribute('xlink:href') ?? link.getAttribute('href') ?? ''));
    expect(links.filter((link) => /javascript:|invalid/.test(link))).toEqual([]);
    expect(await page.locator('.js-plotly-plot .js-link-to-tool, .js-plotly-plot .js-link-spacer').count()).toBe(0);
  });

  it('shows the figures in the page that nbconvert makes, executing the notebook', async () => {
    await jupyter('nbconvert', '--to', 'html', '--execute', 'load.ipynb');
    const converted = await browser!.newPage({ viewport: { width: 1100, height: 900 } });
    // Its template asks a CDN for mathematics and widgets; figures are to be there without.
    await converted.route(/^https?:/, (route) => route.abort());
    await converted.goto(pathToFileURL(join(folder, 'load.html')).href, { waitUntil: 'domcontentloaded' });
    // As pictures: a page by itself has no plotly.js.
    const figures = await converted.$$eval('.jp-RenderedSVG img', (all) => all.map((image) => (image as HTMLImageElement).naturalWidth));
    expect(figures).toEqual([720, 720]);
    await converted.locator('.jp-RenderedSVG img').first().scrollIntoViewIfNeeded();
    await converted.screenshot({ path: join(pictures, 'nbconvert.png') });
    await converted.close();
  });

  it('asks no other server for anything, complains of nothing, and ends with all its processes', async () => {
    const own = new URL(lab!.at('')).origin;
    expect(requests.filter((url) => !url.startsWith(own) && !/^(?:data|blob):/.test(url))).toEqual([]);
    expect(complaints).toEqual([]);
    await browser!.close();
    expect(await lab!.stop()).toEqual([]);
    lab = undefined;
  });
});

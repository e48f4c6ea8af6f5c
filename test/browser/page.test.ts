import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { notebookToHtml } from '../../runtime/display/page/index.js';
import { figures, hostile, sampleNotebook } from './sampleNotebook.js';

const chromiumPath = process.env['TASKLAB_CHROMIUM'] ?? '/usr/bin/chromium';
const present = existsSync(chromiumPath);
const out = new URL('../../out/browser/', import.meta.url);

describe('the page of a notebook, in Chromium, from disk', { timeout: 60_000 }, () => {
  let browser: Browser | undefined;
  let page: Page;
  const requests: string[] = [];
  const complaints: string[] = [];

  beforeEach((context) => {
    context.skip(!present, `no Chromium at ${chromiumPath} (TASKLAB_CHROMIUM names another place)`);
  });

  beforeAll(async () => {
    if (!present) return;
    mkdirSync(out, { recursive: true });
    writeFileSync(new URL('page.html', out), await notebookToHtml(await sampleNotebook(), { title: 'Sample' }));
    const started = await chromium.launch({
      executablePath: chromiumPath,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    browser = started;
    page = await started.newPage({ viewport: { width: 1100, height: 900 } });
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(new URL('page.html', out).pathname).href);
    await page.waitForSelector('main:not(:has(.figure .still))');
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
  });

  it('draws every figure, each with its marks, and takes its picture away', async () => {
    const drawn = await page.$$eval('.figure', (all) =>
      all.map((figure) => ({
        svg: figure.querySelectorAll('svg.main-svg').length > 0,
        marks: figure.querySelectorAll('.bars .point path, .scatterlayer path.js-line, .heatmaplayer image').length,
        still: figure.querySelectorAll('.still').length,
      })),
    );
    expect(drawn).toHaveLength(Object.keys(figures).length);
    Object.values(figures).forEach((figure, i) => {
      expect(drawn[i]).toMatchObject({ svg: true, still: 0 });
      expect(drawn[i]?.marks).toBeGreaterThanOrEqual(figure.panels.flatMap(({ traces }) => traces).length);
    });
  });

  it('asks for nothing but itself and complains of nothing', () => {
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([
      pathToFileURL(new URL('page.html', out).pathname).href,
    ]);
    expect(complaints).toEqual([]);
  });

  it('shows hostile text as text', async () => {
    expect(await page.title()).toBe('Sample');
    expect(await page.textContent('main')).toContain(hostile);
    expect(await page.textContent('.figure:has-text("onerror") .g-gtitle')).toContain(hostile);
    expect(
      await page.$$eval('main [onerror], main [onclick], main iframe, main form, main style', (found) => found.length),
    ).toBe(0);
  });

  it('fits its width, and a narrow one, and makes a picture to look at', async () => {
    await page.screenshot({ path: new URL('page.png', out).pathname, fullPage: true });
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(await overflow()).toBe(0);
    await page.setViewportSize({ width: 420, height: 900 });
    expect(await overflow()).toBe(0);
  });

  it('keeps the pictures of figures where scripts do not run', async () => {
    const context = await browser!.newContext({ javaScriptEnabled: false });
    const still = await context.newPage();
    await still.goto(pathToFileURL(new URL('page.html', out).pathname).href);
    expect(await still.locator('.figure img.still').count()).toBe(Object.keys(figures).length);
    await still.screenshot({ path: new URL('still.png', out).pathname });
    await context.close();
  });

  it('prints', async () => {
    await page.setViewportSize({ width: 1100, height: 900 });
    const pdf = await page.pdf({ path: new URL('page.pdf', out).pathname, format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  });
});

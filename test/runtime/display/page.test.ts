import { createHash } from 'node:crypto';
import { JSDOM } from 'jsdom';
import { describe, expect, it } from 'vitest';
import { figureBundleWithoutSvg } from '../../../runtime/display/index.js';
import { ansiToHtml } from '../../../runtime/display/page/ansi.js';
import { highlightCell } from '../../../runtime/display/page/highlight.js';
import { notebookToHtml } from '../../../runtime/display/page/index.js';
import { sanitise } from '../../../runtime/display/page/sanitise.js';
import { visible } from '../../../runtime/display/visible.js';
import { figures, hostile } from '../../browser/sampleNotebook.js';
import { nasty, scrambled } from './nasty.js';

const code = (source: string, ...outputs: object[]) => ({
  cell_type: 'code',
  source,
  execution_count: 1,
  metadata: {},
  outputs,
});
const page = async (...cells: object[]) => notebookToHtml({ cells: cells as never }, { title: 'T' });
const bodyOf = async (...cells: object[]) => JSDOM.fragment(await page(...cells));
const data = (bundle: object) => ({ output_type: 'display_data', metadata: {}, data: bundle });

describe('a page', () => {
  it('holds plotly.js once however many figures there are, and not at all without one', async () => {
    const figure = data(figureBundleWithoutSvg(figures['labels']!));
    const scripts = (await bodyOf(code('a', figure), code('b', figure))).querySelectorAll('script:not([type])');
    expect([...scripts].map((script) => (script.textContent ?? '').length > 1e6)).toEqual([true, false]);
    expect((await page(code('a'))).length).toBeLessThan(20_000);
  });

  it('allows its own two scripts by their hashes and nothing that loads', async () => {
    const text = await page(code('a', data(figureBundleWithoutSvg(figures['labels']!))));
    const document = JSDOM.fragment(text);
    const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content') ?? '';
    const hashes = [...document.querySelectorAll('script:not([type])')].map(
      (script) =>
        `'sha256-${createHash('sha256')
          .update(script.textContent ?? '')
          .digest('base64')}'`,
    );
    expect(policy).toContain(`script-src ${hashes.join(' ')};`);
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).not.toMatch(/https?:|unsafe-eval|'unsafe-inline'.*script/);
  });

  it('is the same text for the same notebook', async () => {
    const cells = [
      { cell_type: 'markdown', source: '# A' },
      code('a', data(figureBundleWithoutSvg(figures['labels']!))),
    ];
    expect(await page(...cells)).toBe(await page(...cells));
  });

  it('says clearly that a file is no notebook', async () => {
    for (const file of [null, 7, [], {}, { cells: 'x' }]) {
      await expect(notebookToHtml(file as never)).rejects.toMatchObject({ code: 'notebook/not-a-notebook' });
    }
  });

  it('shows what it can of a notebook with broken parts', async () => {
    const body = await bodyOf(
      null as never,
      5 as never,
      code(
        'kept',
        null as never,
        { output_type: 'stream' },
        { output_type: 'error' },
        data({}),
        data({ 'text/html': 7, 'text/plain': 'plain' }),
      ),
      { cell_type: 'code' },
    );
    expect(body.textContent).toContain('kept');
    expect(body.textContent).toContain('plain');
  });

  it('hides what the notebook hides', async () => {
    const hidden = {
      ...code('secret source', { output_type: 'stream', name: 'stdout', text: 'shown' }),
      metadata: { jupyter: { source_hidden: true } },
    };
    const body = await bodyOf(hidden);
    expect(body.textContent).toContain('shown');
    expect(body.textContent).not.toContain('secret source');
  });
});

/** What a notebook must not bring into the page. */
function expectHarmless(container: ParentNode) {
  expect(
    container.querySelectorAll(
      'script:not([type="application/json"]), style, link, iframe, object, embed, form, input, button, base, svg, math, meta',
    ).length,
  ).toBe(0);
  const found: string[] = [];
  for (const element of container.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      const harmless =
        !/^(on|id$|name$|data-|srcset|srcdoc|background|poster|formaction|xlink)/.test(name) &&
        (name !== 'href' || /^(https?:|mailto:|#|[^:]*$)/i.test(value)) &&
        (name !== 'src' || value.startsWith('data:image/')) &&
        (name !== 'style' || !/url|expression|position|@|\\/i.test(value));
      if (!harmless) found.push(`${name}="${value}"`);
    }
  }
  expect(found).toEqual([]);
}

describe('hostile content', () => {
  it('is text in code, streams, errors and plain results', async () => {
    for (const text of nasty) {
      const shown = { output_type: 'execute_result', metadata: {}, data: { 'text/plain': text } };
      const main = (
        await bodyOf(
          code(
            text,
            { output_type: 'stream', name: 'stdout', text },
            { output_type: 'error', ename: text, evalue: text, traceback: [] },
            shown,
          ),
        )
      ).querySelector('main')!;
      expectHarmless(main);
      if (text.trim()) expect(main.querySelector('.source')?.textContent).toBe(visible(text));
    }
  });

  it('is cleaned in Markdown and HTML', async () => {
    const all = [
      ...nasty,
      ...scrambled(100),
      hostile,
      '[x](javascript:alert(1))',
      '![x](https://example.org/p.png)',
      '<p style="position:fixed;background:url(x);color:red">y</p>',
      '<base href="https://example.org">',
      '<svg><a xlink:href="javascript:1">z</a></svg>',
      '<a href="java\nscript:alert(1)">z</a>',
      '<p id="main" name="x" data-x="y" class="source">z</p>',
      '<img src="data:image/svg+xml;base64,AAAA">',
    ];
    const main = (
      await bodyOf(
        ...all.flatMap((source) => [
          { cell_type: 'markdown', source },
          code('a', data({ 'text/html': source }), data({ 'text/markdown': source })),
        ]),
      )
    ).querySelector('main')!;
    for (const part of main.querySelectorAll('.markdown, .rich')) expectHarmless(part);
    expect(main.textContent).toContain('[picture not included: x]');
  });

  it('in a picture can run nothing: it is an image', async () => {
    const main = (
      await bodyOf(
        code(
          'a',
          data({ 'image/svg+xml': '<svg onload="alert(1)"><script>alert(1)</script></svg>' }),
          data({ 'image/png': 'AAAA"onerror="alert(1)' }),
        ),
      )
    ).querySelector('main')!;
    expectHarmless(main);
    expect(main.querySelectorAll('img')).toHaveLength(2);
    expect(main.querySelectorAll('img[onerror]')).toHaveLength(0);
  });
});

describe('what is kept', () => {
  it('of foreign HTML: tables, emphasis, plain styles', () => {
    const kept =
      '<table><thead><tr><th style="text-align:right">a</th></tr></thead><tbody><tr><td colspan="2"><b>1</b></td></tr></tbody></table>';
    expect(sanitise(kept).markup).toBe(kept);
    expect(sanitise('<a href="https://example.org">x</a>').markup).toBe(
      '<a href="https://example.org" rel="noopener noreferrer" target="_blank">x</a>',
    );
  });

  it('of Markdown: tables, code in colours, pictures of the cell', async () => {
    const body = await bodyOf({
      cell_type: 'markdown',
      source: ['| a |\n', '|---|\n', '| 1 |\n\n', '```ts\nconst x = "<b>";\n```\n\n![p](attachment:p.png)'],
      attachments: { 'p.png': { 'image/png': 'iVBORw0KGgo=' } },
    });
    expect(body.querySelector('td')?.textContent).toBe('1');
    expect(body.querySelector('code .hljs-keyword')?.textContent).toBe('const');
    expect(body.querySelector('code')?.textContent).toBe('const x = "<b>";');
    expect(body.querySelector('img')?.getAttribute('src')).toBe('data:image/png;base64,iVBORw0KGgo=');
  });

  it('of terminal text: colours, and lines as they end up', () => {
    expect(ansiToHtml('\u001b[1;31mbad\u001b[0m & \u001b[38;5;9mx\u001b[39m\u001b[2K').markup).toBe(
      '<span style="color:#b3261e;font-weight:600;">bad</span> &amp; x',
    );
    expect(ansiToHtml('10 %\r50 %\r100 %\ndone\r\n').markup).toBe('100 %\ndone\n');
  });

  it('of code cells: magics and the language of tasks stand out, the text is unchanged', () => {
    const task = '%%task\ntask t: sft on d {\n  text = "a {b} <c>" // no\n}';
    const shown = JSDOM.fragment(highlightCell(task).markup);
    expect(shown.textContent).toBe(task);
    expect([...shown.querySelectorAll('.hljs-meta, .hljs-keyword')].map((span) => span.textContent)).toEqual([
      '%%task',
      'task',
      'on',
    ]);
    const mixed = 'const a = `<b>`;\n%train t --seed 1\nawait a;';
    expect(JSDOM.fragment(highlightCell(mixed).markup).textContent).toBe(mixed);
  });
});

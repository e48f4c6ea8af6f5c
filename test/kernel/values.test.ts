import { JSDOM } from 'jsdom';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executeNotebook, KernelClient, parseNotebook } from '../../dist/kernel/client/index.js';
import { run } from './session.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tasklab-test-')));
let kernel: KernelClient;
beforeAll(async () => void (kernel = await KernelClient.start({ cwd: folder })));
afterAll(async () => {
  await kernel?.shutdown();
  rmSync(folder, { recursive: true, force: true });
});

/** The bundle of a cell's last output. */
const bundleOf = async (code: string): Promise<Record<string, string>> => (await run(kernel, code)).messages.at(-1)!.content.data;

/** A table as a reader sees it: its lines of words, and all of its cells. */
function readTable(markup: string): { readonly head: string[]; readonly rows: string[][]; readonly around: string[]; readonly elements: Set<string> } {
  const page = JSDOM.fragment(markup);
  const texts = (selector: string, of: ParentNode = page): string[] => [...of.querySelectorAll(selector)].map((element) => element.textContent!);
  return {
    head: texts('th'),
    rows: [...page.querySelectorAll('tbody tr')].map((row) => texts('td', row)),
    around: [...page.querySelectorAll('div > div')].filter((div) => !div.closest('table')).map((div) => div.textContent!),
    elements: new Set([...page.querySelectorAll('*')].map(({ localName }) => localName)),
  };
}

describe('text', () => {
  it.each([
    ['"two\\nlines"', "'two\\nlines'"],
    ['Symbol("s")', 'Symbol(s)'],
    ['NaN', 'NaN'],
    ['const ring: any = { a: 1 }; ring.self = ring; ring', '<ref *1> { a: 1, self: [Circular *1] }'],
    ['({ a: { b: { c: { d: { e: { f: 1 } } } } } })', '{\n  a: {\n    b: { c: { d: { e: [Object] } } }\n  }\n}'],
    ['class Cat { name = "Tom"; #lives = 9; get loud(): never { throw 1 } }; new Cat()', "Cat { name: 'Tom' }"],
    ['Cat', '[class Cat]'],
    ['new Set(["x"])', "Set(1) { 'x' }"],
    ['new Uint8Array([1, 2])', 'Uint8Array(2) [ 1, 2 ]'],
    ['Buffer.from("ab")', '<Buffer 61 62>'],
    ['new Date(0)', '1970-01-01T00:00:00.000Z'],
    ['Promise.resolve(1)', 'Promise { 1 }'],
    ['({ get now() { throw new Error("asked") } })', '{ now: [Getter] }'],
    ['Object.create(null)', '[Object: null prototype] {}'],
  ])('%s', async (code, text) => {
    expect(await run(kernel, code)).toMatchObject({ result: text, stderr: '' });
  });

  it.each([
    ['a list', 'Array.from({ length: 1e6 }, (_, i) => i)', /900 more items|999900 more items/],
    ['a Map', 'new Map(Array.from({ length: 1e5 }, (_, i) => [i, i]))', /99900 more items/],
    ['a Set', 'new Set(Array.from({ length: 1e5 }, (_, i) => i))', /99900 more items/],
    ['a typed array', 'new Float64Array(1e6)', /999900 more items/],
    ['a string', '"x".repeat(1e7)', /9990000 more characters/],
    ['an object', 'Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => ["key" + i, i]))', /99900 more properties\n}$/],
    ['objects in each other', 'let nest: any = {}; for (let i = 0; i < 1e5; i++) nest = { nest }; nest', /\[Object\]/],
    ['many long strings', 'Array.from({ length: 100 }, () => "y".repeat(9000))', /more characters$/],
  ])('of %s that is too large says what is missing', async (_, code, missing) => {
    const { result } = await run(kernel, code);
    expect(result).toMatch(missing);
    expect(result!.length).toBeLessThan(110_000);
  });

  it("of an error has the user's places, and nothing of the kernel's", async () => {
    const { result } = await run(kernel, 'const failure: any = new RangeError("far", { cause: new Error("near") });\nfailure.code = 7; [failure, 1]');
    expect(result).toBe(
      ['[', '  RangeError: far', '      at cell-N.ts:1:22 {', '    code: 7,', '    [cause]: Error: near', '        at cell-N.ts:1:53', '  },', '  1', ']']
        .join('\n')
        .replaceAll('cell-N', /cell-\d+/.exec(result!)![0]),
    );
  });
});

describe('a list of objects', () => {
  it('is a table, and text as ever', async () => {
    const bundle = await bundleOf(`[{ id: 1, text: 'a', tags: ['x', 'y'] }, { id: 2.5, text: null }, { id: -3, when: new Date(0), text: '' }]`);
    const { head, rows, around } = readTable(bundle['text/html']!);
    expect(head).toEqual(['id', 'text', 'tags', 'when']);
    expect(rows).toEqual([
      ['1', 'a', "[ 'x', 'y' ]", ''],
      ['2.5', 'null', '', ''],
      ['-3', 'empty', '', '1970-01-01T00:00:00.000Z'],
    ]);
    expect(around).toEqual(['3 rows × 4 columns']);
    expect(bundle['text/plain']).toBe("[\n  { id: 1, text: 'a', tags: [ 'x', 'y' ] },\n  { id: 2.5, text: null },\n  { id: -3, when: 1970-01-01T00:00:00.000Z, text: '' }\n]");
  });

  it('is shown in its place between what is printed', async () => {
    const { messages } = await run(kernel, `console.log(1); display([{ a: 1 }]); console.log(2)`);
    expect(messages.slice(1).map(({ content }) => content.text ?? content.data['text/plain'])).toEqual(['1\n', '[ { a: 1 } ]', '2\n']);
  });

  it('shows its head, and counts what is not shown', async () => {
    const bundle = await bundleOf(`Array.from({ length: 1200 }, (_, i) => Object.fromEntries(Array.from({ length: 30 }, (_, j) => ['c' + j, i * j])))`);
    const { head, rows, around } = readTable(bundle['text/html']!);
    expect([head.length, rows.length]).toEqual([20, 20]);
    expect(around).toEqual(['1,200 rows × 30 columns', '… 1,180 more rows, 10 more columns']);
  });

  it('shows what data says as text, and calls no getter', async () => {
    const bundle = await bundleOf(`[{ '<img src=x onerror=1>': '<script>alert(1)</script>', b: '\\u202e"&' }, { get b() { console.log('called'); return 1 }, '<img src=x onerror=1>': { toJSON() { console.log('called') } } }]`);
    const { head, rows, elements } = readTable(bundle['text/html']!);
    expect(elements).toEqual(new Set(['div', 'table', 'thead', 'tbody', 'tr', 'th', 'td']));
    expect(head).toEqual(['<img src=x onerror=1>', 'b']);
    expect(rows).toEqual([['<script>alert(1)</script>', '⟦U+202E⟧"&'], ['{ toJSON: [Function: toJSON] }', '[Getter]']]);
    expect((await run(kernel, '1')).stdout).toBe('');
  });

  it.each(['[]', '[{}]', '[{ a: 1 }, 2]', '[{ a: 1 }, , { a: 2 }]', '[{ a: 1 }, { b: 1 }, { c: 1 }]', '[new Map([[1, 2]])]', '[{ a: 1 }, new Proxy({ a: 1 }, {})]', 'new Proxy([{ a: 1 }], {})', '[new (class Cat { name = 1 })()]'])(
    'is no table where it is %s',
    async (code) => {
      expect(Object.keys(await bundleOf(code))).toEqual(['text/plain']);
    },
  );
});

describe("Arrow's", () => {
  beforeAll(async () => {
    await run(kernel, `import { tableFromArrays, Table } from 'apache-arrow';\nconst arrow = tableFromArrays({ id: Int32Array.from([1, 2, 3]), text: ['a', '<b>', null], when: [new Date(0), null, new Date(1e12)], list: [[1, 2], [3], null] });`);
  });
  const rows = [
    ['1', 'a', '1970-01-01T00:00:00.000Z', '[ 1, 2 ]'],
    ['2', '<b>', 'null', '[ 3 ]'],
    ['3', 'null', '2001-09-09T01:46:40.000Z', 'null'],
  ];

  it.each(['arrow', 'arrow.batches[0]!'])('%s is a table with its types', async (code) => {
    const bundle = await bundleOf(code);
    expect(readTable(bundle['text/html']!)).toMatchObject({ head: ['idInt32', 'textDictionary<Int32, Utf8>', 'whenTimestamp<MILLISECOND>', 'listList<Float64>'], rows });
    expect(bundle['text/plain']).toMatch(/^3 rows × 4 columns\nid +text +when +list\n[─ ]+\n 1 +a +1970-01-01T00:00:00.000Z +\[ 1, 2 ]\n/);
  });

  it('vectors are columns', async () => {
    expect(readTable((await bundleOf(`arrow.getChild('id')!`))['text/html']!)).toMatchObject({ head: ['valueInt32'], rows: [['1'], ['2'], ['3']] });
  });

  it('tables of a million rows show their head', async () => {
    const bundle = await bundleOf('tableFromArrays({ n: new Int32Array(1e6) })');
    expect(readTable(bundle['text/html']!).around).toEqual(['1,000,000 rows × 1 column', '… 999,980 more rows']);
  });
});

describe('a value that will not be shown breaks no cell', () => {
  it.each([
    ['a revoked proxy', 'const gone = Proxy.revocable({}, {}); gone.revoke(); gone.proxy', '<Revoked Proxy>', /^$/],
    ['a proxy that has whatever it is asked for', 'new Proxy({ x: 1 }, { get: () => () => 1, has: () => { throw 1 } })', '{ x: 1 }', /^$/],
    ['a constructor that throws', 'Object.create({ get constructor() { throw new Error("no") } })', '{}', /^$/],
    ['a tag that throws', '({ get [Symbol.toStringTag]() { throw new Error("no tag") } })', '[object that cannot be shown]', /Error: no tag/],
    ['inspect.custom that throws', 'import { inspect } from "node:util";\n({ [inspect.custom]() { throw new Error("no text") }, a: 1 })', /^{ a: 1/, /Error: no text/],
    ['inspect.custom that never ends', '({ [inspect.custom](): unknown { return inspect(this) } })', /inspect\.custom/, /Maximum call stack/],
    ['a display that throws', '({ [Symbol.for("Jupyter.display")]() { throw new Error("no display") }, a: 1 })', /^{ a: 1/, /Error: no display/],
    ['a display that rejects', '({ [Symbol.for("Jupyter.display")]: async () => { throw new Error("too late") }, a: 1 })', /^{\s+a: 1/, /Error: too late/],
    ['a display that is no bundle', '({ [Symbol.for("Jupyter.display")]: () => 5, a: 1 })', /^{ a: 1/, /A MIME bundle is an object from MIME types to data, not 5\./],
    ['a display that is no JSON', '({ [Symbol.for("Jupyter.display")]: () => ({ "application/json": { n: 1n } }), a: 1 })', /^{ a: 1/, /BigInt/],
    ['a display that is looked up in vain', '({ get [Symbol.for("Jupyter.display")]() { throw new Error("no method") }, a: 1 })', /^{ a: 1/, /Error: no method/],
    ['an error without a stack', 'const odd = new Error("odd"); Object.defineProperty(odd, "stack", { get() { throw new Error("no stack") } }); odd', /odd|cannot be shown/, /no stack|^$/],
  ])('%s', async (_, code, result, stderr) => {
    const ran = await run(kernel, `const before = 1; ${code}`.replace(/^const before = 1; import/, 'import'));
    expect(ran.reply).toMatchObject({ status: 'ok' });
    expect(ran.result).toMatch(result instanceof RegExp ? result : new RegExp(`^${result.replace(/[[\]{}()]/g, '\\$&')}$`));
    expect(ran.stderr).toMatch(stderr);
    const shown = await run(kernel, `display(${code.split(/[;\n] ?/).at(-1)!}); 'on'`);
    expect(shown).toMatchObject({ reply: { status: 'ok' }, result: "'on'" });
  });

  it('and it is still the value', async () => {
    await run(kernel, 'const shy = { [Symbol.for("Jupyter.display")](): never { throw new Error("no") }, kept: 41 }; shy');
    expect((await run(kernel, 'shy.kept + 1')).result).toBe('42');
  });
});

describe('display', () => {
  it('always has text', async () => {
    const bundle = await bundleOf(`({ [Symbol.for('Jupyter.display')]: async () => ({ 'text/html': '<b>x</b>' }), a: 1 })`);
    expect(bundle['text/html']).toBe('<b>x</b>');
    expect(bundle['text/plain']).toMatch(/^{\s+a: 1/);
  });

  it('takes a bundle as it stands, with metadata and bytes', async () => {
    const { messages } = await run(kernel, `display({ 'image/png': new Uint8Array([1, 2]) }, { raw: true, metadata: { 'image/png': { width: 9 } } });`);
    expect(messages[1]!.content).toMatchObject({ data: { 'image/png': 'AQI=' }, metadata: { 'image/png': { width: 9 } } });
  });

  it('replaces by a name from other cells', async () => {
    await run(kernel, `display('waiting', { displayId: 'state' });`);
    const { messages, types } = await run(kernel, `const again = display('done', { displayId: 'state', update: true }); again.update({ 'text/plain': 'plain' }, { raw: true });`);
    expect(types).toEqual(['update_display_data', 'update_display_data']);
    expect(messages.slice(1).map(({ content }) => [content.data, content.transient])).toEqual([
      [{ 'text/plain': "'done'" }, { display_id: 'state' }],
      [{ 'text/plain': 'plain' }, { display_id: 'state' }],
    ]);
    expect((await run(kernel, 'display(1, { update: true })')).reply).toMatchObject({ ename: 'TypeError', evalue: expect.stringContaining('displayId') });
  });

  it('and clearOutput have types', async () => {
    expect((await run(kernel, `display(1).update()`)).reply).toMatchObject({ ename: 'TypeScriptError' });
    expect((await run(kernel, `clearOutput({ wait: 'yes' })`)).reply).toMatchObject({ ename: 'TypeScriptError' });
    const { data } = (await kernel.request('shell', 'inspect_request', { code: 'clearOutput', cursor_pos: 3, detail_level: 0 })) as { data: Record<string, string> };
    expect(Object.values(data).join('\n')).toContain('Removes what the cell has shown so far');
  });

  it('at the end of a cell shows once', async () => {
    expect((await run(kernel, 'display(1)')).types).toEqual(['display_data']);
  });

  it('leaves in a notebook what a front end would show', async () => {
    const code = (source: string) => ({ cell_type: 'code', metadata: {}, execution_count: null, outputs: [], source });
    const notebook = parseNotebook(
      JSON.stringify({
        nbformat: 4,
        nbformat_minor: 4,
        metadata: {},
        cells: [
          code(`const bar = display('0 %');\nconsole.log('starts'); bar.update('50 %');`),
          code(`bar.update('100 %'); console.log('gone'); clearOutput(); console.log('stays')`),
          code(`console.log('flickers not'); clearOutput({ wait: true }); display([1]);`),
          code(`console.log('kept'); clearOutput({ wait: true });`),
        ],
      }),
      'made.ipynb',
    );
    const { cells } = await executeNotebook(notebook, { cwd: folder, handler: '' });
    expect(cells.map(({ outputs }) => outputs!.map((output) => ('text' in output ? output.text : 'data' in output ? output.data['text/plain'] : output)))).toEqual([
      ["'100 %'", 'starts\n'],
      ['stays\n'],
      ['[ 1 ]'],
      ['kept\n'],
    ]);
  });
});

describe('a FeedbackDataset', () => {
  const dataset = `
import { FeedbackDataset, LabelQuestion, TextField } from 'tasklab';
const messages = await new FeedbackDataset({ name: 'notes', fields: [new TextField({ name: 'text' })], questions: [new LabelQuestion({ name: 'topic', labels: ['a', 'b'] })] }).addRecords([
  { fields: { text: 'Where is <my> parcel?' }, responses: [{ annotator: 'ann', status: 'submitted', values: { topic: 'a' } }] },
]);`;

  it('shows itself: what it is, and its first records', async () => {
    const ran = await run(kernel, `${dataset}\nmessages`);
    expect(ran.reply, ran.stderr).toMatchObject({ status: 'ok' });
    const bundle = ran.messages.at(-1)!.content.data as Record<string, string>;
    const text = JSDOM.fragment(bundle['text/html']!).textContent!;
    for (const part of ['notes', 'topic', 'a, b', 'ann', 'Where is <my> parcel?']) {
      expect(text).toContain(part);
      expect(bundle['text/plain']).toContain(part);
    }
    expect(bundle['text/html']).not.toContain('<my>');
  });
});

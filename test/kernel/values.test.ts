import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from '../../dist/kernel/client/index.js';
import { run, type Ran } from './session.js';

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel?.shutdown());

const result = async (code: string): Promise<Record<string, string>> => {
  const ran = await run(kernel, code);
  expect(ran.reply.status, JSON.stringify(ran.reply)).toBe('ok');
  return ran.messages.find((m) => m.header.msg_type === 'execute_result')!.content.data;
};
const contents = (ran: Ran, type: string): any[] => ran.messages.filter((m) => m.header.msg_type === type).map((m) => m.content);

describe('a value is shown as text', () => {
  it.each([
    ['1 + 1', '2'],
    ['-0', '-0'],
    ['10n ** 20n', '100000000000000000000n'],
    ["'a\\nb'", "'a\\nb'"],
    ['null', 'null'],
    ['Symbol("s")', 'Symbol(s)'],
    ['new Map([["a", { b: 1 }]])', "Map(1) { 'a' => { b: 1 } }"],
    ['new Set([1, "a"])', "Set(2) { 1, 'a' }"],
    ['new Float32Array([1, 0.5])', 'Float32Array(2) [ 1, 0.5 ]'],
    ['class Point { constructor(public x: number) {} }\nnew Point(3)', 'Point { x: 3 }'],
    ['const cycle: Record<string, unknown> = { name: "c" }; cycle["self"] = cycle; cycle', "<ref *1> { name: 'c', self: [Circular *1] }"],
    ['(function named() {})', '[Function: named]'],
    ['new Date(0)', '1970-01-01T00:00:00.000Z'],
    ['/a+/g', '/a+/g'],
    ['({ a: { b: { c: { d: { e: { f: 1 } } } } } })', '{\n  a: {\n    b: { c: { d: { e: [Object] } } }\n  }\n}'],
  ])('%s', async (code, text) => {
    expect(await result(code)).toEqual({ 'text/plain': text });
  });

  it('an error with its stack, as a value', async () => {
    expect((await result('new RangeError("as a value")'))['text/plain']).toMatch(/^RangeError: as a value\n +at cell-/);
  });

  it('bounded, where it is large', async () => {
    const { 'text/plain': list } = await result('Array.from({ length: 1e6 }, (_, i) => i)');
    expect(list).toContain('999900 more items');
    const { 'text/plain': text } = await result('"x".repeat(1e6)');
    expect(text).toContain('990000 more characters');
  });

  it.each([
    ['a proxy that throws', 'new Proxy({}, { get() { throw new Error("get") }, ownKeys() { throw new Error("keys") } })'],
    ['a revoked proxy', 'const revocable = Proxy.revocable({}, {}); revocable.revoke(); revocable.proxy'],
    ['an inspection that throws', '({ [Symbol.for("nodejs.util.inspect.custom")]() { throw new Error("no") } })'],
    ['a tag that throws', '({ get [Symbol.toStringTag](): string { throw new Error("tag") } })'],
    ['a constructor that is none', '({ constructor: 5, __proto__: null })'],
    ['rows that throw', '[new Proxy({}, { ownKeys() { throw new Error("keys") } })]'],
  ])('even where it is hostile: %s', async (_, code) => {
    expect((await result(`const hostile = (() => { ${code.includes(';') ? code.replace(/; ([^;]+)$/, '; return $1') : `return ${code}`} })();\nhostile`))['text/plain']).toBeTypeOf('string');
    expect((await run(kernel, 'typeof hostile')).result).toBe("'object'");
  });
});

describe('rows are shown as a table', () => {
  it('of plain objects, beside their text', async () => {
    const data = await result('[{ name: "ann", age: 31 }, { name: "<b>bob</b>", age: 5, extra: { deep: [1, 2] } }]');
    expect(data['text/plain']).toContain("{ name: 'ann', age: 31 }");
    const { 'text/html': html } = data;
    expect(html).toContain('2 rows × 3 columns');
    expect(html!.match(/<th /g)).toHaveLength(3);
    expect(html).toContain('&lt;b&gt;bob&lt;/b&gt;');
    expect(html).not.toContain('<b>bob');
    expect(html).toContain('{ deep: [ 1, 2 ] }');
  });

  it('of which it says how much is not shown', async () => {
    const { 'text/html': html } = await result('Array.from({ length: 1000 }, (_, i) => Object.fromEntries(Array.from({ length: 40 }, (_, j) => [`c${j}`, i * j])))');
    expect(html).toContain('1,000 rows × 40 columns');
    expect(html).toContain('… 980 more rows, 20 more columns');
  });

  it('of Arrow, with the types of its columns', async () => {
    const { 'text/html': html } = await result('import { tableFromArrays } from "apache-arrow";\ntableFromArrays({ x: Int32Array.of(1, 2), y: ["a", "b"] })');
    expect(html).toContain('Int32');
    expect(html).toContain('Dictionary');
    expect(html).toContain('2 rows × 2 columns');
  });

  it('without running a getter of theirs', async () => {
    const { 'text/html': html } = await result('let looked = 0;\n[{ a: 1, get b() { return ++looked } }]');
    expect(html).toContain('[Getter]');
    expect((await run(kernel, 'looked')).result).toBe('0');
  });

  it.each(['[1, 2]', '[]', '[{}]', '[{ a: 1 }, 2]', '[new Date(0)]', '[{ a: 1 }, { b: 2 }, { c: 3 }]'])('and not %s', async (code) => {
    expect(Object.keys(await result(code))).toEqual(['text/plain']);
  });

  it('as a data set is: its card and records', async () => {
    const folder = new URL('../../notebooks/data/messages', import.meta.url).pathname;
    const data = await result(`import { FeedbackDataset } from 'tasklab';\nawait FeedbackDataset.fromFolder(${JSON.stringify(folder)})`);
    expect(data['text/plain']).toMatch(/^records +\d+/m);
    expect(data['text/plain']).toContain('records 1–5 of');
    expect(data['text/html']).toContain('<table');
  });
});

describe('a value may show itself', () => {
  it('at once or later, and in any form; a text is always there', async () => {
    expect(await result('({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<i>now</i>" }) })')).toMatchObject({ 'text/html': '<i>now</i>', 'text/plain': expect.any(String) });
    expect(await result('({ [Symbol.for("Jupyter.display")]: async () => ({ "image/png": Uint8Array.of(1, 2, 3), "text/plain": "three" }) })')).toEqual({ 'image/png': 'AQID', 'text/plain': 'three' });
  });

  it.each([
    ['throws', '() { throw new TypeError("cannot show") }', 'TypeError: cannot show'],
    ['rejects', 'async () => { throw new TypeError("cannot show later") }', 'TypeError: cannot show later'],
    ['gives no bundle', '() => "a text"', 'A MIME bundle is an object'],
    ['gives what is no JSON', '() => ({ "application/json": 10n })', 'BigInt'],
  ])('and where that %s it is said, and the value is shown as text', async (_, method, message) => {
    const own = method.startsWith('(') && !method.includes('=>') ? `[Symbol.for("Jupyter.display")]${method}` : `[Symbol.for("Jupyter.display")]: ${method}`;
    const ran = await run(kernel, `const own = { size: 4, ${own} };\nown`);
    expect(ran.reply.status).toBe('ok');
    expect(ran.stderr).toContain(message);
    expect(ran.result).toContain('size: 4');
  });
});

describe('display()', () => {
  it('shows in between and updates in place, in the order of the calls', async () => {
    const ran = await run(kernel, 'const shown = display([{ a: 1 }]);\nconsole.log("between");\nshown.update("later");\ndisplay(2); undefined');
    expect(ran.types.filter((type) => type !== 'status')).toEqual(expect.arrayContaining(['display_data', 'update_display_data', 'stream']));
    const [first, second] = contents(ran, 'display_data');
    expect(contents(ran, 'update_display_data')).toMatchObject([{ data: { 'text/plain': "'later'" }, transient: first.transient }]);
    expect(second.data).toEqual({ 'text/plain': '2' });
  });

  it('is taken back by clearOutput()', async () => {
    const ran = await run(kernel, 'display(1); clearOutput(); clearOutput({ wait: true }); display(2); undefined');
    expect(contents(ran, 'clear_output')).toEqual([{ wait: false }, { wait: true }]);
    expect((await run(kernel, 'clearOutput({ wait: 1 })')).reply).toMatchObject({ status: 'error', ename: 'TypeScriptError' });
  });
});

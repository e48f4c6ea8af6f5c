import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from '../../dist/kernel/client/index.js';
import { run } from './session.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tasklab-test-')));
let kernel: KernelClient;

beforeAll(async () => {
  writeFileSync(join(folder, 'own.mjs'), 'import { UserError } from "tasklab"; export const name = new UserError("a/b", "c").code; export const here = import.meta.url;\n');
  writeFileSync(join(folder, 'common.cjs'), 'exports.answer = 42;\n');
  writeFileSync(join(folder, 'data.json'), '{"a": [1]}\n');
  mkdirSync(join(folder, 'node_modules/theirs'), { recursive: true });
  writeFileSync(join(folder, 'node_modules/theirs/package.json'), '{"name": "theirs", "version": "1.0.0", "type": "module", "exports": "./i.js"}');
  writeFileSync(join(folder, 'node_modules/theirs/i.d.ts'), 'export declare const theirs: string;\n');
  writeFileSync(join(folder, 'node_modules/theirs/i.js'), 'export const theirs = "found";\n');
  kernel = await KernelClient.start({ cwd: folder, handler: '' });
});
afterAll(async () => {
  await kernel?.shutdown();
  rmSync(folder, { recursive: true, force: true });
});

describe('results', () => {
  it.each([
    ['1 + 1', '2'],
    ["'abc'", "'abc'"],
    ['null', 'null'],
    ['10n ** 20n', '100000000000000000000n'],
    ['-0', '-0'],
    ['({ a: [1, { b: 2 }] })', '{ a: [ 1, { b: 2 } ] }'],
    ['new Map([[1, new Set([2])]])', 'Map(1) { 1 => Set(1) { 2 } }'],
    ['const a = 1; a', '1'],
    ['const a = 2; a', '2'],
    ['class A { m(): number { return 1 } }; new A().m()', '1'],
    ['class A { m(): number { return 2 } }; new A().m()', '2'],
    ['const z = await Promise.resolve(5); z + a', '7'],
  ])('%s', async (code, result) => {
    expect(await run(kernel, code)).toMatchObject({ result, reply: { status: 'ok' } });
  });

  it('shows nothing for undefined', async () => {
    expect((await run(kernel, 'undefined')).types).toEqual([]);
  });

  it('lets a value show itself, even late, with bytes as base64', async () => {
    const code = `({ [Symbol.for('Jupyter.display')]: async () => ({ 'text/html': '<b>x</b>', 'image/png': new Uint8Array([1, 2]) }) })`;
    const { messages } = await run(kernel, code);
    expect(messages.at(-1)!.content.data).toMatchObject({ 'text/html': '<b>x</b>', 'image/png': 'AQI=' });
  });

  it('counts cells, but not silent ones and those kept out of the history', async () => {
    const before = (await run(kernel, '1')).reply.execution_count;
    expect((await run(kernel, '1', { silent: true })).types).toEqual([]);
    expect((await run(kernel, '2', { store_history: false })).result).toBe('2');
    expect((await run(kernel, '1')).reply.execution_count).toBe(before + 1);
  });

  it('answers user expressions, failing ones too', async () => {
    const { reply } = await run(kernel, 'const base = 40', { user_expressions: { good: 'base + 2', bad: 'nowhere' } });
    expect(reply['user_expressions']).toMatchObject({
      good: { status: 'ok', data: { 'text/plain': '42' } },
      bad: { status: 'error', ename: 'ReferenceError' },
    });
  });
});

describe('outputs', () => {
  it('keeps prints, displays and results in order', async () => {
    const { messages } = await run(kernel, `console.log('a'); console.error('b'); process.stdout.write('c\\n'); display(1); console.log('d'); 2`);
    const shown = messages.slice(1).map(({ content: c }) => c.text ?? c.data['text/plain']);
    expect(shown).toEqual(['a\n', 'b\n', 'c\n', '1', 'd\n', '2']);
  });

  it('delivers 10,000 lines complete before the cell ends', async () => {
    const { stdout, types } = await run(kernel, 'for (let i = 0; i < 10_000; i++) console.log("line " + i)');
    expect(stdout).toBe(Array.from({ length: 10_000 }, (_, i) => `line ${i}\n`).join(''));
    expect(types.length).toBeLessThan(1000);
  });

  it('delivers 20 MB of display whole', async () => {
    const { messages } = await run(kernel, `display({ [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': 'x'.repeat(20 * 2 ** 20) }) }); undefined`);
    expect(messages[1]!.content.data['text/plain']).toHaveLength(20 * 2 ** 20);
  });

  it('shows what processes of the user write to the inherited streams', async () => {
    const { stdout, reply } = await run(kernel, `import { execFileSync } from 'node:child_process';\nexecFileSync(process.execPath, ['-e', 'console.log("a".repeat(200000))'], { stdio: 'inherit' }); undefined`);
    expect(reply.status).toBe('ok');
    expect(stdout).toBe(`${'a'.repeat(200_000)}\n`);
  });

  it('puts a character together that is written in two pieces', async () => {
    const { stdout } = await run(kernel, `process.stdout.write(Buffer.from([0xf0, 0x9f])); process.stdout.write(Buffer.from([0x98, 0x80, 10]))`);
    expect(stdout).toBe('😀\n');
  });

  it('replaces what a display handle showed', async () => {
    const { messages } = await run(kernel, 'const handle = await display(1); await handle.update([2]);');
    const [, first, second] = messages;
    expect(second).toMatchObject({ header: { msg_type: 'update_display_data' }, content: { data: { 'text/plain': '[ 2 ]' } } });
    expect(second!.content.transient).toEqual(first!.content.transient);
    const later = await run(kernel, 'await handle.update(3);');
    expect(later.messages[1]!.content).toMatchObject({ data: { 'text/plain': '3' }, transient: first!.content.transient });
  });

  it("runs tslab's display functions", async () => {
    const { messages } = await run(kernel, `import * as tslab from 'tslab';\nconst place = tslab.newDisplay(); place.text('a'); place.html('b'); tslab.display.png(new Uint8Array([1, 2]));`);
    expect(messages.slice(1).map((m) => [m.header.msg_type, m.content.data])).toEqual([
      ['display_data', { 'text/plain': 'a' }],
      ['update_display_data', { 'text/html': 'b' }],
      ['display_data', { 'image/png': 'AQI=' }],
    ]);
  });

  it('shows what fails later in the cell that started it', async () => {
    const { stderr, reply } = await run(kernel, `Promise.reject(new Error('nobody')); setTimeout(() => { throw new Error('late') }, 1); await new Promise((r) => setTimeout(r, 20));`);
    expect(reply.status).toBe('ok');
    expect(stderr).toMatch(/Unhandled rejection: Error: nobody/);
    expect(stderr).toMatch(/Uncaught Error: late/);
  });
});

describe('modules', () => {
  it.each([
    [`import fs from 'fs'; fs.existsSync('/')`, 'true'],
    [`import { basename } from 'node:path'; basename('/a/b')`, "'b'"],
    [`import { name } from './own.mjs'; name`, "'a/b'"],
    [`import { theirs } from 'theirs'; theirs`, "'found'"],
    [`import common from './common.cjs'; common.answer`, '42'],
    [`import data from './data.json'; data.a`, '[ 1 ]'],
    [`require('./common.cjs').answer`, '42'],
    [`const { UserError } = require('tasklab'); new UserError('x/y', 'z').code`, "'x/y'"],
    [`import { UserError } from 'tasklab'; new UserError('x/y', 'z').code`, "'x/y'"],
    [`(await import('node:os')).EOL`, "'\\n'"],
  ])('%s', async (code, result) => {
    expect(await run(kernel, code)).toMatchObject({ result, reply: { status: 'ok' } });
  });

  it('knows the working folder', async () => {
    expect((await run(kernel, '__dirname')).result).toBe(`'${folder}'`);
    expect((await run(kernel, 'import.meta.url')).result).toContain(folder);
  });

  it('names a package that is not there', async () => {
    expect((await run(kernel, `const nothing = await import('no-such-package' as string)`)).reply).toMatchObject({
      status: 'error',
      evalue: expect.stringContaining("Cannot find package 'no-such-package'"),
    });
  });
});

describe('errors', () => {
  it("have the user's lines and nothing of the kernel's", async () => {
    const { reply } = await run(kernel, `\n\nfunction deep(): never {\n  throw new RangeError('too far');\n}\ndeep();`);
    expect(reply).toMatchObject({ status: 'error', ename: 'RangeError', evalue: 'too far' });
    const text = reply['traceback'].join('\n');
    expect(text).toMatch(/4:9/);
    expect(text).toMatch(/6:1/);
    expect(text).not.toMatch(/node:|dist\//);
  });

  it('show their causes', async () => {
    const { reply } = await run(kernel, `throw new Error('outer', { cause: new TypeError('inner') })`);
    expect(reply['traceback'].join('\n')).toContain('[caused by] TypeError: inner');
  });

  it('of several show each', async () => {
    const { reply } = await run(kernel, `throw new AggregateError([new TypeError('first'), new RangeError('second', { cause: 'why' })], 'both')`);
    expect(reply).toMatchObject({ ename: 'AggregateError', evalue: 'both' });
    const text = reply['traceback'].join('\n');
    for (const part of ['AggregateError: both', '[one of its errors] TypeError: first', '[one of its errors] RangeError: second', "[caused by] 'why'"]) expect(text).toContain(part);
  });

  it('show themselves where they can', async () => {
    const { reply } = await run(kernel, `throw { [Symbol.for('Jupyter.error')]: { ename: 'data/x', evalue: 'bad', traceback: ['one', 'two'] } }`);
    expect(reply).toMatchObject({ ename: 'data/x', evalue: 'bad', traceback: ['one', 'two'] });
  });

  it.each([[`throw 'text'`, "'text'"], ['throw undefined', 'undefined'], ['throw null', 'null']])('%s', async (code, evalue) => {
    expect((await run(kernel, code)).reply).toMatchObject({ status: 'error', evalue });
  });

  it('abort the cells that were sent along', async () => {
    const executions = [`throw new Error('first')`, '1', '2'].map((code) => kernel.execute(code));
    const replies = await Promise.all(executions.map((execution) => execution.reply));
    expect(replies.map((reply) => reply.status)).toEqual(['error', 'aborted', 'aborted']);
    expect((await run(kernel, '3')).result).toBe('3');
  });

  it('abort nothing where the request says so', async () => {
    const executions = [`throw new Error('first')`, '1'].map((code) => kernel.execute(code, { stop_on_error: false }));
    const replies = await Promise.all(executions.map((execution) => execution.reply));
    expect(replies.map((reply) => reply.status)).toEqual(['error', 'ok']);
  });
});

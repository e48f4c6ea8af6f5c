import { createServer, type Server } from 'node:http';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from '../../dist/kernel/client/index.js';
import { run } from './session.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tasklab-test-')));
let kernel: KernelClient;
let server: Server;

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

beforeAll(async () => {
  write('rows.ts', 'export interface Row { readonly id: number }\nexport enum Kind { good = 1 }\nexport const row = (id: number): Row => ({ id });\nexport default row;\n');
  write('user.ts', "import { Row, row } from './rows';\nimport { UserError } from 'tasklab';\nimport settings from './settings.json';\nexport const made: Row = row(settings.first);\nexport const code = new UserError('a/b', 'c').code;\n");
  write('plain.mjs', '/** Adds one. @param {number} n */\nexport const next = (n) => n + 1;\nexport const where = import.meta.dirname;\n');
  write('common.cjs', 'exports.answer = 42;\nexports.name = "deep thought";\n');
  write('classic.js', "module.exports = class Classic { say() { return require('./common.cjs').answer; } };\n");
  write('settings.json', '{ "first": 7, "names": ["a"], "not a name": 1 }\n');
  write('lib/index.ts', "export { row as make } from '../rows.js';\n");
  write('node_modules/theirs/package.json', '{ "name": "theirs", "version": "1.2.3", "type": "module", "exports": { ".": "./i.js", "./package.json": "./package.json" } }');
  write('node_modules/theirs/i.d.ts', 'export declare const theirs: string;\n');
  write('node_modules/theirs/i.js', 'export const theirs = "found";\n');
  write('node_modules/old/package.json', '{ "name": "old", "version": "1.0.0", "main": "./i.js", "types": "./i.d.ts" }');
  write('node_modules/old/i.d.ts', 'export declare function shout(text: string): string;\n');
  write('node_modules/old/i.js', 'exports.shout = (text) => text.toUpperCase();\n');
  // In place of what tasklab has itself.
  write('node_modules/yaml/package.json', '{ "name": "yaml", "version": "0.0.1", "type": "module", "exports": "./i.js" }');
  write('node_modules/yaml/i.d.ts', 'export declare const mine: true;\n');
  write('node_modules/yaml/i.js', 'export const mine = true;\n');
  server = createServer((request, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify({ path: request.url })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  kernel = await KernelClient.start({ cwd: folder, handler: '' });
});
afterAll(async () => {
  await kernel?.shutdown();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a mouse over the last letter of `code` shows. */
async function hover(code: string): Promise<string> {
  const { data } = (await kernel.request('shell', 'inspect_request', { code, cursor_pos: code.length, detail_level: 0 })) as { data: Record<string, string> };
  return Object.values(data).join('\n');
}

describe('import', () => {
  it.each([
    ["ESM of the user's", `import { next } from './plain.mjs'; next(1)`, '2'],
    ['TypeScript, enums and all', `import row, { Kind, type Row } from './rows.ts'; const made: Row = row(3); [made.id, Kind.good]`, '[ 3, 1 ]'],
    ['TypeScript without an extension', `import { row } from './rows'; row(4).id`, '4'],
    ['TypeScript by the name of what it becomes', `import { row } from './rows.js'; row(5).id`, '5'],
    ['a folder', `import { make } from './lib'; make(6).id`, '6'],
    ['TypeScript that imports types, JSON and tasklab', `import { made, code } from './user.ts'; [made.id, code]`, "[ 7, 'a/b' ]"],
    ['CommonJS', `import common, { name } from './common.cjs'; [common.answer, name]`, "[ 42, 'deep thought' ]"],
    ['CommonJS by the folder of its package', `import Classic from './classic.js'; new Classic().say()`, '42'],
    ['JSON', `import settings from './settings.json'; settings.names`, "[ 'a' ]"],
    ['JSON with its attribute', `import settings from './settings.json' with { type: 'json' }; settings.first`, '7'],
    ['JSON by name', `import { first } from './settings.json'; first`, '7'],
    ['JSON later', `(await import('./settings.json', { with: { type: 'json' } })).default.first`, '7'],
    ['JSON of a package', `import its from 'theirs/package.json'; its.version`, "'1.2.3'"],
    ["Node's own", `import { basename } from 'node:path'; import fs from 'fs'; [basename('/a/b'), fs.existsSync('/')]`, "[ 'b', true ]"],
    ['a package', `import { theirs } from 'theirs'; theirs`, "'found'"],
    ['a package in CommonJS', `import { shout } from 'old'; shout('a')`, "'A'"],
    ["a package of the user's before tasklab's", `import { mine } from 'yaml'; mine`, 'true'],
    ["a package of tasklab's", `import { tableFromArrays } from 'apache-arrow'; tableFromArrays({ a: [1, 2] }).numRows`, '2'],
    ['an absolute path', `(await import(process.cwd() + '/plain.mjs')).next(8)`, '9'],
    ['an address', `(await import(new URL('./plain.mjs', import.meta.url).href)).where === import.meta.dirname`, 'true'],
    ['what is known later only', `const name = ['node', 'os'].join(':'); (await import(name)).EOL`, "'\\n'"],
  ])('of %s', async (_, code, result) => {
    const ran = await run(kernel, code);
    expect(ran.reply['traceback']).toBeUndefined();
    expect(ran.result).toBe(result);
  });

  it.each([
    ["ESM of the user's", `import { next } from './plain.mjs'; next('a')`, /'string' is not assignable to parameter of type 'number'/],
    ['TypeScript', `import { row } from './rows.ts'; const bad: string = row(1).id`, /'number' is not assignable to type 'string'/],
    ['CommonJS', `import { name } from './common.cjs'; const bad: number = name`, /'string' is not assignable to type 'number'/],
    ['JSON', `import settings from './settings.json'; const bad: number = settings.names`, /'string\[\]' is not assignable to type 'number'/],
    ["Node's own", `import { basename } from 'node:path'; basename(1)`, /'number' is not assignable to parameter of type 'string'/],
    ['a package', `import { theirs } from 'theirs'; const bad: number = theirs`, /'string' is not assignable to type 'number'/],
    ['a package in CommonJS', `import { shout } from 'old'; shout(1)`, /'number' is not assignable to parameter of type 'string'/],
    ["tasklab's packages", `import { tableFromArrays } from 'apache-arrow'; const bad: string = tableFromArrays({ a: [1] }).numRows`, /'number' is not assignable to type 'string'/],
    ['a file that is not there', `import { a } from './nowhere.ts'; a`, /Cannot find module '.\/nowhere.ts'/],
  ])('knows the types of %s', async (_, code, message) => {
    expect((await run(kernel, code)).reply).toMatchObject({ status: 'error', ename: 'TypeScriptError', evalue: expect.stringMatching(message) });
  });

  it('shows documentation and types', async () => {
    expect(await hover(`import { next } from './plain.mjs'; next`)).toMatch(/next: \(n: number\) => number[^]*Adds one\./);
    expect(await hover(`import settings from './settings.json'; settings.names`)).toMatch(/"?names"?: string\[\]/);
  });
});

describe('a file is read again where it changed:', () => {
  it.each([
    ['ESM', 'fresh.mjs', (n: number) => `export const value = ${n};`, `(await import('./fresh.mjs' as string)).value`],
    ['TypeScript', 'fresh.ts', (n: number) => `export const value: number = ${n};`, `(await import('./fresh.ts' as string)).value`],
    ['JSON', 'fresh.json', (n: number) => `{ "value": ${n} }`, `(await import('./fresh.json' as string)).default.value`],
    ['CommonJS', 'fresh1.cjs', (n: number) => `exports.value = ${n};`, `(await import('./fresh1.cjs' as string)).default.value`],
    ['CommonJS by its names', 'fresh2.cjs', (n: number) => `exports.value = ${n};`, `(await import('./fresh2.cjs' as string)).value`],
    ['CommonJS by require', 'fresh3.cjs', (n: number) => `exports.value = ${n};`, `require('./fresh3.cjs').value`],
    ['JSON by require', 'fresh4.json', (n: number) => `{ "value": ${n} }`, `require('./fresh4.json').value`],
    ['TypeScript by require', 'fresh5.ts', (n: number) => `export const value: number = ${n};`, `require('./fresh5.ts').value`],
  ])('%s', async (_, name, text, code) => {
    write(name, text(1));
    expect((await run(kernel, code)).result).toBe('1');
    write(name, text(2));
    expect((await run(kernel, code)).result).toBe('2');
  });

  it.each([
    ['an import of ESM', 'outer1.mjs', `export { value } from './inner1.mjs';`, 'inner1.mjs', (n: number) => `export const value = ${n};`, `(await import('./outer1.mjs' as string)).value`],
    ['an import of JSON', 'outer2.ts', `import inner from './inner2.json';\nexport const value = inner.value;`, 'inner2.json', (n: number) => `{ "value": ${n} }`, `(await import('./outer2.ts' as string)).value`],
    ['an import of CommonJS', 'outer3.mjs', `import inner from './inner3.cjs';\nexport const value = inner.value;`, 'inner3.cjs', (n: number) => `exports.value = ${n};`, `(await import('./outer3.mjs' as string)).value`],
    ['what a CommonJS file requires', 'outer4.cjs', `exports.value = require('./inner4.cjs').value;`, 'inner4.cjs', (n: number) => `exports.value = ${n};`, `require('./outer4.cjs').value`],
    ['what an imported CommonJS file requires', 'outer5.cjs', `exports.value = require('./inner5.json').value;`, 'inner5.json', (n: number) => `{ "value": ${n} }`, `(await import('./outer5.cjs' as string)).default.value`],
  ])('behind %s', async (_, outer, text, inner, innerText, code) => {
    write(outer, text);
    write(inner, innerText(1));
    expect((await run(kernel, code)).result).toBe('1');
    write(inner, innerText(2));
    expect((await run(kernel, code)).result).toBe('2');
  });

  it('and only then', async () => {
    write('counting.cjs', 'globalThis.loads = (globalThis.loads ?? 0) + 1;\n');
    write('counting.mjs', 'globalThis.loads = (globalThis.loads ?? 0) + 1; export {};\n');
    await run(kernel, `require('./counting.cjs'); await import('./counting.mjs' as string);`);
    expect((await run(kernel, `require('./counting.cjs'); await import('./counting.mjs' as string); (globalThis as any).loads`)).result).toBe('2');
  });

  it('its types too', async () => {
    write('typed.ts', 'export const value = 1;\n');
    expect((await run(kernel, `import { value } from './typed.ts'; const n: number = value; n`)).result).toBe('1');
    write('typed.ts', 'export const value = "one";\nexport const more = 2;\n');
    expect((await run(kernel, `import { value } from './typed.ts'; const n: number = value`)).reply['evalue']).toContain("'string' is not assignable to type 'number'");
    expect((await run(kernel, `import { value, more } from './typed.ts'; [value, more]`)).result).toBe("[ 'one', 2 ]");
  });

  it('and a file that was not there is found once it is', async () => {
    expect((await run(kernel, `import { late } from './late.ts'; late`)).reply['ename']).toBe('TypeScriptError');
    write('late.ts', 'export const late = 1;\n');
    expect((await run(kernel, `import { late } from './late.ts'; late`)).result).toBe('1');
  });
});

describe('as users of Node expect:', () => {
  it.each([
    [`require('./common.cjs').answer`, '42'],
    [`const { theirs } = require('theirs'); theirs`, "'found'"],
    [`require('old').shout('b')`, "'B'"],
    [`require('yaml').mine`, 'true'],
    [`typeof require('apache-arrow').Table`, "'function'"],
    [`require('node:path').basename('/a/b')`, "'b'"],
    [`require('./rows').row(9).id`, '9'],
    [`const { UserError } = require('tasklab'); new UserError('x/y', 'z').code`, "'x/y'"],
    [`require.resolve('./common.cjs') === __dirname + '/common.cjs'`, 'true'],
    [`typeof require.cache[require.resolve('./common.cjs')]`, "'object'"],
    [`__filename.startsWith(__dirname)`, 'true'],
    [`import.meta.dirname === __dirname && import.meta.filename === __filename && import.meta.url === 'file://' + __filename`, 'true'],
    [`import.meta.resolve('./rows.ts') === 'file://' + __dirname + '/rows.ts'`, 'true'],
    [`import.meta.resolve('theirs').endsWith('node_modules/theirs/i.js')`, 'true'],
    [`import.meta.resolve('node:fs')`, "'node:fs'"],
    [`[typeof process.pid, process.env.HOME === undefined, process.argv.length > 0]`, "[ 'number', false, true ]"],
    [`typeof structuredClone + typeof Buffer + typeof URL + typeof AbortController + typeof performance`, "'functionfunctionfunctionfunctionobject'"],
  ])('%s', async (code, result) => {
    const ran = await run(kernel, code);
    expect(ran.reply['traceback']).toBeUndefined();
    expect(ran.result).toBe(result);
  });

  it('fetch', async () => {
    const { port } = server.address() as AddressInfo;
    const { result } = await run(kernel, `const response: Response = await fetch('http://127.0.0.1:${port}/here'); [response.status, await response.json()]`);
    expect(result).toBe("[ 200, { path: '/here' } ]");
    expect(await hover('fetch')).toMatch(/function fetch\(/);
  });

  it('the names have types', async () => {
    for (const code of ['const a: number = __dirname', 'const b: string = process.pid', 'require(1)', 'const c: number = import.meta.url', 'const d: string = fetch("")']) {
      expect((await run(kernel, code)).reply, code).toMatchObject({ ename: 'TypeScriptError' });
    }
  });

  it("modules stay those of the notebook's folder where the program goes elsewhere", async () => {
    write('elsewhere/text.txt', 'read');
    write('elsewhere/rows.ts', 'export const row = "another";\n');
    const { result, reply } = await run(
      kernel,
      `process.chdir('elsewhere');\nimport { readFileSync } from 'node:fs';\nimport { row } from './rows.ts';\n[readFileSync('text.txt', 'utf8'), row(1).id, require('./rows.ts').row(2).id, __dirname === process.cwd()]`,
    );
    expect(reply['traceback']).toBeUndefined();
    expect(result).toBe("[ 'read', 1, 2, false ]");
    await run(kernel, `process.chdir(__dirname)`);
  });
});

describe("an error in a user's module", () => {
  it.each([
    ['import', `(await import('./fails.ts' as string)).Stack`],
    ['require', `require('./fails.ts').Stack`],
  ])("has the module's own lines, by %s", async (_, stack) => {
    write('fails.ts', ['interface Item { readonly size: number }', '', 'enum Mode { on }', '', 'export class Stack {', '  constructor(private readonly mode: Mode = Mode.on) {}', '  pop(): Item {', "    throw new RangeError('empty');", '  }', '}', ''].join('\n'));
    const { reply } = await run(kernel, `const Stack = ${stack};\nnew Stack().pop()`);
    expect(reply).toMatchObject({ ename: 'RangeError', evalue: 'empty' });
    const at = reply['traceback'].join('\n');
    expect(at).toContain(`at Stack.pop (${folder}/fails.ts:8:11)\n      8 |     throw new RangeError('empty');\n        |           ^\n`);
    expect(at).toMatch(/cell-\d+\.ts:2:13\n {6}2 \| new Stack\(\)\.pop\(\)/);
    expect(at).not.toMatch(/version=|node:|dist\//);
  });

  it('of JavaScript too', async () => {
    write('fails.mjs', '\n\nexport const boom = async () => {\n  await null;\n  throw new Error("boom");\n};\n');
    const { reply } = await run(kernel, `import { boom } from './fails.mjs';\nawait boom()`);
    expect(reply['traceback'].join('\n')).toContain(`at boom (${folder}/fails.mjs:5:9)\n      5 |   throw new Error("boom");\n`);
  });

  it('that cannot be read names its place', async () => {
    write('syntax.ts', 'export const a = 1;\nexport const b = ;\n');
    write('syntax.mjs', 'export const a = 1;\nexport const b = ;\n');
    write('syntax.json', '{ "a": }\n');
    write('unlinked.mjs', "\nimport { missing } from './plain.mjs';\n");
    expect((await run(kernel, `await import('./syntax.ts' as string)`)).reply).toMatchObject({ ename: 'SyntaxError', evalue: 'syntax.ts:2:18 Expression expected.' });
    expect((await run(kernel, `await import('./syntax.mjs' as string)`)).reply).toMatchObject({ ename: 'SyntaxError', evalue: 'syntax.mjs:2:18 Expression expected.' });
    expect((await run(kernel, `await import('./syntax.json' as string)`)).reply).toMatchObject({ ename: 'SyntaxError', evalue: expect.stringMatching(/^syntax\.json: Unexpected token/) });
    const { reply } = await run(kernel, `await import('./unlinked.mjs' as string)`);
    expect(reply['traceback'].join('\n')).toMatch(new RegExp(`^${folder}/unlinked.mjs:2\nimport { missing } from './plain.mjs';\n.*\\^.*\nSyntaxError: .*does not provide an export named 'missing'`));
  });
});

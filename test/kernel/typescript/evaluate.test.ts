import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cells, end, evaluate, evaluateUnchecked, folder, Thrown } from './notebook.js';

beforeAll(() => {
  mkdirSync(join(folder, 'node_modules/theirs'), { recursive: true });
  writeFileSync(join(folder, 'node_modules/theirs/package.json'), '{"name": "theirs", "version": "1.0.0", "type": "module", "exports": "./i.js"}');
  writeFileSync(join(folder, 'node_modules/theirs/i.d.ts'), 'export interface Shape { a: number }\nexport declare const a: number;\nexport default function twice(n: number): number;\n');
  const modules: Record<string, unknown> = { theirs: { a: 5, default: (n: number) => 2 * n } };
  Object.assign(globalThis, {
    $import: (name: string) => (name in modules ? modules[name] : import(name)),
    $meta: { url: 'file:///cell' },
    $magic: (...call: unknown[]) => Promise.resolve({ call }),
  });
});
afterAll(end);

describe('a name is declared again', () => {
  const forms: Record<string, string> = {
    const: 'const again = 1; typeof again',
    let: 'let again = 1; typeof again',
    var: 'var again = 1; typeof again',
    'var in a loop': 'for (var again = 0; again < 2; again++) {} typeof again',
    destructuring: 'const { again } = { again: 1 }; typeof again',
    class: 'class again {} typeof again',
    function: 'function again() {} typeof again',
    'async function': 'export async function again() {} typeof again',
    enum: 'enum again { A } typeof again',
    namespace: 'namespace again { export const a = 1 } typeof again',
    'decorated class': 'function d(c: unknown, context: unknown) {} @d class again {} typeof again',
    import: `import again from 'theirs'; typeof again`,
    'import *': `import * as again from 'theirs'; typeof again`,
    'import { }': `import { a as again } from 'theirs'; typeof again`,
    'import =': `import again = require('node:path'); typeof again`,
  };
  const value: Record<string, string> = { class: 'function', function: 'function', 'async function': 'function', enum: 'object', namespace: 'object', 'decorated class': 'function', import: 'function', 'import *': 'object', 'import =': 'object' };
  it.each(Object.keys(forms))('as anything else after %s', async (first) => {
    Object.assign(globalThis, { require: () => ({}) });
    for (const then of Object.keys(forms)) {
      expect(await evaluateUnchecked(forms[first]!), first).toBe(value[first] ?? 'number');
      expect(await evaluateUnchecked(forms[then]!), `${first}, then ${then}`).toBe(value[then] ?? 'number');
    }
  });
});

describe('cells run', () => {
  it.each<[unknown, ...string[]]>([
    [3, 'const one = 1', 'one + 2'],
    [{ a: 1 }, '{ a: 1 }'],
    [{ a: 1 }, '// what it is\n{ a: 1 } // an object'],
    [{ a: 1, b: [2] }, '{\n  a: 1,\n  b: [2],\n};\n'],
    [2, '{ const a = 2; a }'],
    [undefined, ''],
    [undefined, '// nothing'],
    [undefined, '/* nothing'.concat(' */')],
    [4, 'early();\nfunction early(): number { return 4 }'],
    [120, 'function factorial(n: number): number { return n < 2 ? 1 : n * factorial(n - 1) }', 'factorial(5)'],
    ['later later', 'function later() { return 1 }\nlater.name + " " + /function (\\w+)/.exec(later.toString())![1]'],
    [2, 'function inner() { return 1 } function outer() { return inner() }', 'function inner() { return 2 }', 'outer()'],
    [3, 'function over(a: string): string; function over(a: number): number; function over(a: any) { return a } over(3)'],
    [1, 'var twice = 0; var twice = 1; twice'],
    [1, 'if (true) { var deep = 1 } deep', 'deep'],
    [6, 'var { p, q } = { p: 1, q: 5 }; for (var { p } of [] as { p: number }[]) {} p + q'],
    ['A', 'enum Letter { A, B }', 'Letter[Letter.A]'],
    [[0, 1], 'enum Two { A } enum Two { B = 1 } [Two.A, Two.B]'],
    [1, 'const enum Fixed { A = 1 } Fixed.A'],
    [2, 'namespace space { export const a = 2 }', 'space.a'],
    [3, 'class Both { b = 1 } namespace Both { export const a = 2 } new Both().b + Both.a'],
    [7, 'class Point { constructor(private readonly x: number, public y = 2) {} sum() { return this.x + this.y } }', 'new Point(5).sum()'],
    ['logged: m', 'const log: string[] = [];\nfunction logged(f: Function, context: ClassMethodDecoratorContext) { log.push("logged: " + String(context.name)) }', 'class D { @logged m() {} }', 'log[0]'],
    [['made', 'closed'], 'const seen: string[] = []; { using a = { [Symbol.dispose]: () => { seen.push("closed") } }; seen.push("made") } seen'],
    [5, 'const typed = <T,>(a: T): T => a; typed<number>(5)!'],
    [1, 'const kept = { a: 1 } satisfies object as { a: number }; kept.a'],
    [4, 'abstract class Base<T> { abstract m(): T } class Derived extends Base<number> { m() { return 4 } } new Derived().m()'],
    ['a\n  b', 'class Text { constructor(public t = `a\n  b`) {} } new Text().t'],
    [10, `import twice, { a, type Shape } from 'theirs'; const s: Shape = { a }; twice(s.a)`],
    [5, `const m = await import('theirs'); m.a`],
    [5, `class Loads { constructor(private m = 'theirs' as const) {} load() { return import(this.m) } } (await new Loads().load()).a`],
    ['file:///cell', 'import.meta.url'],
    ['file:///cell', 'enum Where { A } class W { constructor(private a = import.meta.url) {} get() { return this.a } } new W().get()'],
    [8, 'export const exported = 8; export default exported; export { exported as other };', 'exported'],
    [9, 'const before = 9\nexport default function () {}\nbefore'],
    [1, 'export default class Named { a = 1 }', 'new Named().a'],
    [2, 'declare const nowhere: number; interface Nowhere { a: number } type Alias = Nowhere; 2'],
    [3, "import type { Shape } from 'theirs'; import { type Shape as Other } from 'theirs'; const sh: Shape & Other = { a: 3 }; sh.a"],
    ['😀!', 'const smile = "😀"; smile + "!" // 😀'],
    [3, 'const crlf = 1;\r\nconst end = 2;\r\ncrlf + end\r\n'],
    [2, 'let counted = 1;', 'counted++;', 'counted'],
    ['ok', 'label: for (const a of [1]) { continue label }\n"ok"'],
  ])('%j', async (value, ...sources) => {
    expect(await evaluate(...sources)).toEqual(value);
  });

  it('does not load a module for its types alone', async () => {
    writeFileSync(join(folder, 'shapes.d.ts'), 'export interface Round { r: number }\n');
    expect(await evaluate(`import { Round } from './shapes.js'; const r: Round = { r: 1 }; r.r`, 'let again2: Round = { r: 2 }; again2.r')).toBe(2);
  });
});

describe('an error at run time', () => {
  const thrown = async (...sources: string[]): Promise<string[]> => {
    const error = await evaluate(...sources).catch((error: unknown) => error);
    if (!(error instanceof Thrown)) throw new Error(`Nothing was thrown, but: ${String(error)}`);
    return [...cells.mapError({ ename: '', evalue: '', traceback: error.message.split('\n') }).traceback];
  };

  it.each<[string, string, string]>([
    ['in a function', 'function f(): never { throw new Error("x") }\nf()', 'throw new Error("x")'],
    ['behind an import on its line', `import { a } from 'theirs'; throw new Error(String(a))`, 'new Error(String(a))'],
    ['behind an import of several lines', `import {\n  a,\n} from 'theirs';\nthrow new Error(String(a))`, 'new Error(String(a))'],
    ['behind an enum', `enum E {\n  A,\n  B,\n}\nthrow new Error('x')`, `new Error('x')`],
    ['in a class with parameter properties', `class C {\n  constructor(private a: number) {}\n\n  m(): never {\n    throw new Error('x');\n  }\n}\nnew C(1).m()`, `new Error('x')`],
    ['in a decorated class', `function dec(c: Function, context: unknown) {}\n@dec\nclass C {\n  static m(): never {\n    throw new Error('x');\n  }\n}\nC.m()`, `new Error('x')`],
    ['behind an assigned magic', `const p = %lsmagic\nthrow new Error('x')`, `new Error('x')`],
    ['behind magics with holes', `%lsmagic {1 + 1} { 2 }\n%lsmagic\n  throw new Error('x')`, `new Error('x')`],
    ['in an object', `{ a: (() => { throw new Error('x') })() }`, `new Error('x')`],
    ['behind characters beyond the BMP', `const a = '😀😀'; throw new Error(a)`, 'new Error(a)'],
    ['behind CRLF', `const a = 1;\r\n\r\nthrow new Error('x')`, `new Error('x')`],
  ])('%s', async (_, source, where) => {
    const traceback = await thrown(source);
    const before = source.slice(0, source.indexOf(where.replace(/^throw /, '')));
    const lines = before.split(/\r?\n/);
    const frame = traceback.findIndex((line) => /cell-/.test(line));
    expect(traceback[frame]).toMatch(new RegExp(`cell-\\d+\\.ts:${lines.length}:${lines.at(-1)!.length + 1}\\b`));
    expect(traceback[frame + 1]).toBe(`      ${lines.length} | ${source.split(/\r?\n/)[lines.length - 1]}`);
    expect(traceback[frame + 2]!.trimEnd().length).toBe(`      ${lines.length} | `.length + lines.at(-1)!.length + 1);
  });

  it("shows the source of each cell of a chain of causes", async () => {
    await evaluate('function inner(): never { throw new TypeError("deep") }');
    const stack = await thrown('try { inner() } catch (cause) { throw new Error("outer", { cause }) }');
    const deep = await thrown('inner()');
    const shown = cells.mapError({ ename: 'Error', evalue: '', traceback: ['Error: outer', '    at cell-999.ts:1:1', '  [caused by] TypeError: deep', ...deep.filter((line) => /^\s+at /.test(line)).map((line) => `  ${line}`)] });
    expect(stack.join('\n')).toContain('1 | try { inner() }');
    expect(shown.traceback.join('\n')).toContain('1 | function inner(): never { throw new TypeError("deep") }');
  });
});

import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PreparedCell } from '../../../kernel/typescript/index.js';
import type { ReadCell } from '../../../kernel/typescript/checker.js';
import { PersistentChecker } from '../../../kernel/typescript/persistentChecker.js';
import { end, folder, Notebook } from './notebook.js';

afterAll(end);

const broken: unknown[] = [];
/** What it does not survive the other one does in its place, so that nobody would notice. */
class Watched extends PersistentChecker {
  override check(cell: ReadCell): ReturnType<PersistentChecker['check']> {
    try {
      return super.check(cell);
    } catch (error) {
      broken.push(error);
      throw error;
    }
  }
}

// One works by inner parts of TypeScript, the other by its public service alone: they must agree.
describe.each(['persistent', 'service'] as const)('the %s checker:', (checker) => {
  let notebook: Notebook;
  const check = (...sources: readonly string[]): PreparedCell => notebook.check(...sources);
  const mistakes = (...sources: readonly string[]): string[] => notebook.mistakes(...sources);
  beforeAll(() => {
    notebook = new Notebook((project) => (checker === 'persistent' ? new Watched(project) : undefined));
    mkdirSync(join(folder, 'node_modules/untyped'), { recursive: true });
    writeFileSync(join(folder, 'node_modules/untyped/package.json'), '{"name": "untyped", "version": "1.0.0", "main": "i.js"}');
    writeFileSync(join(folder, 'node_modules/untyped/i.js'), 'exports.a = 1;\n');
    writeFileSync(join(folder, 'own.ts'), 'export const own: string = "own";\nexport interface Own { a: number }\n');
    writeFileSync(join(folder, 'data.json'), '{"a": [1]}\n');
    check('interface Shape { side: number }', 'type Pair<T> = [T, T]', 'enum Color { Red }', 'class Box<T> { constructor(public value: T) {} }');
    check('/** Doubles a number. */\nfunction double(n: number): number { return 2 * n }', 'let count = 1', 'const shape: Shape = { side: 2 }', 'const 数 = "字"');
  });

  afterAll(() => expect(broken).toEqual([]));

  describe('types hold across cells', () => {
    it.each<[string, ...string[]]>([
      ['const s: Shape = { side: 1 }; const p: Pair<Shape> = [s, s]'],
      ['const c: Color = Color.Red; c'],
      ['new Box(1).value.toFixed()'],
      ['double(count)'],
      ['count = 5; count++'],
      ['class Big extends Box<string> {}', 'new Big("a").value.length'],
      ['const maybe: string | undefined = Math.random() > 2 ? "a" : undefined', 'if (maybe) maybe.length'],
      ['interface Round { r: number }', 'interface Round { side: string }', 'const again: Round = { side: "a" }', 'again.side.length'],
      ['const form = "a"', 'const form = 5', 'form.toFixed()'],
      ['function assertText(a: unknown): asserts a is string {}', 'const u: unknown = 1; assertText(u); u.length'],
      [`import fs from 'node:fs'`, `fs.existsSync('/').valueOf()`],
      [`import { own, type Own } from './own.ts'`, 'const o: Own = { a: own.length }'],
      [`import data from './data.json'`, 'data.a[0]!.toFixed()'],
      [`import untyped from 'untyped'; untyped.anything`],
      [`import { UserError } from 'tasklab'`, `new UserError('a/b', 'c').code.length`],
      [`import * as tslab from 'tslab'`, `tslab.display.html('a')`],
      [`const os = await import('node:os')`, 'os.EOL.length'],
      ['import.meta.url.length; __dirname.length; require("node:fs"); display(1); process.pid; await fetch("a")'],
      ['export const shown = 1; export { shown as other }', 'shown.toFixed()'],
      ['export default function named() { return 1 }', 'named().toFixed()'],
      ['for (var i = 0; i < 2; i++) {}', 'i.toFixed()'],
      ['{ a: 1 }'],
      ['// @ts-expect-error\nconst n: number = "a"', '// @ts-ignore\nnowhere'],
    ['const { a: [b], ...rest } = { a: [1], c: 2 }', 'b!.toFixed(); rest.c.toFixed()'],
      ['const x = %lsmagic'],
      ['namespace space { export type Inner = string }', 'const inner: space.Inner = "a"'],
      ['import untyped = require("untyped")'],
      ['declare const elsewhere: number', 'elsewhere.toFixed()'],
      [''], ['// nothing'], ['1 // one'],
    ])('%j', (...sources) => {
      expect(check(...sources).errors).toEqual([]);
    });
  });

  describe('mistakes have the places of the text', () => {
    it.each<[string[], ...string[]]>([
      [['1:1 TS2304'], 'nowhere'],
      [['1:7 TS2322'], 'const n: number = "a"'],
    [['1:1 TS2578'], '// @ts-expect-error\nconst n = 1'],
    [['1:56 TS2554'], 'type Record = { mine: 1 }', 'const r: Record = { mine: 1 }; Object.fromEntries([]); structuredClone()'],
      [['1:8 TS2345'], 'double("a")'],
      [['1:7 TS2741'], 'const s: Shape = {}'],
      [['1:1 TS2588'], 'const fixed = 1', 'fixed = 2'],
      [['3:22 TS2339'], `import fs from 'node:fs';\nimport {\n} from 'node:os'; fs.nothing`],
      [['1:25 TS2307'], `import { nothing } from 'no-such-package'`],
      [['1:10 TS2305'], `import { nothing } from './own.ts'`],
      [['1:6 TS2304'], '{ a: nowhere }'],
      [['2:3 TS2304'], '%lsmagic\n  nowhere'],
      [['1:11 TS2304'], '%lsmagic {nowhere}'],
      [['1:14 TS2304', '1:25 TS2304'], '%lsmagic {1}{nowhere} { nowhere }'],
      [['2:1 TS2304'], 'const x = %lsmagic\nnowhere'],
      [['3:1 TS2304'], 'const a = 1;\r\n\r\nnowhere'],
      [['1:10 TS2304'], '"😀😀"; +nowhere'],
      [['3:13 TS1160'], 'const a = 1\nconst b =\n  `text ${a}'],
      [['1:6 TS1005'], 'f([1 '],
      [['1:2 '], ' using a = { [Symbol.dispose]() {} }'],
      [['1:1 TS2304', '2:1 TS2304'], 'nowhere\nneither // none'],
    ])('%j', (places, ...sources) => {
      // To the service a name of an earlier cell is an import, which is assigned to in vain as well.
      const own = (place: string): string => (checker === 'service' ? place.replace('TS2588', 'TS2632') : place);
      expect(mistakes(...sources)).toEqual(places.map((place) => own(place).trim()));
    });

    it('are shown with their line, and named first', () => {
      const [error] = check('const ok = 1;\n\tdouble("a", nowhere)').errors;
      expect(error).toMatchObject({ ename: 'TypeScriptError' });
      expect(error!.traceback).toContain('2 | \tdouble("a", nowhere)');
      expect(error!.traceback).toContain(`  | \t${' '.repeat('double("a", '.length)}^^^^^^^`);
    });

    // The service knows the cell that it is shown, and those that this one imports.
    if (checker === 'persistent')
      it('know what a cell adds to all types', () => {
        expect(mistakes('declare global { interface String { shout(): string } }', '"a".shout().nothing')).toEqual(['1:13 TS2339']);
      });

    it('see a module that came later, and one that changed', () => {
      expect(mistakes(`import { late } from './late.ts'`)).toEqual(['1:22 TS2307']);
      writeFileSync(join(folder, 'late.ts'), 'export const late = 1;\n');
      expect(mistakes(`import { late } from './late.ts'; late.toFixed()`)).toEqual([]);
      writeFileSync(join(folder, 'late.ts'), 'export const late = "a";\n');
      utimesSync(join(folder, 'late.ts'), 1, 1);
      expect(mistakes(`import { late } from './late.ts'; late.toFixed()`)).toEqual(['1:40 TS2551']);
      rmSync(join(folder, 'late.ts'));
    });

    it('of an unknown magic are those of the language', () => {
      expect(check('%prepair x').errors).toMatchObject([{ ename: 'magic/unknown' }]);
    });

    it('leave no names behind, nor do cells that never ran', () => {
      expect(mistakes('const failing: number = "a"')).toHaveLength(1);
      expect(mistakes('failing')).toEqual(['1:1 TS2304']);
      notebook.cells.prepare('const prepared = 1', { id: 'cell-9000.ts' });
      expect(mistakes('prepared')).toEqual(['1:1 TS2304']);
    });
  });

  describe('completion', () => {
    it.each<[string[], string]>([
      [['double'], 'doub|'],
      [['shape'], '1 + sha|'],
      [['side'], 'shape.|'],
      [['side'], '%lsmagic\n%lsmagic {1}\nshape.si|'],
      [['side'], 'const p = %lsmagic\nshape.si|\n%lsmagic'],
      [['toFixed'], 'count.toF|'],
      [['side'], '"😀"; shape.si|'],
      [['数'], '数|'],
      [['Box'], 'new Bo|'],
      [['Shape'], 'const s: Shap|'],
      [['own'], `import { ow| } from './own.ts'`],
      [['UserError'], `import { UserErr| } from 'tasklab'`],
    ])('%j in %j', (labels, marked) => {
      const offset = marked.indexOf('|');
      const cell = marked.replace('|', '');
      const { start, items } = notebook.cells.complete(cell, offset);
      expect(items.map(({ label }) => label)).toEqual(expect.arrayContaining(labels));
      expect(items.every(({ label }) => label.toLowerCase().startsWith(cell.slice(start, offset).toLowerCase()))).toBe(true);
      expect(items.some(({ label }) => label.startsWith('$'))).toBe(false);
    });

    it('replaces the whole word', () => {
      expect(notebook.cells.complete('%lsmagic\nshape.sideways', '%lsmagic\nshape.si'.length)).toMatchObject({ start: 15, end: 23 });
    });

    it('names the kinds of earlier names', () => {
      expect(notebook.cells.complete('doub', 4).items).toContainEqual({ label: 'double', kind: 'function' });
    });

    it('leaves magics to the language', () => {
      expect(notebook.cells.complete('%lsm', 4).items.map(({ label }) => label)).toEqual(['%lsmagic']);
    });
  });

  describe('inspection', () => {
    it.each<[string, string]>([
      ['function double(n: number): number\n```\nDoubles a number.', 'dou|ble(1)'],
      ['const shape: Shape', '%lsmagic { 1 }\nsha|pe.side'],
      ['(property) Shape.side: number', '%lsmagic\nshape.si|de'],
      ['let count: number', 'const p = %lsmagic\ncount|'],
      ['new Box<number>(value: number): Box<number>', 'new B|ox(1)'],
      ['(method) Math.floor(x: number): number\n```\nReturns the greatest integer', 'Math.flo|or(1)'],
      ['*@param* radix A value between 2 and 36', 'parse|Int("1")'],
      ['Returns `true` if the path exists', 'import { existsSync } from "node:fs"; existsS|ync("/")'],
      ['The `process.pid` property', 'process.p|id'],
    ])('%j in %j', (text, marked) => {
      expect(notebook.cells.inspect(marked.replace('|', ''), marked.indexOf('|'))).toContain(text);
    });

    it('knows nothing of blanks', () => {
      expect(notebook.cells.inspect('   ', 1)).toBeUndefined();
    });
  });

  it('knows all names with their types', () => {
    check('const listed = [1, "a"]; let changed = new Map<string, number>(); function made(a: number): string { return `${a}` }\ntype Alone = 1');
    const names = notebook.cells.names().filter(({ name }) => ['listed', 'changed', 'made', 'Alone'].includes(name));
    expect(names).toEqual([
      { name: 'listed', kind: 'const', type: '(string | number)[]' },
      { name: 'changed', kind: 'let', type: 'Map<string, number>' },
      { name: 'made', kind: 'function', type: '(a: number) => string' },
      { name: 'Alone', kind: 'type' },
    ]);
  });

  it('finds modules from another folder, and what earlier cells found from theirs', () => {
    const other = join(folder, 'other');
    mkdirSync(other, { recursive: true });
    writeFileSync(join(other, 'own.ts'), 'export const own: number = 1;\n');
    check(`import { own as first } from './own.ts'`);
    notebook.cells.setFolder(other);
    expect(mistakes(`import { own as second } from './own.ts'`, 'second.toFixed(); first.length')).toEqual([]);
    expect(mistakes('second.length')).toEqual(['1:8 TS2339']);
    expect(notebook.cells.complete('first.toUpp', 11).items.map(({ label }) => label)).toEqual(['toUpperCase']);
    notebook.cells.setFolder(folder);
    expect(mistakes(`import { own as third } from './own.ts'; third.length; second.toFixed()`)).toEqual([]);
  });

  describe('is a cell complete?', () => {
    it.each<['complete' | 'incomplete' | 'invalid', string]>([
      ['complete', ''],
      ['complete', '1 + 1'],
      ['complete', 'function f() {}'],
      ['complete', '{ a: 1 }'],
      ['complete', '%lsmagic'],
      ['complete', 'const x = %lsmagic\nx'],
      ['complete', '// note'],
      ['incomplete', 'function f() {'],
      ['incomplete', 'f(1,'],
      ['incomplete', 'const a = ['],
      ['incomplete', 'const a ='],
      ['incomplete', '1 +'],
      ['incomplete', '`text'],
      ['incomplete', '`text ${'],
      ['incomplete', '/* note'],
      ['incomplete', '{ a: 1,'],
      ['incomplete', 'if (true) {\n  f()\n'],
      ['incomplete', '%lsmagic\nif (true) {'],
      ['invalid', "'text"],
      ['invalid', '1 + )'],
      ['invalid', 'const const'],
      ['invalid', '}'],
      ['invalid', 'foo bar('],
    ])('%s: %j', (answer, cell) => {
      expect(notebook.cells.isComplete(cell)).toBe(answer);
    });
  });
});

describe('a check that breaks down', () => {
  class Breaking extends PersistentChecker {
    override check(cell: ReadCell): ReturnType<PersistentChecker['check']> {
      if (cell.mentioned.has('toFixed')) throw new RangeError('a defect of the checker');
      return super.check(cell);
    }
  }

  it('is done in the other way, which knows all that was there before', () => {
    const notebook = new Notebook((project) => new Breaking(project));
    expect(notebook.mistakes('const earlier: number = 1; type Earlier = string', 'earlier.toFixed(nowhere)')).toEqual(['1:17 TS2304']);
    expect(notebook.mistakes('const later: Earlier = earlier')).toEqual(['1:7 TS2322']);
  });
});

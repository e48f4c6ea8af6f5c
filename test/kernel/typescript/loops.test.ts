import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { cells, check, end, evaluate } from './notebook.js';

beforeEach(() => cells.reset());
afterAll(end);

/** The variables that loops of these cells have copies of. */
function copies(...sources: readonly string[]): string[] {
  cells.reset();
  const lists = sources.flatMap((source) => [...check(source).js.matchAll(/\{let \[([^\]]*)\] = \$get\(\)/g)].map(([, list]) => list!));
  return [...new Set(lists.flatMap((list) => list.split(', ')))];
}

describe('a loop at the top level works on copies', () => {
  it.each<[unknown, ...string[]]>([
    [10, 'let s = 0; for (let i = 0; i < 5; i++) s += i; s'],
    [8, 'let s = 0', 'while (s < 7) s += 2', 's'],
    [[3, 6], 'let a = 0, b = 0', 'do { a++; b += 2 } while (a < 3)', '[a, b]'],
    [3, 'let s = 0; for (let i = 0; i < 3; i++) s += i'],
    [undefined, 'let s = 0; while (s < 1) { s++; const t = s }', ''],
    [3, 'for (var i = 0; i < 3; i++) {}\ni'],
    [[2, 4], 'let s = 0, rounds = 0\nouter: for (;;) { rounds++; for (let i = 0; i < 9; i++) { if (i > 1) continue outer; s++; if (s > 3) break outer } }', '[rounds, s]'],
    [6, 'let s = 0; for (let i = 0; i < 9; i++) switch (i) { case 2: s += 6; break; default: continue }\ns'],
    [7.5, 'const xs = new Float64Array([2.5, 5]); let s = 0; for (let i = 0; i < xs.length; i++) s += xs[i]!; s'],
    [5, 'let s = 1; for (let i = 0; i < 2; i++) { s = (s as number) + Math.max(i, 2) }\ns'],
    ['aab', 'let text = "", n = 0\nwhile (n < 2) { text += "a"; (n)++ }\ntext += "b"', 'text'],
    [[4, 'text'], 'let s = 0\nfor (let i = 0; i < 4; i++) s++\nconst first = s', 'const s = "text"', '[first, s]'],
    [[1, 2], 'let s = 0', 'for (;;) { s++; if (s > 0) break }\nconst was = s; while (s < 2) s++', '[was, s]'],
    [3, 'const first = (xs: number[]) => { let s = 0; for (const x of xs) s += x; return s }; let s = 0; while (s < 3) s++; s'],
  ])('and comes to %j: %j', async (value, ...sources) => {
    expect(await evaluate(...sources)).toEqual(value);
    expect(copies(...sources)).not.toEqual([]);
  });

  it('and gives them back when it fails', async () => {
    await evaluate('let s = 0; const nothing: any = undefined');
    await expect(evaluate('for (;;) { s++; if (s > 3) s = nothing.here }')).rejects.toThrow("reading 'here'");
    expect(await evaluate('s')).toBe(4);
    await expect(evaluate('while (true) { s++; if (s > 6) throw "enough" }')).rejects.toThrow();
    expect(await evaluate('s')).toBe(7);
  });
});

describe('a loop works on the variables themselves', () => {
  it.each<[unknown, string[], ...string[]]>([
    [[3, 6], ['seen'], 'let n = 0, seen = 0; const look = { get n() { return n } }; for (let i = 0; i < 3; i++) { n++; seen += look.n }', '[n, seen]'],
    [[3, 6], ['seen'], 'let n = 0; const look = { get n() { return n } }', 'let seen = 0; for (let i = 0; i < 3; i++) { n++; seen += look.n }', '[n, seen]'],
    [3, ['last'], 'let n = 0; class Counter { static { n = 1 } valueOf() { return n } }', 'const c = new Counter(), before = n; let last = 0; while (n < 4) { n++; last = +c } last - before'],
    [3, [], 'let n = 0; const made = Function("return n")', 'const look = { get n(): number { return made() } }; let m = 0; for (; n < 3; n++) m = look.n + 1', 'm'],
    [3, [], 'let n = 0; const look = { get n(): number { return (0, eval)("n") } }; let m = 0; for (; n < 3; n++) m = look.n + 1', 'm'],
    [3, [], 'let n = 0; const add = (by = n) => { const n = 5; return by }', 'while (n < 3) n++', 'add()'],
    [3, [], 'let n = 0; while (n < 3) { n += await 1 }', 'n'],
    [3, [], 'let n = 0; for (const x of [1, 2]) n += x', 'n'],
    [3, [], 'let n = 0; const one = () => 1; while (n < 3) n += one()', 'n'],
    [1, [], 'let n = 1; for (let i = 0; i < 2; i++) { let n = 5; n++ }', 'n'],
    [3, [], 'let n = 0; while (n < 3) { try { n++ } catch {} }', 'n'],
    [[2, 1], [], 'let a = 1, b = 2; for (let i = 0; i < 1; i++) [a, b] = [b, a]', '[a, b]'],
  ])('where others may see them, or it cannot end by itself: %j, copies of %j in %j', async (value, copied, ...sources) => {
    expect(await evaluate(...sources)).toEqual(value);
    expect(copies(...sources)).toEqual(copied);
  });

  it('and before their declaration in this cell', async () => {
    const code = '// @ts-ignore\nwhile (later < 3) later++\nlet later = 0';
    await expect(evaluate(code)).rejects.toThrow('ReferenceError');
    expect(copies('let later = 0', code)).toEqual([]);
  });
});

it('mistakes at run time have the places of the text', async () => {
  const error = await evaluate('let s = 0; const none: any = null\nfor (let i = 0; i < 3; i++)\n  s += none.x').then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  const place = /cell-\d+\.ts:\d+:\d+/.exec(error!.message)![0];
  const { traceback } = cells.mapError({ ename: 'TypeError', evalue: '', traceback: [`    at ${place}`] });
  expect(traceback[0]).toMatch(/:3:13$/);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compile, complete, format, hover, isComplete, parse, printDiagnostic } from '../../dsl/index.js';
import { schema } from '../fixtures/dsl/schema.js';

const folder = join(import.meta.dirname, '../fixtures/dsl');
const declarations = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readFileSync(join(folder, name, 'input.task'), 'utf8').split(/^(?=(?:task|dataset|training|template|param) )/m));
const pieces = [
  '{', '}', '(', ')', '[', ']', '"', '"""', '`', ',', ':', ';', '\n', '\r\n', '\t', '|', '??', '?', '==', '=', '.', '-', '\\', '\\u{1F600}', '{{', '}}', '//', '/*', '*/',
  '😀', '\u0000', '\ud800', 'é', ' ', '1e999', '0.5', 'task t: sft on messages {', 'for each response {', 'for each pair (a, b) in ', 'let ', 'where ', ' by majority', ' in ',
  'not ', 'and ', 'null', 'extends a', 'on ', 'using f', 'include "x"', 'text', 'label', 'field.', 'suggestion.label', '__proto__', 'constructor', 'toString', 'options { ', 'launch ray {',
];

/** Mulberry32: small, seeded, the same everywhere. */
function generator(seed: number): (below: number) => number {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

function mutant(random: (below: number) => number): string {
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
  let text = Array.from({ length: 1 + random(3) }, () => pick(declarations)).join('');
  for (let i = random(5); i >= 0; i--) {
    const [at, length] = [random(text.length + 1), random(8)];
    const put = [pick(pieces), '', text.slice(random(text.length), random(text.length)).slice(0, 60)][random(3)]!;
    text = text.slice(0, at) + put + text.slice(at + length);
  }
  return text;
}

/** `npm run test:long` tries many more. */
const programs = process.env['TASKLAB_LONG'] ? 40_000 : 2000;

it(`reads, checks and explains ${programs} mutated programs without a crash, every place inside the text`, () => {
  const random = generator(42);
  for (let i = 0; i < programs; i++) {
    const text = mutant(random);
    const source = { name: 'fuzz', text, lineOffset: 0 };
    const parsed = parse(source);
    const { diagnostics, plan } = compile(parsed.declarations, { schema });
    for (const diagnostic of [...parsed.diagnostics, ...diagnostics]) {
      const { start, end } = diagnostic.span;
      if (!(start >= 0 && start <= end && end <= text.length)) expect.fail(`${diagnostic.code} at ${start}-${end} of ${text.length} in ${JSON.stringify(text)}`);
      if (printDiagnostic(diagnostic).includes('undefined')) expect(text).toContain('undefined');
    }
    if (parsed.diagnostics.length > 0 && parsed.declarations.length === 0) expect(Object.keys(plan.tasks)).toEqual([]);
    if (i % 10 === 0) {
      const at = random(text.length + 1);
      const context = { schema, declarations: [] };
      expect(complete(text, at, context).end).toBe(at);
      hover(text, at, context);
      isComplete(text);
      const once = format(text);
      if (format(once) !== once) expect(format(once), JSON.stringify(text)).toBe(once);
      const tasks = Object.values(compile(parse({ ...source, text: once }).declarations, { schema }).plan.tasks).map(({ fingerprint }) => fingerprint);
      expect(tasks).toEqual(Object.values(plan.tasks).map(({ fingerprint }) => fingerprint));
    }
  }
}, 10 * programs);

it.each([
  ['parentheses', '(', ')'], ['lists', '[', ']'], ['conditions', 'true ? ', ' : 0'], ['negations', 'not ', ''], ['signs', '-', ''], ['sums', 'text + ', ''],
  ['pipes', '', ' | trim'], ['positions', '', '[0]'], ['defaults', 'text ?? ', ''], ['holes', '"{', '}"'], ['calls', 'trim(', ')'],
])('refuses %s nested 20,000 deep, and quickly', (_, open, close) => {
  const text = `task t: sft on messages { text = ${open.repeat(20_000)}text${close.repeat(20_000)} }`;
  const { declarations, diagnostics } = parse({ name: 'deep', text, lineOffset: 0 });
  expect(diagnostics.map(({ code }) => code)).toEqual(['syntax/too-deep']);
  expect(compile(declarations, { schema }).diagnostics).toEqual([]);
});

it('reads huge literals', () => {
  const text = `param a = "${'x'.repeat(1_000_000)}"\nparam b = [${'1, '.repeat(20_000)}]\nparam c = ${'9'.repeat(400)}`;
  const { declarations, diagnostics } = parse({ name: 'huge', text, lineOffset: 0 });
  expect(diagnostics).toEqual([]);
  expect(compile(declarations, { schema }).plan.params['a']).toHaveLength(1_000_000);
});

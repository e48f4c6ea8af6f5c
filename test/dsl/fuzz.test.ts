import { expect, it } from 'vitest';
import { compile, parse } from '../../dsl/index.js';
import { schema } from '../fixtures/dsl/schema.js';
import { problemWith } from './fuzz/examine.js';
import { input } from './fuzz/inputs.js';

/** `npm run test:long` tries a million. */
const inputs = process.env['TASKLAB_LONG'] ? 1_000_000 : 20_000;
/** Milliseconds of the processor that no input may take; the clock would count other programs too. */
const longest = 1000;

it(`reads, checks, lays out and explains ${inputs.toLocaleString('en')} texts: no crash, no wrong place, no other meaning, none over a second`, () => {
  let slowest = { seed: 0, time: 0 };
  const begin = performance.now();
  for (let seed = 0; seed < inputs; seed++) {
    const text = input(seed);
    const before = process.cpuUsage();
    let problem: string | undefined;
    try {
      problem = problemWith(text, seed);
    } catch (error) {
      problem = `throws ${(error as Error).stack}`;
    }
    const { user, system } = process.cpuUsage(before);
    const time = (user + system) / 1000;
    if (time > slowest.time) slowest = { seed, time };
    if (time > longest) problem ??= `takes ${Math.round(time)} ms`;
    if (problem !== undefined) expect.fail(`seed ${seed}: ${problem}\n${JSON.stringify(text.slice(0, 5000))}`);
  }
  const seconds = Math.round((performance.now() - begin) / 1000);
  if (process.env['TASKLAB_LONG']) console.log(`${inputs} texts in ${seconds} s; the slowest, of seed ${slowest.seed}, took ${Math.round(slowest.time)} ms`);
}, 3_600_000);

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

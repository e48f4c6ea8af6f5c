import { describe, expect, it } from 'vitest';
import { compile, parse } from '../../../dsl/index.js';
import { languageSchema } from '../../../magics/schema.js';
import { functions } from '../../../runtime/task/functions.js';
import type { Expression } from '../../../runtime/task/program.js';
import { memory } from '../memory.js';
import { call, column, list, literal, make } from './run.js';

/** Reads an expression as the language does; a mistake in it is an error. */
function parseExpression(text: string): Expression {
  const { declarations, diagnostics } = parse({
    name: 'example',
    text: `task t: pretraining on d {\n  let value = ${text}\n  text = json([value])\n}\ndataset d from value d`,
    lineOffset: 0,
  });
  const compiled = compile(declarations, {
    schema: languageSchema({ d: { fields: [], questions: {}, metadata: [], extraMetadata: false } }),
  });
  expect([...diagnostics, ...compiled.diagnostics].map(({ message }) => message)).toEqual([]);
  const [entry] = compiled.plan.tasks['t']!.entries!;
  return (entry as { value: Expression }).value;
}

async function evaluate(expression: Expression): Promise<unknown> {
  const { rows } = await make({ kind: 'pretraining', entries: [column('text', call('json', list(expression)))] }, memory(['f'], [], [{}]));
  return (JSON.parse(rows[0]!['text'] as string) as unknown[])[0];
}

describe('the example of', () => {
  it.each(functions.map(({ name, example }) => [name, example]))('%s holds: %s', async (name, example) => {
    expect(example).toContain(`${name}(`);
    expect(await evaluate(parseExpression(example))).toBe(true);
  });
});

it('says of every function what it takes and gives', () => {
  expect(new Set(functions.map(({ name }) => name)).size).toBe(functions.length);
  for (const { name, doc, args, required, returns } of functions) {
    expect(name).toMatch(/^[a-z_]+$/);
    expect(doc).toMatch(/[.?)]$/);
    expect(required).toBeLessThanOrEqual(args.length);
    expect(returns.type).toBeTruthy();
  }
});

it('has what the language promises', () => {
  const promised =
    'trim lower upper replace split join length first last unique sort count most_common contains starts_with ends_with default number text json system user assistant tool';
  for (const name of promised.split(' ')) expect(functions.map((known) => known.name)).toContain(name);
});

it('trims as Python does', async () => {
  expect(await evaluate(call('trim', literal('\u0085\u001c\u3000a\ufeff\u00a0')))).toBe('a\ufeff');
});

it('counts code points', async () => {
  expect(await evaluate(call('length', literal('a😀b')))).toBe(3);
  expect(await evaluate(call('slice', literal('a😀bc'), literal(1), literal(-1)))).toBe('😀b');
});

it('is null for null, and leaves nulls in lists out', async () => {
  expect(await evaluate(call('upper', literal(null)))).toBeNull();
  expect(await evaluate(call('join', list(literal('a'), literal(null), literal('b')), literal('-')))).toBe('a-b');
  expect(await evaluate(call('mean', list(literal(null), literal(2), literal(4))))).toBe(3);
  expect(await evaluate(call('number', literal('2,5')))).toBeNull();
  expect(await evaluate(call('first', list()))).toBeNull();
});

it.each([
  [1.005, 2, 1.01],
  [-2.5, 0, -3],
  [1234.5, -2, 1200],
  [1e21, 0, 1e21],
  [0.1 + 0.2, 10, 0.3],
])('rounds %d to %d digits: %d', async (value, digits, expected) => {
  expect(await evaluate(call('round', literal(value), literal(digits)))).toBe(expected);
});

it('names the argument that does not fit, and the record', async () => {
  await expect(evaluate(call('trim', literal(5)))).rejects.toMatchObject({
    code: 'type/argument',
    message: '"trim" cannot take a number as its text. (record "0")',
  });
  await expect(evaluate(call('trm', literal('a')))).rejects.toMatchObject({ code: 'name/unknown-function', hint: 'Did you mean "trim"?' });
  await expect(evaluate(call('trim'))).rejects.toMatchObject({ code: 'type/arguments' });
  await expect(evaluate(call('matches', literal('a'), literal('(')))).rejects.toMatchObject({
    code: 'type/argument',
    message: expect.stringContaining('not a regular expression'),
  });
});

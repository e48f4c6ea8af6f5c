import { describe, expect, it } from 'vitest';
import { parse, printDiagnostic } from '../../dsl/index.js';
import { check } from './mark.js';

const read = (text: string) => parse({ name: 'cell[1]', text, lineOffset: 0 });
const param = (text: string) => check(`param x = ${text}`).plan.params['x'];

describe('texts', () => {
  it('decodes escapes and doubled braces', () => {
    expect(param(String.raw`"a\n\t\"\\ \u{1F600} {{b}}"`)).toBe('a\n\t"\\ 😀 {b}');
  });

  it('takes the common indentation, the first line end and the last out of a long text', () => {
    expect(param('"""\n    a\n      b\n\n    c\n    """')).toBe('a\n  b\n\nc');
    expect(param('"""\n    a\n  """')).toBe('  a');
    expect(param('"""one line"""')).toBe('one line');
    expect(param('"""\n  say "yes" to {{\n  """')).toBe('say "yes" to {');
    expect(param('""""""')).toBe('');
  });

  it('keeps an indentation that a hole stands in front of', () => {
    const { plan, codes } = check('template t(a) = """\n  {a}\n    x\n  """\ntask s: sft on messages { text = t(text) }');
    expect(codes).toEqual([]);
    expect(plan.tasks['s']?.entries?.[0]).toMatchObject({ value: { body: { parts: [{ name: 'a' }, { value: '\n  x' }] } } });
  });

  it('reads expressions with texts in holes', () => {
    expect(check('task s: sft on messages { text = "{topic ?? "no {text | trim}"}!" }').codes).toEqual([]);
  });
});

describe('entries', () => {
  it('ends them at a line end or a semicolon, but not in brackets', () => {
    expect(check('task s: sft on messages { let a = (text\n  ?? topic); text = a // why\n /* and\n that */ where length(\n a\n) > 3 }').codes).toEqual([]);
  });

  it('has hyphens in names, and says that a subtraction needs spaces', () => {
    const { diagnostics, spans, expected } = check('param n = 2\ntask s: sft on messages { text = text\n where «n-1» > 0 }');
    expect(spans).toEqual(expected);
    expect(diagnostics[0]?.hint).toBe('A subtraction needs spaces: n - 1.');
  });

  it('binds operators by their precedence', () => {
    const where = (test: string) => check(`task s: sft on messages { text = text\n where ${test} }`).plan.tasks['s']?.entries?.[1];
    expect(where('not text == "a" and topic == "b" or id == "c"')).toEqual({
      ...(where('((not (text == "a")) and (topic == "b")) or (id == "c")') as object), text: 'not text == "a" and topic == "b" or id == "c"',
    });
    expect(where('1 + 2 * 3 - -1 < 4')).toEqual({ ...(where('((1 + (2 * 3)) - (-1)) < 4') as object), text: '1 + 2 * 3 - -1 < 4' });
    expect(where('topic ?? text == "a" ? true : false')).toEqual({ ...(where('(topic ?? (text == "a")) ? true : false') as object), text: 'topic ?? text == "a" ? true : false' });
  });

  it('reads words that are keywords elsewhere as names', () => {
    expect(read('task text: sft on task {\n first = task\n param = of\n let each = field.in\n on = first(each)\n}').diagnostics).toEqual([]);
  });
});

describe('what is left open', () => {
  it.each([
    ['a parenthesis at the next entry', 'task s: sft on messages {\n  text = trim«(»text\n  where text != ""\n}'],
    ['a list at the end of the block', 'task s: sft on messages {\n  messages = «[»user(text)\n}'],
    ['a text at its line end', 'task s: sft on messages {\n  text = «"»abc\n  where text != ""\n}'],
    ['a hole', 'task s: sft on messages {\n  text = "abc «{»text"\n  where text != ""\n}'],
    ['a block at the next declaration', 'task s: sft on messages «{»\n  text = text\ntask t: sft on messages { text = text }'],
    ['a block at the end', 'task s: sft on messages «{»\n  text = text'],
    ['a parameter list in lines', 'template t«(»\n  a,\n  b = ""\ntask u: sft on messages { text = text }'],
  ])('ends %s, with one diagnostic', (_, text) => {
    const { codes, spans, expected } = check(text);
    expect([codes, spans]).toEqual([['syntax/unclosed'], expected]);
  });

  it('still gives the declarations around, and their names', () => {
    const { declarations } = read('task a: sft on d {\n  text =\n}\ntask b: sft on d { text = (x }\nparam c = 1');
    expect(declarations.map(({ name, kind, broken }) => [name, kind, broken])).toEqual([['a', 'task', true], ['b', 'task', true], ['c', 'param', false]]);
  });
});

describe('one mistake', () => {
  it.each([
    ['in a condition', 'task s: sft on messages {\n  text = text\n  where text «=» "x"\n}'],
    ['behind a value', 'task s: sft on messages { text = txet «&&» topic }'],
    ['in a hole', 'template t(a) = "{a}{a«&&»(a)}"'],
    ['where a value is left out', 'task s: sft on messages { text = -- «}»'],
    ['of brackets too many', 'task s: sft on messages { text = trim(text)«))» }'],
  ])('is said once: %s', (_, text) => {
    const { codes, spans, expected } = check(text);
    expect(codes).toHaveLength(1);
    expect(spans).toEqual(expected);
  });

  it.each([
    ['brackets', `${'['.repeat(49)}«[»`],
    ['conditions in calls', `${'1 ? f('.repeat(39)}1 ? f«(»`],
    ['conditions', `${'1 ? '.repeat(196)}1 «?» `],
  ])('is that %s are nested too deep; the other declarations are read', (_, value) => {
    const text = `task s: sft on messages { text = ${value}${value.replace(/[«»]/g, '').repeat(9)}\n}\nparam b = 1`;
    const { diagnostics, declarations } = read(text.replace(/[«»]/g, ''));
    expect(diagnostics.map(({ code, span }) => [code, span.start])).toEqual([['syntax/too-deep', text.indexOf('«')]]);
    expect(declarations.map(({ name, broken }) => [name, broken])).toEqual([['s', true], ['b', false]]);
  });
});

it('gives includes with their place', () => {
  const { includes, diagnostics } = read('include "other.task"\ninclude 3');
  expect(includes.map(({ path, span }) => [path, span])).toEqual([['other.task', { start: 8, end: 20 }]]);
  expect(diagnostics.map(({ code }) => code)).toEqual(['syntax/include']);
});

it('prints a diagnostic with its line, in cell coordinates and characters', () => {
  const { diagnostics } = check('task s: sft on messages {\n\ttext = "😀😀" + txet\n}');
  expect(printDiagnostic(diagnostics[0]!)).toBe([
    'cell[3]:3:16 error name/unknown-question',
    '3 | \ttext = "😀😀" + txet',
    '  | \t              ^^^^',
    'The dataset "messages" has no field or question "txet".',
    'hint: Did you mean "text"?',
  ].join('\n'));
});

it('cuts a long line around the place', () => {
  const { diagnostics } = check(`task s: sft on messages { text = "${'x'.repeat(5000)}{txet}${'y'.repeat(5000)}" }`);
  const [, line, carets] = printDiagnostic(diagnostics[0]!).split('\n');
  expect(line!.length).toBeLessThan(200);
  expect(line!.slice(carets!.indexOf('^'), carets!.lastIndexOf('^') + 1)).toBe('txet');
});

it('shows the place at the end of a long line, and an empty first line', () => {
  const { diagnostics } = read(`param x = ${'1 + '.repeat(100)} // what?`);
  const [, line, carets] = printDiagnostic(diagnostics[0]!).split('\n');
  expect(line!.slice(0, carets!.indexOf('^') + 1)).toMatch(/^1 \| ….* $/);
  const source = { name: 'a.task', text: '\nparam x = 1', lineOffset: 0 };
  expect(printDiagnostic({ source, span: { start: 0, end: 0 }, severity: 'error', code: 'a/b', message: 'Why?' })).toBe('a.task:1:1 error a/b\n1 | \n  | ^\nWhy?');
});

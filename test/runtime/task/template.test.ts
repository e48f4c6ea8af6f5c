import { expect, it } from 'vitest';
import { templateFunction } from '../../../runtime/task/template.js';
import { check } from '../../dsl/mark.js';

const template = (text: string, name = 't') => templateFunction(check(text).plan.templates[name]!);

it('fills in what it is given, and defaults for the rest', () => {
  const t = template('param p = "!"\ntemplate t(a, b = "{p}") = "{a | trim} and {b}"');
  expect(t(' x ', [1, 0.5, true])).toBe('x and 1, 0.5, true');
  expect(t('x')).toBe('x and !');
});

it('calls other templates', () => {
  expect(template('template t(a) = "<{inner(b: a, a: "-")}>"\ntemplate inner(a, b) = "{a}{b}"')('x')).toBe('<-x>');
});

it('is null where what it shows is null, as a row with it would not be made', () => {
  expect(template('template t(a, b = "-") = "{a} {b ?? "none"}"')(null)).toBeNull();
  expect(template('template t(a, b = "-") = "{a} {b ?? "none"}"')('x', null)).toBe('x none');
});

it('says what is missing, and what is too much', () => {
  const t = template('template t(a, b = 1) = "{a}{b}"');
  expect(() => t()).toThrow(expect.objectContaining({ code: 'type/missing-argument', message: 'The template "t" needs "a".' }));
  expect(() => t(1, 2, 3)).toThrow(expect.objectContaining({ code: 'type/too-many-arguments' }));
});

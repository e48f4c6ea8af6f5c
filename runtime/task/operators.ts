/** What operators do with values that are not null. */
import type { Binary } from './program.js';
import { compare, describe, isEqual, ValueError, type Value } from './value.js';

export const operators: Readonly<Record<Exclude<Binary, 'and' | 'or' | 'coalesce'>, (a: Value, b: Value) => Value>> = {
  '==': isEqual,
  '!=': (a, b) => !isEqual(a, b),
  '<': (a, b) => compare(a, b, '<') < 0,
  '<=': (a, b) => compare(a, b, '<=') <= 0,
  '>': (a, b) => compare(a, b, '>') > 0,
  '>=': (a, b) => compare(a, b, '>=') >= 0,
  in: (item, list) => {
    if (Array.isArray(list)) return list.some((each) => isEqual(each, item));
    if (typeof list === 'string' && typeof item === 'string') return list.includes(item);
    throw new ValueError(
      'type/operand',
      `"in" looks for ${describe(item)} in ${describe(list)}.`,
      'It looks for an item in a list, or a text in a text.',
    );
  },
  '+': (a, b) => {
    if (typeof a === 'string' && typeof b === 'string') return a + b;
    if (Array.isArray(a) && Array.isArray(b)) return [...(a as Value[]), ...(b as Value[])];
    return arithmetic('+', a, b);
  },
  '-': (a, b) => arithmetic('-', a, b),
  '*': (a, b) => arithmetic('*', a, b),
  '/': (a, b) => arithmetic('/', a, b),
};

export function arithmetic(op: '+' | '-' | '*' | '/', a: Value, b: Value): number | null {
  if (a === null || b === null) return null;
  if (typeof a !== 'number' || typeof b !== 'number') {
    throw new ValueError(
      'type/operand',
      `"${op}" cannot take ${describe(a)} and ${describe(b)}.`,
      'Write "{a}{b}" to join texts, number(…) to read a number from a text.',
    );
  }
  const result = op === '+' ? a + b : op === '-' ? a - b : op === '*' ? a * b : a / b;
  return finite(result) as number | null;
}

export function truth(op: string, value: Value, decide: (value: boolean) => boolean): boolean | null {
  if (value === null) return null;
  if (typeof value === 'boolean') return decide(value);
  throw new ValueError('type/operand', `"${op}" wants true or false and gets ${describe(value)}.`, 'Compare it with something.');
}

/** Numbers are finite or null: there is no other in JSON. */
export function finite(value: Value): Value {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

/** A member by name, of the object itself alone. */
export function member(of: object, name: string): Value {
  return Object.hasOwn(of, name) ? ((of as Record<string, Value>)[name] ?? null) : null;
}

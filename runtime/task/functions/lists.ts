/** Functions of lists, and of texts as lists of code points. */
import { mostFrequent } from '../../unify/strategy.js';
import { codePointLength, codePointOffset, compare, describe, isEqual, toText, ValueError, type Value } from '../value.js';
import { any, boolean, define, list, number, text, type FunctionDefinition } from './define.js';

export const listFunctions: readonly FunctionDefinition[] = [
  define(
    'length',
    { value: [text, list] },
    { returns: number, doc: 'Code points of a text, items of a list.', example: 'length("café") == 4' },
    (value: string | unknown[]) => (typeof value === 'string' ? codePointLength(value) : value.length),
  ),
  define(
    'contains',
    { value: [text, list], part: any },
    { returns: boolean, doc: 'Is the part in the text, the item in the list?', example: 'contains(["a", "b"], "b") == true' },
    contains,
  ),
  define(
    'slice',
    { value: [text, list], from: number, to: number },
    {
      returns: any, like: 'argument',
      required: 2,
      doc: 'Code points or items from one position up to another (not included); negative ones count from the end. Like value[from:to].',
      example: 'slice("abcdef", 1, 3) == "bc"',
    },
    (value: string | unknown[], from: number, to?: number) => slice(value, from, to ?? null),
  ),
  define(
    'reverse',
    { value: [text, list] },
    { returns: any, like: 'argument', doc: 'Back to front.', example: 'reverse([1, 2]) == [2, 1]' },
    (value: string | unknown[]) => (typeof value === 'string' ? [...value].reverse().join('') : [...value].reverse()),
  ),
  define(
    'join',
    { list, separator: text },
    {
      returns: text,
      required: 1,
      doc: 'The items as one text, with a separator (default: none) between them.',
      example: 'join(["a", "b"], "-") == "a-b"',
    },
    (items: unknown[], separator = '') =>
      present(items)
        .map(toText)
        .join(separator as string),
  ),
  define(
    'first',
    { list },
    { returns: any, like: 'item', doc: 'The first item; null of an empty list.', example: 'first(["a", "b"]) == "a"' },
    (items: unknown[]) => items[0] ?? null,
  ),
  define(
    'last',
    { list },
    { returns: any, like: 'item', doc: 'The last item; null of an empty list.', example: 'last(["a", "b"]) == "b"' },
    (items: unknown[]) => items.at(-1) ?? null,
  ),
  define(
    'unique',
    { list },
    { returns: list, like: 'argument', doc: 'Each item once, in order of first appearance.', example: 'unique(["a", "b", "a"]) == ["a", "b"]' },
    unique,
  ),
  define(
    'sort',
    { list },
    { returns: list, like: 'argument', doc: 'Numbers or texts in rising order.', example: 'sort([3, 1, 2]) == [1, 2, 3]' },
    (items: unknown[]) => present(items).sort((a, b) => compare(a, b, 'sort')),
  ),
  define(
    'count',
    { list, value: any },
    {
      returns: number,
      required: 1,
      doc: 'The number of items, or of those equal to a value.',
      example: 'count(["a", "b", "a"], "a") == 2',
    },
    (items: unknown[], value?: unknown) =>
      value === undefined ? present(items).length : items.filter((item) => isEqual(item, value)).length,
  ),
  define(
    'most_common',
    { list },
    {
      returns: any, like: 'item',
      doc: 'The most frequent item; of equally frequent ones the first. Null of an empty list.',
      example: 'most_common(["a", "b", "b"]) == "b"',
    },
    (items: unknown[]) => mostFrequent(present(items))[0] ?? null,
  ),
  define(
    'flatten',
    { list },
    { returns: list, doc: 'Lists in a list, made one list.', example: 'flatten([["a"], ["b", "c"]]) == ["a", "b", "c"]' },
    (items: unknown[]) => present(items).flat(),
  ),
];

/** Part of a text by code points or of a list; an end that is null is open. */
export function slice(value: Value, from: Value, to: Value): Value {
  for (const end of [from, to]) {
    if (end !== null && !Number.isInteger(end))
      throw new ValueError('type/operand', `A slice goes from one whole number to another, not to ${describe(end)}.`);
  }
  if (Array.isArray(value)) return value.slice((from as number | null) ?? 0, (to as number | null) ?? value.length);
  if (typeof value !== 'string')
    throw new ValueError('type/operand', `A part can be taken of a text or a list, not of ${describe(value)}.`);
  const end = to === null ? value.length : codePointOffset(value, to as number);
  return value.slice(from === null ? 0 : codePointOffset(value, from as number), end);
}

function contains(value: string | unknown[], part: unknown): boolean {
  if (Array.isArray(value)) return value.some((item) => isEqual(item, part));
  if (typeof part !== 'string')
    throw new ValueError('type/argument', `A text cannot contain ${describe(part)}.`, 'Make it a text: text(…).');
  return value.includes(part);
}

function unique(items: readonly unknown[]): unknown[] {
  const seen = new Set<unknown>();
  return items.filter((item) => {
    const key = typeof item === 'object' ? JSON.stringify(item) : item;
    return seen.size < seen.add(key).size;
  });
}

/** The items that are not null. */
export function present(items: readonly unknown[]): unknown[] {
  return items.filter((item) => item !== null);
}

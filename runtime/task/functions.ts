/**
 * The functions of the language, in one table: a new one is one entry. An argument that is null makes the result null,
 * but for functions with `seesNull`; nulls among a list's items are left out.
 */
import type { RankedItem } from '../dataset/record.js';
import { mostFrequent } from '../unify/strategy.js';
import { codePointLength, codePointOffset, compare, describe, isEqual, isOfType, toText, ValueError, type Message, type Value, type ValueType } from './value.js';

export interface FunctionDefinition {
  readonly name: string;
  /** `args` of which the first `required` must be given; with `variadic` the last one repeats. */
  readonly args: readonly { readonly name: string; readonly accepts: readonly ValueType[] }[];
  readonly required: number;
  readonly variadic: boolean;
  readonly returns: ValueType;
  readonly doc: string;
  readonly example: string;
  readonly seesNull?: true;
  readonly run: (...args: never[]) => Value;
}

const text: ValueType = { type: 'text' };
const number: ValueType = { type: 'number' };
const boolean: ValueType = { type: 'boolean' };
const any: ValueType = { type: 'any' };
const message: ValueType = { type: 'message' };
const ranking: ValueType = { type: 'ranking' };
const list: ValueType = { type: 'list' };
const texts: ValueType = { type: 'list', of: text };
const numbers: ValueType = { type: 'list', of: number };

interface Shape {
  readonly returns: ValueType;
  readonly doc: string;
  readonly example: string;
  /** All by default. */
  readonly required?: number;
  readonly variadic?: boolean;
  readonly seesNull?: true;
}

function define<A extends Value[]>(
  name: string,
  args: Readonly<Record<string, ValueType | readonly ValueType[]>>,
  { required, variadic = false, ...shape }: Shape,
  run: (...args: A) => Value,
): FunctionDefinition {
  const list = Object.entries(args).map(([name, accepts]) => ({ name, accepts: [accepts].flat() as ValueType[] }));
  return { name, args: list, required: required ?? list.length, variadic, ...shape, run: run as never };
}

export const functions: readonly FunctionDefinition[] = [
  // Texts
  define('trim', { text }, { returns: text, doc: 'Without white space (Unicode\'s) at both ends.', example: 'trim("  a b ") == "a b"' }, trim),
  define('lower', { text }, { returns: text, doc: 'In lower case.', example: 'lower("Joy") == "joy"' }, (s: string) => s.toLowerCase()),
  define('upper', { text }, { returns: text, doc: 'In upper case.', example: 'upper("Joy") == "JOY"' }, (s: string) => s.toUpperCase()),
  define('capitalize', { text }, { returns: text, doc: 'With its first letter in upper case.', example: 'capitalize("joy and fear") == "Joy and fear"' }, capitalize),
  define('replace', { text, pattern: text, by: text }, { returns: text, doc: 'Every occurrence of a text (not a regular expression) replaced by another.', example: 'replace("a.b.c", ".", "-") == "a-b-c"' }, (s: string, pattern: string, by: string) => s.split(pattern).join(by)),
  define('replace_pattern', { text, pattern: text, by: text }, { returns: text, doc: 'Every match of a regular expression replaced; $1 stands for its first group.', example: 'replace_pattern("a1b22", "[0-9]+", "#") == "a#b#"' }, (s: string, pattern: string, by: string) => s.replace(regExp(pattern, 'gu'), by)),
  define('matches', { text, pattern: text }, { returns: boolean, doc: 'Does a regular expression match somewhere in the text?', example: 'matches("order 12", "[0-9]") == true' }, (s: string, pattern: string) => regExp(pattern, 'u').test(s)),
  define('extract', { text, pattern: text }, { returns: text, doc: 'The first match of a regular expression, or its first group where it has one; null without a match.', example: 'extract("order 12", "order ([0-9]+)") == "12"' }, extract),
  define('split', { text, separator: text }, { returns: texts, doc: 'The parts of a text between separators.', example: 'split("a, b", ", ") == ["a", "b"]' }, (s: string, separator: string) => s.split(separator)),
  define('lines', { text }, { returns: texts, doc: 'The lines of a text, without their line ends.', example: 'lines("a\\nb") == ["a", "b"]' }, (s: string) => s.split(/\r\n|\n|\r/)),
  define('words', { text }, { returns: texts, doc: 'The parts of a text between white space.', example: 'words(" a  b ") == ["a", "b"]' }, (s: string) => trim(s).split(/\s+/u).filter((word) => word !== '')),
  define('normalize', { text, form: text }, { returns: text, required: 1, doc: 'In a Unicode normal form: "NFC" (default), "NFD", "NFKC" or "NFKD".', example: 'normalize("ﬁn", "NFKC") == "fin"' }, normalize),
  define('collapse', { text }, { returns: text, doc: 'Trimmed, and every run of white space inside made one blank.', example: 'collapse(" a \\n b ") == "a b"' }, (s: string) => trim(s).replace(/\s+/gu, ' ')),
  define('starts_with', { text, start: text }, { returns: boolean, doc: 'Does the text start so?', example: 'starts_with("abc", "ab") == true' }, (s: string, start: string) => s.startsWith(start)),
  define('ends_with', { text, end: text }, { returns: boolean, doc: 'Does the text end so?', example: 'ends_with("abc", "bc") == true' }, (s: string, end: string) => s.endsWith(end)),
  // Texts and lists
  define('length', { value: [text, list] }, { returns: number, doc: 'Code points of a text, items of a list.', example: 'length("café") == 4' }, (value: string | unknown[]) => (typeof value === 'string' ? codePointLength(value) : value.length)),
  define('contains', { value: [text, list], part: any }, { returns: boolean, doc: 'Is the part in the text, the item in the list?', example: 'contains(["a", "b"], "b") == true' }, contains),
  define('slice', { value: [text, list], from: number, to: number }, { returns: any, required: 2, doc: 'Code points or items from one position up to another (not included); negative ones count from the end. Like value[from:to].', example: 'slice("abcdef", 1, 3) == "bc"' }, (value: string | unknown[], from: number, to?: number) => slice(value, from, to ?? null)),
  define('reverse', { value: [text, list] }, { returns: any, doc: 'Back to front.', example: 'reverse([1, 2]) == [2, 1]' }, (value: string | unknown[]) => (typeof value === 'string' ? [...value].reverse().join('') : [...value].reverse())),
  // Lists
  define('join', { list, separator: text }, { returns: text, required: 1, doc: 'The items as one text, with a separator (default: none) between them.', example: 'join(["a", "b"], "-") == "a-b"' }, (items: unknown[], separator = '') => present(items).map(toText).join(separator as string)),
  define('first', { list }, { returns: any, doc: 'The first item; null of an empty list.', example: 'first(["a", "b"]) == "a"' }, (items: unknown[]) => items[0] ?? null),
  define('last', { list }, { returns: any, doc: 'The last item; null of an empty list.', example: 'last(["a", "b"]) == "b"' }, (items: unknown[]) => items.at(-1) ?? null),
  define('unique', { list }, { returns: list, doc: 'Each item once, in order of first appearance.', example: 'unique(["a", "b", "a"]) == ["a", "b"]' }, unique),
  define('sort', { list }, { returns: list, doc: 'Numbers or texts in rising order.', example: 'sort([3, 1, 2]) == [1, 2, 3]' }, (items: unknown[]) => present(items).sort((a, b) => compare(a, b, 'sort'))),
  define('count', { list, value: any }, { returns: number, required: 1, doc: 'The number of items, or of those equal to a value.', example: 'count(["a", "b", "a"], "a") == 2' }, (items: unknown[], value?: unknown) => (value === undefined ? present(items).length : items.filter((item) => isEqual(item, value)).length)),
  define('most_common', { list }, { returns: any, doc: 'The most frequent item; of equally frequent ones the first. Null of an empty list.', example: 'most_common(["a", "b", "b"]) == "b"' }, (items: unknown[]) => mostFrequent(present(items))[0] ?? null),
  define('flatten', { list }, { returns: list, doc: 'Lists in a list, made one list.', example: 'flatten([["a"], ["b", "c"]]) == ["a", "b", "c"]' }, (items: unknown[]) => present(items).flat()),
  // Numbers
  define('round', { number, digits: number }, { returns: number, required: 1, doc: 'Rounded to that many digits after the point (default: 0), halves away from zero.', example: 'round(2.345, 2) == 2.35' }, round),
  define('floor', { number }, { returns: number, doc: 'The next whole number below.', example: 'floor(2.7) == 2' }, Math.floor as (...args: number[]) => number),
  define('ceil', { number }, { returns: number, doc: 'The next whole number above.', example: 'ceil(2.1) == 3' }, Math.ceil as (...args: number[]) => number),
  define('abs', { number }, { returns: number, doc: 'Without its sign.', example: 'abs(-2) == 2' }, Math.abs as (...args: number[]) => number),
  define('min', { values: [number, numbers] }, { returns: number, variadic: true, doc: 'The smallest of numbers or of a list of them; null of none.', example: 'min(3, 1, 2) == 1' }, (...values: unknown[]) => reduce(values, (a, b) => (b < a ? b : a))),
  define('max', { values: [number, numbers] }, { returns: number, variadic: true, doc: 'The largest of numbers or of a list of them; null of none.', example: 'max([3, 1, 2]) == 3' }, (...values: unknown[]) => reduce(values, (a, b) => (b > a ? b : a))),
  define('sum', { values: [number, numbers] }, { returns: number, variadic: true, doc: 'The sum; 0 of none.', example: 'sum([1, 2, 3]) == 6' }, (...values: unknown[]) => reduce(values, (a, b) => a + b) ?? 0),
  define('mean', { values: [number, numbers] }, { returns: number, variadic: true, doc: 'The mean; null of none.', example: 'mean([1, 2, 6]) == 3' }, mean),
  // Conversions
  define('number', { value: [text, number, boolean] }, { returns: number, doc: 'The number that a text spells; null where it spells none.', example: 'number("2.50") == 2.5' }, toNumber),
  define('text', { value: any }, { returns: text, doc: 'A value as it stands in a template.', example: 'text([1, 2.5]) == "1, 2.5"' }, toText),
  define('json', { value: any }, { returns: text, doc: 'A value as JSON.', example: 'json(["a", 1, true]) == "[\\"a\\",1,true]"' }, (value: Value) => JSON.stringify(value)),
  define('parse_json', { text }, { returns: any, doc: 'The value that a JSON text describes; null where it is none.', example: 'parse_json("[1, 2]") == [1, 2]' }, parseJson),
  // Null
  define('default', { value: any, otherwise: any }, { returns: any, seesNull: true, doc: 'The value, or another where it is null. Like value ?? otherwise.', example: 'default(null, "none") == "none"' }, (value: Value, otherwise: Value) => value ?? otherwise),
  define('is_null', { value: any }, { returns: boolean, seesNull: true, doc: 'Is there no value? (A comparison with null is null.)', example: 'is_null(null) == true' }, (value: Value) => value === null),
  // Chats
  ...(['system', 'user', 'assistant', 'tool'] as const).map((role) =>
    define(role, { content: text }, { returns: message, doc: `A message of the role ${role}.`, example: `text(${role}("Hello")) == "Hello"` }, (content: string): Message => ({ role, content })),
  ),
  // Rankings
  define('best', { ranking }, { returns: text, doc: 'The option of the best rank; of several the first. Null where nothing is ranked.', example: 'is_null(best(parse_json("[]"))) == true' }, (items: RankedItem[]) => byRank(items)[0] ?? null),
  define('worst', { ranking }, { returns: text, doc: 'The option of the worst rank; of several the last. Null where nothing is ranked.', example: 'is_null(worst(parse_json("[]"))) == true' }, (items: RankedItem[]) => byRank(items).at(-1) ?? null),
  define('in_order', { ranking }, { returns: texts, doc: 'The options, best first.', example: 'in_order(parse_json("[]")) == []' }, byRank),
];

const byName = new Map(functions.map((definition) => [definition.name, definition]));

export function functionNamed(name: string): FunctionDefinition | undefined {
  return byName.get(name);
}

/** Checks one argument's type and says what is wanted where it does not fit. */
export function checkArgument({ name, args }: FunctionDefinition, index: number, value: Value): void {
  const { accepts, name: argument } = args[Math.min(index, args.length - 1)]!;
  for (const type of accepts) if (isOfType(value, type)) return;
  throw new ValueError('type/argument', `"${name}" cannot take ${describe(value)} as its ${argument}.`, `It takes: ${accepts.map(nameOf).join(' or ')}.`);
}

/** Part of a text by code points or of a list; an end that is null is open. */
export function slice(value: Value, from: Value, to: Value): Value {
  for (const end of [from, to]) {
    if (end !== null && !Number.isInteger(end)) throw new ValueError('type/operand', `A slice goes from one whole number to another, not to ${describe(end)}.`);
  }
  if (Array.isArray(value)) return value.slice((from as number | null) ?? 0, (to as number | null) ?? value.length);
  if (typeof value !== 'string') throw new ValueError('type/operand', `A part can be taken of a text or a list, not of ${describe(value)}.`);
  const end = to === null ? value.length : codePointOffset(value, to as number);
  return value.slice(from === null ? 0 : codePointOffset(value, from as number), end);
}

function nameOf(type: ValueType): string {
  if (type.type !== 'list') return type.type;
  return type.of ? `list of ${nameOf(type.of)}s` : 'list';
}

function present(items: readonly unknown[]): unknown[] {
  return items.filter((item) => item !== null);
}

const space = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** White space as Python's str.strip and Unicode have it; JavaScript's own misses some and adds the byte order mark. */
function trim(s: string): string {
  let start = 0;
  let end = s.length;
  while (start < end && space.test(s[start]!)) start++;
  while (end > start && space.test(s[end - 1]!)) end--;
  return s.slice(start, end);
}

function capitalize(s: string): string {
  const end = codePointOffset(s, 1);
  return s.slice(0, end).toUpperCase() + s.slice(end);
}

function normalize(s: string, form = 'NFC'): string {
  if (!['NFC', 'NFD', 'NFKC', 'NFKD'].includes(form)) throw new ValueError('type/argument', `There is no normal form "${form}".`, 'There are: NFC, NFD, NFKC, NFKD.');
  return s.normalize(form);
}

const patterns = new Map<string, RegExp>();

function regExp(pattern: string, flags: string): RegExp {
  const key = `${flags} ${pattern}`;
  let found = patterns.get(key);
  if (!found) {
    try {
      found = new RegExp(pattern, flags);
    } catch (error) {
      throw new ValueError('type/argument', `"${pattern}" is not a regular expression: ${(error as Error).message.replace(/^.*: /, '')}.`, 'Write \\\\ before a character that stands for itself.');
    }
    if (patterns.size > 1000) patterns.clear();
    patterns.set(key, found);
  }
  found.lastIndex = 0;
  return found;
}

function extract(s: string, pattern: string): string | null {
  const match = regExp(pattern, 'u').exec(s);
  return match ? (match[1] ?? match[0]) : null;
}

function contains(value: string | unknown[], part: unknown): boolean {
  if (Array.isArray(value)) return value.some((item) => isEqual(item, part));
  if (typeof part !== 'string') throw new ValueError('type/argument', `A text cannot contain ${describe(part)}.`, 'Make it a text: text(…).');
  return value.includes(part);
}

function unique(items: readonly unknown[]): unknown[] {
  const seen = new Set<unknown>();
  return items.filter((item) => {
    const key = typeof item === 'object' ? JSON.stringify(item) : item;
    return seen.size < seen.add(key).size;
  });
}

/** Shifts the point in the number's shortest form, so that 2.345 is a half as it is written. */
function round(value: number, digits = 0): number {
  const shift = (number: number, by: number) => {
    const [mantissa, exponent = '0'] = String(number).split('e');
    return Number(`${mantissa}e${Number(exponent) + by}`);
  };
  return Math.sign(value) * shift(Math.round(shift(Math.abs(value), digits)), -digits) + 0;
}

function reduce(values: readonly unknown[], combine: (a: number, b: number) => number): number | null {
  const numbers = present(values.flat()) as number[];
  return numbers.length === 0 ? null : numbers.reduce(combine);
}

function mean(...values: unknown[]): number | null {
  const numbers = present(values.flat()) as number[];
  return numbers.length === 0 ? null : numbers.reduce((a, b) => a + b) / numbers.length;
}

function toNumber(value: string | number | boolean): number | null {
  if (typeof value !== 'string') return Number(value);
  const spelled = trim(value);
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(spelled) ? Number(spelled) : null;
}

function parseJson(s: string): unknown {
  try {
    return JSON.parse(s) as unknown;
  } catch {
    return null;
  }
}

function byRank(items: readonly RankedItem[]): string[] {
  return items.filter(({ rank }) => rank !== null).sort((a, b) => a.rank! - b.rank!).map(({ value }) => value);
}

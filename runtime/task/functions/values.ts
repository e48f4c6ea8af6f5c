/** Conversions, nulls, messages and rankings. */
import type { RankedItem } from '../../dataset/record.js';
import { toText, type Message, type Value } from '../value.js';
import { any, boolean, define, message, number, ranking, text, texts, type FunctionDefinition } from './define.js';
import { trim } from './texts.js';

export const valueFunctions: readonly FunctionDefinition[] = [
  define(
    'number',
    { value: [text, number, boolean] },
    { returns: number, doc: 'The number that a text spells; null where it spells none.', example: 'number("2.50") == 2.5' },
    toNumber,
  ),
  define(
    'text',
    { value: any },
    { returns: text, doc: 'A value as it stands in a template.', example: 'text([1, 2.5]) == "1, 2.5"' },
    toText,
  ),
  define(
    'json',
    { value: any },
    { returns: text, doc: 'A value as JSON.', example: 'json(["a", 1, true]) == "[\\"a\\",1,true]"' },
    (value: Value) => JSON.stringify(value),
  ),
  define(
    'parse_json',
    { text },
    { returns: any, doc: 'The value that a JSON text describes; null where it is none.', example: 'parse_json("[1, 2]") == [1, 2]' },
    parseJson,
  ),
  define(
    'default',
    { value: any, otherwise: any },
    {
      returns: any,
      seesNull: true,
      doc: 'The value, or another where it is null. Like value ?? otherwise.',
      example: 'default(null, "none") == "none"',
    },
    (value: Value, otherwise: Value) => value ?? otherwise,
  ),
  define(
    'is_null',
    { value: any },
    { returns: boolean, seesNull: true, doc: 'Is there no value? (A comparison with null is null.)', example: 'is_null(null) == true' },
    (value: Value) => value === null,
  ),
  ...(['system', 'user', 'assistant', 'tool'] as const).map((role) =>
    define(
      role,
      { content: text },
      { returns: message, doc: `A message of the role ${role}.`, example: `text(${role}("Hello")) == "Hello"` },
      (content: string): Message => ({ role, content }),
    ),
  ),
  define(
    'best',
    { ranking },
    {
      returns: text,
      doc: 'The option of the best rank; of several the first. Null where nothing is ranked.',
      example: 'is_null(best(parse_json("[]"))) == true',
    },
    (items: RankedItem[]) => byRank(items)[0] ?? null,
  ),
  define(
    'worst',
    { ranking },
    {
      returns: text,
      doc: 'The option of the worst rank; of several the last. Null where nothing is ranked.',
      example: 'is_null(worst(parse_json("[]"))) == true',
    },
    (items: RankedItem[]) => byRank(items).at(-1) ?? null,
  ),
  define('in_order', { ranking }, { returns: texts, doc: 'The options, best first.', example: 'in_order(parse_json("[]")) == []' }, byRank),
];

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
  return items
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => a.rank! - b.rank!)
    .map(({ value }) => value);
}

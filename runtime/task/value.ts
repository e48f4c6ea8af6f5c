/** Values of expressions: null, text, number, boolean, list, message, ranked item, span, and JSON (metadata). */
import { UserError } from '../error.js';

export type Value = unknown;

/** One turn of a chat. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
}

/** Types of values, of the shape that the language checks against. */
export type ValueType =
  | { readonly type: 'text' | 'number' | 'boolean' | 'message' | 'spans' | 'ranking' | 'any' }
  | { readonly type: 'list'; readonly of?: ValueType };

/** An expression met a value that it cannot work with; whoever evaluates adds the record. */
export class ValueError extends UserError {}

export function isMessage(value: Value): value is Message {
  return hasText(value, 'role') && hasText(value, 'content');
}

/** What a value is, for messages: `a text`, `a list`. */
export function describe(value: Value): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'object') return isMessage(value) ? 'a message' : 'an object';
  return `a ${typeof value}`;
}

/**
 * A value as text, as it stands in a template's hole: numbers in shortest form, lists joined by `, `, a message's
 * content, a ranked option's name, a span's label, JSON for anything else.
 */
export function toText(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Object.is(value, -0) ? '0' : String(value);
    case 'object':
      if (value === null) return '';
      if (Array.isArray(value))
        return value
          .filter((item) => item !== null)
          .map(toText)
          .join(', ');
      if (isMessage(value)) return value.content;
      if (hasText(value, 'value')) return value.value;
      if (hasText(value, 'label')) return value.label;
      return JSON.stringify(value);
    default:
      return String(value);
  }
}

/** Equal in type and content; lists and objects item by item. */
export function isEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => isEqual((a as never)[key], (b as never)[key]));
}

/** Smaller, equal or larger: numbers, texts, or booleans among each other. */
export function compare(a: Value, b: Value, operation: string): number {
  if (typeof a !== typeof b || !['number', 'string', 'boolean'].includes(typeof a)) {
    throw new ValueError(
      'type/operand',
      `"${operation}" cannot compare ${describe(a)} with ${describe(b)}.`,
      'Compare numbers with numbers and texts with texts; "number" reads a number from a text.',
    );
  }
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

/** Does the value have the type? Nulls and items of `any` do. */
export function isOfType(value: Value, { type, ...rest }: ValueType): boolean {
  switch (type) {
    case 'any':
      return true;
    case 'text':
      return typeof value === 'string';
    case 'number':
    case 'boolean':
      return typeof value === type;
    case 'message':
      return isMessage(value);
    case 'ranking':
      return Array.isArray(value) && value.every((item) => hasText(item, 'value') && 'rank' in item);
    case 'spans':
      return Array.isArray(value) && value.every((item) => hasText(item, 'label') && 'start' in item);
    case 'list': {
      const of = 'of' in rest ? rest.of : undefined;
      return Array.isArray(value) && (!of || value.every((item) => item === null || isOfType(item, of)));
    }
  }
}

/** UTF-16 offset of the `count`th code point of a text, counted from the end where negative. */
export function codePointOffset(text: string, count: number): number {
  let offset = count < 0 ? text.length : 0;
  for (; count < 0 && offset > 0; count++) offset -= isPair(text, offset - 2) ? 2 : 1;
  for (; count > 0 && offset < text.length; count--) offset += isPair(text, offset) ? 2 : 1;
  return Math.max(0, offset);
}

/** Number of code points. */
export function codePointLength(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length - 1; i++) if (isPair(text, i)) length--;
  return length;
}

function isPair(text: string, at: number): boolean {
  const high = text.charCodeAt(at);
  if (!(high >= 0xd800 && high < 0xdc00)) return false;
  const low = text.charCodeAt(at + 1);
  return low >= 0xdc00 && low < 0xe000;
}

function hasText<K extends string>(value: Value, key: K): value is Record<K, string> {
  return typeof value === 'object' && value !== null && typeof (value as Record<K, unknown>)[key] === 'string';
}

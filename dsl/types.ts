import type { LiteralNode } from './ast.js';
import type { OptionSchema, ValueType } from './schema.js';

export const any: ValueType = { type: 'any' };
export const text: ValueType = { type: 'text' };
export const number: ValueType = { type: 'number' };
export const boolean: ValueType = { type: 'boolean' };
export const listOf = (of: ValueType): ValueType => ({ type: 'list', of });

/** What one answer to a question of each type is. */
const answers: Readonly<Record<string, ValueType>> = {
  text, label: text, multi_label: listOf(text), rating: number, ranking: { type: 'ranking' }, span: { type: 'spans' },
};
export const answerType = (question: string | undefined): ValueType => (question !== undefined && Object.hasOwn(answers, question) ? answers[question]! : any);

/** May a value of `type` stand where `wanted` does? In doubt yes: the data decide. */
export function fits(type: ValueType, wanted: ValueType): boolean {
  if (type.type === 'any' || wanted.type === 'any') return true;
  if (type.type !== wanted.type) return false;
  if (type.type === 'list' && wanted.type === 'list') return !type.of || !wanted.of || fits(type.of, wanted.of);
  return true;
}
export const fitsOneOf = (type: ValueType, wanted: readonly ValueType[]) => wanted.length === 0 || wanted.some((one) => fits(type, one));

/** The type of a value that is one or the other. */
export function either(a: ValueType, b: ValueType): ValueType {
  if (a.type === 'list' && b.type === 'list') return a.of && b.of ? listOf(either(a.of, b.of)) : { type: 'list' };
  return a.type === b.type ? a : any;
}

/** A type in words: `a text`, `a list of numbers`. */
export function describe(type: ValueType): string {
  if (type.type !== 'list') return { text: 'a text', number: 'a number', boolean: 'true or false', message: 'a message', spans: 'spans', ranking: 'a ranking', any: 'any value' }[type.type];
  const of = type.of?.type;
  if (of === undefined || of === 'any') return 'a list';
  return `a list of ${{ text: 'texts', number: 'numbers', boolean: 'true or false', message: 'messages', spans: 'spans', ranking: 'rankings', list: 'lists' }[of]}`;
}
export const describeAll = (types: readonly ValueType[]) => [...new Set(types.map(describe))].join(' or ');

export function literalType(value: LiteralNode['value']): ValueType {
  return value === null ? any : typeof value === 'string' ? text : typeof value === 'number' ? number : boolean;
}

const optionWords: Readonly<Record<OptionSchema['type'], string>> = {
  text: 'a text', path: 'a path', number: 'a number', integer: 'a whole number', boolean: 'true or false', list: 'a list', any: 'any value',
};
export const describeOption = (type: OptionSchema['type']) => optionWords[type];
export function fitsOption(value: unknown, type: OptionSchema['type']): boolean {
  if (type === 'any' || value === null) return true;
  if (type === 'list') return Array.isArray(value);
  return type === 'integer' ? Number.isInteger(value) : typeof value === (type === 'text' || type === 'path' ? 'string' : type);
}
export const describeValue = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value === 'string' ? `the text "${value}"` : String(value));

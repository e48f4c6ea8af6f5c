/** The shape of a function of the language, and the types that its arguments have. */
import type { Value, ValueType } from '../value.js';

export interface FunctionDefinition {
  readonly name: string;
  /** `args` of which the first `required` must be given; with `variadic` the last one repeats. */
  readonly args: readonly { readonly name: string; readonly accepts: readonly ValueType[] }[];
  readonly required: number;
  readonly variadic: boolean;
  readonly returns: ValueType;
  /** What `returns` leaves open: an item of the first argument, or something of its type. */
  readonly like?: 'item' | 'argument';
  readonly doc: string;
  readonly example: string;
  readonly seesNull?: true;
  readonly run: (...args: never[]) => Value;
}

export const text: ValueType = { type: 'text' };
export const number: ValueType = { type: 'number' };
export const boolean: ValueType = { type: 'boolean' };
export const any: ValueType = { type: 'any' };
export const message: ValueType = { type: 'message' };
export const ranking: ValueType = { type: 'ranking' };
export const list: ValueType = { type: 'list' };
export const texts: ValueType = { type: 'list', of: text };
export const numbers: ValueType = { type: 'list', of: number };

interface Shape {
  readonly returns: ValueType;
  readonly like?: 'item' | 'argument';
  readonly doc: string;
  readonly example: string;
  /** All by default. */
  readonly required?: number;
  readonly variadic?: boolean;
  readonly seesNull?: true;
}

/** An entry of the table. */
export function define<A extends Value[]>(
  name: string,
  args: Readonly<Record<string, ValueType | readonly ValueType[]>>,
  { required, variadic = false, ...shape }: Shape,
  run: (...args: A) => Value,
): FunctionDefinition {
  const list = Object.entries(args).map(([name, accepts]) => ({ name, accepts: [accepts].flat() as ValueType[] }));
  return { name, args: list, required: required ?? list.length, variadic, ...shape, run: run as never };
}

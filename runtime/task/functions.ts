/**
 * The functions of the language, in one table: a new one is one entry. An argument that is null makes the result null,
 * but for functions with `seesNull`; nulls among a list's items are left out.
 */
import type { FunctionDefinition } from './functions/define.js';
import { listFunctions } from './functions/lists.js';
import { numberFunctions } from './functions/numbers.js';
import { textFunctions } from './functions/texts.js';
import { valueFunctions } from './functions/values.js';
import { describe, isOfType, ValueError, type Value, type ValueType } from './value.js';

export type { FunctionDefinition } from './functions/define.js';
export { slice } from './functions/lists.js';

export const functions: readonly FunctionDefinition[] = [...textFunctions, ...listFunctions, ...numberFunctions, ...valueFunctions];

const byName = new Map(functions.map((definition) => [definition.name, definition]));

export function functionNamed(name: string): FunctionDefinition | undefined {
  return byName.get(name);
}

/** Checks one argument's type and says what is wanted where it does not fit. */
export function checkArgument({ name, args }: FunctionDefinition, index: number, value: Value): void {
  const { accepts, name: argument } = args[Math.min(index, args.length - 1)]!;
  for (const type of accepts) if (isOfType(value, type)) return;
  throw new ValueError(
    'type/argument',
    `"${name}" cannot take ${describe(value)} as its ${argument}.`,
    `It takes: ${accepts.map(nameOf).join(' or ')}.`,
  );
}

function nameOf(type: ValueType): string {
  if (type.type !== 'list') return type.type;
  return type.of ? `list of ${nameOf(type.of)}s` : 'list';
}

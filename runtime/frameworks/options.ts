import { UserError } from '../error.js';
import { nearest } from '../nearest.js';
import type { Framework, FrameworkOption } from './framework.js';

type Values = Readonly<Record<string, unknown>>;
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Options of a training with every default filled in, in the table's order; old names are taken as the new ones. */
export function resolveOptions(framework: Framework, given: Values): Record<string, Json> {
  const renamed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const current = Object.hasOwn(framework.renamed, name) ? framework.renamed[name]! : name;
    if (Object.hasOwn(renamed, current)) {
      throw new UserError('training/option-given-twice', `The option "${current}" of "${framework.name}" is given twice.`, `"${name}" is its old name.`);
    }
    renamed[current] = value;
  }
  return resolveTable(framework.options, renamed, `"${framework.name}"`);
}

/** The blocks beside `options`; only those that are given stand in a job. */
export function resolveBlocks(framework: Framework, given: Readonly<Record<string, Values>>): Record<string, Record<string, Json>> {
  return Object.fromEntries(
    Object.entries(given).map(([name, values]) => {
      const table = Object.hasOwn(framework.blocks, name) ? framework.blocks[name] : undefined;
      if (!table) {
        const names = Object.keys(framework.blocks);
        throw new UserError(
          'name/unknown-block',
          `The framework "${framework.name}" has no block "${name}".`,
          nearest(name, names) ?? (names.length > 0 ? `It has: ${names.join(', ')}.` : 'It has none.'),
        );
      }
      return [name, resolveTable(table, values, `the block "${name}" of "${framework.name}"`)];
    }),
  );
}

/** Checks values against any table of options and fills the defaults in; `of` names the table in messages. */
export function resolveTable(table: readonly FrameworkOption[], given: Values, of: string): Record<string, Json> {
  const names = table.map((option) => option.name);
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) {
      throw new UserError('name/unknown-option', `There is no option "${name}" in ${of}.`, nearest(name, names) ?? (names.length > 0 ? `There are: ${names.join(', ')}.` : 'It has none.'));
    }
  }
  return Object.fromEntries(
    table.flatMap((option) => {
      const value = Object.hasOwn(given, option.name) ? given[option.name] : undefined;
      if (value !== undefined) check(option, value, of);
      const chosen = value ?? option.default;
      return chosen === undefined ? [] : [[option.name, chosen as Json]];
    }),
  );
}

const isOfType: Readonly<Record<FrameworkOption['type'], (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  integer: Number.isSafeInteger,
  boolean: (value) => typeof value === 'boolean',
  list: Array.isArray,
  any: () => true,
};

function check(option: FrameworkOption, value: unknown, of: string): void {
  if (value === null && option.default === null) return;
  const wrong = (what: string): UserError =>
    new UserError('training/wrong-value', `The option "${option.name}" of ${of} is ${JSON.stringify(value)}, but must be ${what}.`, option.doc);
  if (!isOfType[option.type](value)) throw wrong(option.type === 'integer' ? 'a whole number' : `a ${option.type}`);
  if (option.choices && !option.choices.includes(value as string)) throw wrong(option.choices.map((choice) => `"${choice}"`).join(' or '));
  const result = option.values?.safeParse(value);
  if (result && !result.success) throw wrong(result.error.issues[0]!.message);
}

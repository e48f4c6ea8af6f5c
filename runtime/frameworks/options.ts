import { UserError } from '../error.js';
import { nearest } from '../nearest.js';
import type { Framework, FrameworkKind, FrameworkOption } from './framework.js';

type Values = Readonly<Record<string, unknown>>;
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** What a framework takes for a kind; throws `training/unsupported-kind`. */
export function takenFor(framework: Framework, kind: string): Required<FrameworkKind> {
  if (Object.hasOwn(framework.kinds, kind)) return framework.kinds[kind]!;
  throw new UserError('training/unsupported-kind', `The framework "${framework.name}" does not train ${kind}.`, `It trains: ${Object.keys(framework.kinds).join(', ')}.`);
}

/** Options of a training with every default filled in, in the table's order; old names are taken as the new ones. */
export function resolveOptions(framework: Framework, kind: string, given: Values): Record<string, Json> {
  const takes = takenFor(framework, kind);
  return resolveTable(takes.options, current(takes, takes.options, given, framework.name), `"${framework.name}"`, (name) => instead(takes, name));
}

/** The blocks beside `options`; only those that are given stand in a job. */
export function resolveBlocks(framework: Framework, kind: string, given: Readonly<Record<string, Values>>): Record<string, Record<string, Json>> {
  const takes = takenFor(framework, kind);
  return Object.fromEntries(
    Object.entries(given).map(([written, values]) => {
      const name = Object.hasOwn(takes.renamed, written) ? takes.renamed[written]! : written;
      if (name !== written && Object.hasOwn(given, name)) throw new UserError('training/option-given-twice', `The block "${name}" of "${framework.name}" is given twice.`, `"${written}" is its old name.`);
      const table = Object.hasOwn(takes.blocks, name) ? takes.blocks[name] : undefined;
      if (!table) {
        const names = Object.keys(takes.blocks);
        throw new UserError(
          'name/unknown-block',
          `The framework "${framework.name}" has no block "${name}".`,
          instead(takes, written) ?? nearest(name, names) ?? (names.length > 0 ? `It has: ${names.join(', ')}.` : 'It has none.'),
        );
      }
      const of = `the block "${name}" of "${framework.name}"`;
      return [name, resolveTable(table, current(takes, table, values, framework.name), of, (key) => instead(takes, key))];
    }),
  );
}

/** What to write for a name that does not stand where it is written. */
function instead({ options, blocks, renamed, removed }: Required<FrameworkKind>, name: string): string | undefined {
  if (Object.hasOwn(removed, name)) return removed[name];
  const today = Object.hasOwn(renamed, name) ? renamed[name]! : name;
  if (Object.hasOwn(blocks, today)) return `It is a block of its own: ${today}.`;
  if (options.some((option) => option.name === today)) return `It is an option: options.${today}.`;
  const block = Object.keys(blocks).find((one) => blocks[one]!.some((option) => option.name === today));
  return block && `It stands in the block "${block}".`;
}

/** Values by the names that options have today. */
function current({ renamed }: FrameworkKind, table: readonly FrameworkOption[], given: Values, framework: string): Values {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const wanted = Object.hasOwn(renamed, name) ? renamed[name]! : name;
    const today = table.some((option) => option.name === wanted) ? wanted : name;
    if (Object.hasOwn(values, today)) {
      throw new UserError('training/option-given-twice', `The option "${today}" of "${framework}" is given twice.`, `"${today === name ? Object.keys(given).find((one) => renamed[one] === today) : name}" is its old name.`);
    }
    values[today] = value;
  }
  return values;
}

/** Checks values against any table of options and fills the defaults in; `of` names the table in messages, `instead` says what to write for another name. */
export function resolveTable(table: readonly FrameworkOption[], given: Values, of: string, instead: (name: string) => string | undefined = () => undefined): Record<string, Json> {
  const names = table.map((option) => option.name);
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) {
      throw new UserError('name/unknown-option', `There is no option "${name}" in ${of}.`, instead(name) ?? nearest(name, names) ?? (names.length > 0 ? `There are: ${names.join(', ')}.` : 'It has none.'));
    }
  }
  return Object.fromEntries(
    table.flatMap((option) => {
      const value = Object.hasOwn(given, option.name) ? dictionary(option, given[option.name], of) : undefined;
      if (value !== undefined) check(option, value, of);
      const chosen = value === undefined ? option.default : value;
      return chosen === undefined ? [] : [[option.name, chosen as Json]];
    }),
  );
}

/** A dictionary may be written as JSON, as the language has no values of that kind. */
function dictionary({ name, type, doc }: FrameworkOption, value: unknown, of: string): unknown {
  if (type !== 'any' || typeof value !== 'string' || !value.trimStart().startsWith('{')) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch (error) {
    throw new UserError('training/wrong-value', `The option "${name}" of ${of} begins as JSON and is none: ${(error as Error).message}.`, doc);
  }
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
  if (value === null && (option.default === null || option.optional)) return;
  const wrong = (what: string): UserError =>
    new UserError('training/wrong-value', `The option "${option.name}" of ${of} is ${JSON.stringify(value)}, but must be ${what}.`, option.doc);
  if (!isOfType[option.type](value)) throw wrong(option.type === 'integer' ? 'a whole number' : `a ${option.type}`);
  if (option.choices && !option.choices.includes(value as string)) throw wrong(option.choices.map((choice) => `"${choice}"`).join(' or '));
  const result = option.values?.safeParse(value);
  if (result && !result.success) throw wrong(result.error.issues[0]!.message);
}

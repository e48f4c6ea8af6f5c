import { UserError } from '../error.js';

/** What Argilla allows as a name of a field, a question, a metadata property, a vector. */
const namePattern = /^(?=.*[a-z0-9])[a-z0-9_-]+$/;

/** @throws {UserError} `data/name` where a name is not of lower-case letters, digits, `-` and `_`. */
export function checkName(what: string, name: string): void {
  if (namePattern.test(name)) return;
  const better = name.toLowerCase().replace(/[^a-z0-9_-]+/g, '_');
  throw new UserError('data/name', `"${name}" is no name for a ${what}.`, `Use lower-case letters, digits, "-" and "_"${namePattern.test(better) ? `, as in "${better}"` : ''}.`);
}

/** Argilla's title of a thing that has none: its name, the first letter in upper case. */
export const titleOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).toLowerCase();

/** @throws {UserError} `data/duplicate-name` where two have one name. */
export function checkUnique(what: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UserError('data/duplicate-name', `Two ${what} are named "${twice}".`, 'Give each a name of its own.');
}

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nearest } from '../../dsl/index.js';
import type { ImportModule, Scope } from '../../kernel/cell.js';
import { UserError } from '../../runtime/error.js';

/** Where the functions of programs are found. */
export interface FunctionPlaces {
  /** The user's variables; a terminal has none. */
  readonly scope: Scope;
  /** Where paths of programs start. */
  readonly folder: string;
  readonly importModule: ImportModule | undefined;
}

/** A file and the name of what it exports: `./format.ts#row`. */
export function splitPath(using: string): { readonly file: string; readonly name: string } | undefined {
  const at = using.lastIndexOf('#');
  return at < 0 ? undefined : { file: using.slice(0, at), name: using.slice(at + 1) };
}

/**
 * The function behind `using`: the notebook's own, or an export of a file.
 * @throws {UserError} `task/no-function`, `task/module-failed`, `data/no-file`.
 */
export async function findFunction(task: string, using: string, { scope, folder, importModule }: FunctionPlaces): Promise<(...args: never[]) => unknown> {
  const path = splitPath(using);
  if (!path) {
    const value = scope(using);
    if (typeof value === 'function') return value as never;
    const what = value === undefined ? `there is no function "${using}" here` : `"${using}" is no function`;
    throw new UserError('task/no-function', `The task "${task}" uses a function, and ${what}.`, `Define it in a TypeScript cell first, or name a file: using "./format.ts#${using}".`);
  }
  const { file, name } = path;
  const full = resolve(folder, file);
  if (!existsSync(full)) throw noFile(task, file);
  const module = await importModule!(full).catch((error: unknown) => {
    throw new UserError('task/module-failed', `The file "${file}" cannot be loaded: ${reason(error, folder)}`, 'Mend it, and run this again: a changed file is read again.', { cause: error });
  });
  const found = module[name];
  if (typeof found === 'function') return found as never;
  const exported = Object.keys(module).filter((key) => typeof module[key] === 'function');
  const near = nearest(name, exported);
  const hint = near !== undefined ? `Did you mean "${near}"?` : exported.length > 0 ? `It exports: ${exported.join(', ')}.` : `Write "export function ${name}(sample: Sample) { … }" in it.`;
  throw new UserError('task/no-function', `The file "${file}" exports no function "${name}".`, hint);
}

export const noFile = (task: string, file: string): UserError =>
  new UserError('data/no-file', `The task "${task}" uses a function of "${file}", and there is no such file.`, 'Its path starts at the file that says it.');

/** Why a module cannot be loaded, with files by their names from the program's folder on. */
function reason(error: unknown, folder: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const plain = message.replace(/(?: resolving ES modules)? imported from \S*\/dist\/kernel\/child\/modules\.js/, '');
  return [`${pathToFileURL(folder).href}/`, `${folder}/`].reduce((text, start) => text.replaceAll(start, './'), plain).replace(/\?version=\w+/g, '');
}

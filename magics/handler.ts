/**
 * What the kernel loads: the language where cells are read and checked, `createRunner` in the process that runs them. Both
 * are imported on demand, so that a cell of TypeScript waits for neither.
 */
import { createRequire } from 'node:module';
import type { CellHandlerModule, ShowTable } from '../kernel/cell.js';
import type * as ValueTable from './valueTable.js';

/** `%name`, `!command`, `?name` and `name?`, and what looks like one of them. */
export const concerns: CellHandlerModule['concerns'] = (cell) => /%|(?:^|=)\s*[!?]|\?\s*$/m.test(cell);

export const loadLanguage: CellHandlerModule['loadLanguage'] = async () => (await import('./language.js')).language;

export const createRunner: CellHandlerModule['createRunner'] = async (host) => (await import('./runner.js')).createRunner(host);

/** At once, so that what a program shows and prints stays in order. */
export const showTable: ShowTable = (table) => (createRequire(import.meta.url)('./valueTable.js') as typeof ValueTable).valueTable(table);

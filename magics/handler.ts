/**
 * What the kernel loads: the language where cells are read and checked, `createRunner` in the process that runs them. Both
 * are imported on demand, so that a cell of TypeScript waits for neither.
 */
import type { CellHandlerModule } from '../kernel/cell.js';

/** `%name`, `!command`, `?name` and `name?`, and what looks like one of them. */
export const concerns: CellHandlerModule['concerns'] = (cell) => /%|(?:^|=)\s*[!?]|\?\s*$/m.test(cell);

export const loadLanguage: CellHandlerModule['loadLanguage'] = async () => (await import('./language.js')).language;

export const createRunner: CellHandlerModule['createRunner'] = async (host) => (await import('./runner.js')).createRunner(host);

export const loadTables: NonNullable<CellHandlerModule['loadTables']> = async () => (await import('./valueTable.js')).valueTable;

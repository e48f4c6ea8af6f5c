/** Tables as values of cells: their head, drawn by whoever knows how tables look. */
import type { MimeBundle, ShowTable, ValueTable } from '../cell.js';
import { textOf } from './text.js';

export const limits = { rows: 20, columns: 20 };
const inCell = { depth: 1, maxArrayLength: 10, maxStringLength: 200, breakLength: Infinity, compact: true };

let show: ShowTable | undefined;
/** Until it is lent, tables are shown as text. */
export const lendTables = (lent: ShowTable | undefined): void => void (show = lent);

export const drawTable = (table: ValueTable): MimeBundle | undefined => show?.(table);

/** What a place of a table holds, other things than text and numbers as text. */
export function datum(value: unknown): unknown {
  const isText = (typeof value === 'object' && value !== null) || typeof value === 'function' || typeof value === 'symbol';
  return isText ? textOf(value, undefined, inCell) : value;
}

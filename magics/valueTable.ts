import type { ShowTable } from '../kernel/cell.js';
import { tableBundle } from '../runtime/display/table.js';

/** Values of the user's in rows and columns, as all tables look. */
export const valueTable: ShowTable = (table) => tableBundle({ ...table, maxRows: table.rows.length, absent: '' });

import type { ShowTable } from '../kernel/cell.js';
import { tableBundle } from '../runtime/display/table.js';

/** Values of the user's in rows and columns, as all tables look. */
export const valueTable: ShowTable = ({ columns, rows, total }) => {
  const hidden = total.columns - columns.length;
  return tableBundle({ columns, rows, total: total.rows, maxRows: rows.length, ...(hidden > 0 && { caption: `the first ${columns.length} of ${total.columns} columns` }) });
};

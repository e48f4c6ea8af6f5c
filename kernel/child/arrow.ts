/** Arrow's tables, record batches and vectors, of whatever copy of the library: they are known by what they have. */
import { types } from 'node:util';
import type { ValueTable } from '../cell.js';
import { datum, limits } from './table.js';

interface Vector {
  get(row: number): unknown;
}

interface Batch {
  readonly numRows: number;
  getChildAt(index: number): Vector | null;
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly values: Vector | null;
}

/** The head of what is Arrow's; nothing for other values. */
export function arrowTable(value: unknown): ValueTable | undefined {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return undefined;
  const fields = (own(value, 'schema') as { readonly fields?: readonly { readonly name: unknown; readonly type: unknown }[] } | undefined)?.fields;
  if (Array.isArray(fields) && 'numRows' in value && 'getChildAt' in value) {
    const { numRows } = value as Batch;
    const columns = fields.slice(0, limits.columns).map(({ name, type }, i) => ({ name: String(name), type: String(type), values: (value as Batch).getChildAt(i) }));
    return headOf(columns, numRows, fields.length);
  }
  const type = own(value, 'type') as { readonly typeId?: unknown } | undefined;
  if (typeof type?.typeId === 'number' && Array.isArray(own(value, 'data')) && 'get' in value && 'length' in value) {
    return headOf([{ name: 'value', type: String(type), values: value as Vector }], Number(value.length), 1);
  }
  return undefined;
}

/** A getter is not called: whoever has one may be anything. */
const own = (value: object, name: string): unknown => Object.getOwnPropertyDescriptor(value, name)?.value;

function headOf(columns: readonly Column[], total: number, totalColumns: number): ValueTable {
  const row = (at: number): unknown[] => columns.map(({ values, type }) => arrowDatum(values?.get(at), type));
  return {
    columns: columns.map(({ name, type }) => ({ name, type })),
    rows: Array.from({ length: Math.min(total, limits.rows) }, (_, at) => row(at)),
    total,
    totalColumns,
  };
}

/** Lists and structs say what they hold; times are numbers of milliseconds. */
function arrowDatum(value: unknown, type: string): unknown {
  if (typeof value === 'number' && /^(?:Timestamp|Date)/.test(type)) return new Date(value).toISOString();
  const inner = typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function' ? (value.toJSON as () => unknown)() : value;
  return datum(inner);
}

import { types } from 'node:util';
import type { ValueTable } from '../cell.js';

/** Rows that are looked at: enough to show, and to know the columns. */
const rowsSeen = 100;
const rowsShown = 20;
const columnsShown = 30;

/** A value as a table: an array of plain objects, or an Arrow table or record batch; nothing for all else. */
export function tabular(value: unknown): ValueTable | undefined {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return undefined;
  return Array.isArray(value) ? ofObjects(value) : ofArrow(value);
}

function ofObjects(items: readonly unknown[]): ValueTable | undefined {
  const seen = items.slice(0, rowsSeen);
  if (seen.length === 0 || !seen.every(isPlain)) return undefined;
  const names = [...new Set(seen.flatMap((item) => Object.keys(item)))];
  const cells = seen.reduce((sum, item) => sum + Object.keys(item).length, 0);
  // Objects with little in common are a list.
  if (names.length === 0 || cells < (names.length * seen.length) / 2) return undefined;
  const columns = names.slice(0, columnsShown);
  return {
    columns: columns.map((name) => ({ name })),
    rows: seen.slice(0, rowsShown).map((item) => columns.map((name) => own(item, name))),
    total: { rows: items.length, columns: names.length },
  };
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.getOwnPropertySymbols(value).length === 0;
}

/** A property without running anything of the user's. */
function own(item: object, name: string): unknown {
  const property = Object.getOwnPropertyDescriptor(item, name);
  return property && !('value' in property) ? '[getter]' : property?.value;
}

interface ArrowLike {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly { readonly name: string; readonly type: unknown }[] };
  getChildAt(index: number): { get(row: number): unknown } | null;
}

function ofArrow(value: object): ValueTable | undefined {
  const { numRows, schema, getChildAt } = value as Partial<ArrowLike>;
  if (typeof numRows !== 'number' || !Array.isArray(schema?.fields) || typeof getChildAt !== 'function') return undefined;
  const { fields } = schema as ArrowLike['schema'];
  const columns = fields.slice(0, columnsShown);
  const data = columns.map((_, i) => (value as ArrowLike).getChildAt(i));
  return {
    columns: columns.map(({ name, type }) => ({ name: String(name), type: String(type) })),
    rows: Array.from({ length: Math.min(numRows, rowsShown) }, (_, row) => data.map((column) => column?.get(row) ?? null)),
    total: { rows: numRows, columns: fields.length },
  };
}

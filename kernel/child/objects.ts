import { types } from 'node:util';
import type { ValueTable } from '../cell.js';
import { datum, limits } from './table.js';

const rowsLookedAt = 100;

/** The head of a list of plain objects that mostly have the same keys; nothing for other values. */
export function objectsTable(list: unknown): ValueTable | undefined {
  if (types.isProxy(list) || !Array.isArray(list)) return undefined;
  const looked: object[] = [];
  for (let i = 0; i < Math.min(list.length, rowsLookedAt); i++) {
    const row: unknown = Object.getOwnPropertyDescriptor(list, i)?.value;
    if (!isPlain(row)) return undefined;
    looked.push(row);
  }
  const keys = [...new Set(looked.flatMap((row) => Object.keys(row)))];
  const filled = looked.reduce((sum, row) => sum + Object.keys(row).length, 0);
  if (keys.length === 0 || filled < (keys.length * looked.length) / 2) return undefined;
  const names = keys.slice(0, limits.columns);
  return {
    columns: names.map((name) => ({ name })),
    rows: looked.slice(0, limits.rows).map((row) => names.map((name) => property(row, name))),
    total: list.length,
    totalColumns: keys.length,
  };
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A getter is not called: looking at a value does nothing. */
function property(row: object, name: string): unknown {
  const found = Object.getOwnPropertyDescriptor(row, name);
  return found && !('value' in found) ? '[Getter]' : datum(found?.value);
}

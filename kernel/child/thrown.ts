import { cellError, type CellError } from '../cell.js';
import type { Thrown } from './protocol.js';
import { readableStack } from './stack.js';
import { textOf } from './text.js';

/** What ends a cell that the user interrupted; also the reason of its {@link AbortSignal}. */
export class Interrupted extends Error {
  override readonly name = 'KeyboardInterrupt';
  get [cellError](): CellError {
    return { ename: 'KeyboardInterrupt', evalue: 'The cell was interrupted.', traceback: ['KeyboardInterrupt: the cell was interrupted.'] };
  }
}

/** Whatever a cell threw, as an error that a front end shows. */
export function describeThrown(value: unknown): Thrown {
  try {
    return describe(value);
  } catch {
    // A hostile getter or proxy.
    return { ename: 'Error', evalue: 'An error that cannot be shown.', traceback: ['An error that cannot be shown.'], own: true };
  }
}

function describe(value: unknown): Thrown {
  const shown = typeof value === 'object' && value !== null ? (value as { [cellError]?: CellError })[cellError] : undefined;
  if (shown) return { ename: String(shown.ename), evalue: String(shown.evalue), traceback: shown.traceback.map(String), own: true };
  if (!isError(value)) {
    const text = textOf(value);
    return { ename: 'Error', evalue: text, traceback: [`Uncaught ${text}`], own: true };
  }
  return { ename: String(value.name), evalue: String(value.message), traceback: lines(value, new Set()), own: false };
}

const isError = (value: unknown): value is Error => value instanceof Error || (typeof value === 'object' && value !== null && 'stack' in value && 'message' in value);

/** The stack without our own and Node's frames, then those of its causes. */
function lines(error: Error, seen: Set<unknown>): string[] {
  seen.add(error);
  const own = readableStack(String(error.stack ?? `${error.name}: ${error.message}`), { source: true });
  for (const inner of error instanceof AggregateError ? error.errors : []) own.push(...because('one of its errors', inner, seen));
  if (error.cause !== undefined) own.push(...because('caused by', error.cause, seen));
  return own;
}

function because(how: string, value: unknown, seen: Set<unknown>): string[] {
  if (seen.has(value)) return [`  [${how}: see above]`];
  const shown = isError(value) ? lines(value, seen) : [textOf(value)];
  return shown.map((line, i) => (i === 0 ? `  [${how}] ${line}` : `  ${line}`));
}

import { inspect } from 'node:util';
import type { MimeBundle, ShowTable } from '../cell.js';
import { tabular } from './tabular.js';

/** A value with this method shows itself: it returns a MIME bundle, or a promise of one. */
export const displaySymbol = Symbol.for('Jupyter.display');

const limits = { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100 };

let showTable: ShowTable | undefined;
/** Whoever knows how tables look lends it; until then they are shown as text. */
export const lendTables = (lent: ShowTable | undefined): void => void (showTable = lent);

/** A value as a front end shows it; a promise only where the value shows itself by one. */
export function show(value: unknown): MimeBundle | Promise<MimeBundle> {
  const method = ownDisplay(value);
  if (method) {
    const bundle = method.call(value);
    return bundle instanceof Promise ? bundle.then(plain) : plain(bundle as MimeBundle);
  }
  const table = safely(() => {
    const rows = showTable && tabular(value);
    return rows && showTable!(rows);
  });
  return { ...table, 'text/plain': textOf(value) };
}

/** Never throws, whatever the value does when it is looked at. */
function textOf(value: unknown): string {
  const plainly = { ...limits, customInspect: false };
  return safely(() => inspect(value, limits)) ?? safely(() => inspect(value, plainly)) ?? 'A value that cannot be shown.';
}

function safely<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

function ownDisplay(value: unknown): (() => unknown) | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  const method = safely(() => (value as Record<symbol, unknown>)[displaySymbol]);
  return typeof method === 'function' ? (method as () => unknown) : undefined;
}

/** Bytes become base64, as messages are JSON. */
export function plain(bundle: MimeBundle): MimeBundle {
  if (typeof bundle !== 'object' || bundle === null) {
    throw new TypeError(`Symbol.for("Jupyter.display") must return an object from MIME types to data, not ${inspect(bundle)}.`);
  }
  return Object.fromEntries(
    Object.entries(bundle).map(([mime, data]) => [mime, data instanceof Uint8Array ? Buffer.from(data).toString('base64') : data]),
  );
}

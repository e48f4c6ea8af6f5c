import { inspect } from 'node:util';
import type { MimeBundle } from '../cell.js';

/** A value with this method shows itself: it returns a MIME bundle, or a promise of one. */
export const displaySymbol = Symbol.for('Jupyter.display');

const limits = { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100 };

/** A value as a front end shows it; a promise only where the value shows itself by one. */
export function show(value: unknown): MimeBundle | Promise<MimeBundle> {
  const method = ownDisplay(value);
  if (!method) return { 'text/plain': inspect(value, limits) };
  const bundle = method.call(value);
  return bundle instanceof Promise ? bundle.then(plain) : plain(bundle as MimeBundle);
}

function ownDisplay(value: unknown): (() => unknown) | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  const method = (value as Record<symbol, unknown>)[displaySymbol];
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

import { types } from 'node:util';
import type { MimeBundle } from '../cell.js';
import { arrowTable } from './arrow.js';
import { send } from './channel.js';
import { objectsTable } from './objects.js';
import { FrameKind } from './protocol.js';
import { drawTable } from './table.js';
import { textOf } from './text.js';
import { describeThrown } from './thrown.js';

/** A value with this method shows itself: it returns a MIME bundle, or a promise of one. */
export const displaySymbol = Symbol.for('Jupyter.display');

/**
 * A value as a front end shows it, always with `text/plain`; a promise only where the value shows itself by one. Fails never:
 * what goes wrong in showing is reported, and the value is shown as text.
 */
export function show(value: unknown): MimeBundle | Promise<MimeBundle> {
  const failed = (error: unknown): MimeBundle => {
    report(error);
    return { 'text/plain': textOf(value) };
  };
  try {
    const method = ownDisplay(value);
    if (!method) return tabular(value) ?? { 'text/plain': textOf(value, report) };
    const bundle = method.call(value) as MimeBundle | PromiseLike<MimeBundle>;
    const complete = (given: MimeBundle): MimeBundle => {
      const own = json(given);
      return 'text/plain' in own ? own : { ...own, 'text/plain': textOf(value) };
    };
    return isThenable(bundle) ? Promise.resolve(bundle).then(complete).catch(failed) : complete(bundle);
  } catch (error) {
    return failed(error);
  }
}

/** What is a table, as one; a list of objects keeps its own text, as everywhere in JavaScript. */
function tabular(value: unknown): MimeBundle | undefined {
  const objects = objectsTable(value);
  if (objects) return { ...drawTable(objects), 'text/plain': textOf(value) };
  const arrow = arrowTable(value);
  return arrow && drawTable(arrow);
}

const report = (error: unknown): void => send(FrameKind.stderr, `The value could not be shown as it wants to be: ${describeThrown(error).traceback.join('\n')}\n`);

const isThenable = (value: unknown): value is PromiseLike<MimeBundle> => typeof (value as { then?: unknown } | null | undefined)?.then === 'function';

function ownDisplay(value: unknown): (() => unknown) | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  // A proxy may claim to have whatever it is asked for, or be revoked.
  if (types.isProxy(value) && !claims(value)) return undefined;
  const method = (value as Record<symbol, unknown>)[displaySymbol];
  return typeof method === 'function' ? (method as () => unknown) : undefined;
}

function claims(proxy: object): boolean {
  try {
    return displaySymbol in proxy;
  } catch {
    return false;
  }
}

/** Bytes become base64, as messages are JSON. */
export function plain(bundle: MimeBundle): MimeBundle {
  if (typeof bundle !== 'object' || bundle === null) throw new TypeError(`A MIME bundle is an object from MIME types to data, not ${textOf(bundle)}.`);
  return Object.fromEntries(
    Object.entries(bundle).map(([mime, data]) => [mime, data instanceof Uint8Array ? Buffer.from(data).toString('base64') : data]),
  );
}

/** What a value says of itself is made JSON here, where a failure can still be reported. */
const json = (bundle: MimeBundle): MimeBundle =>
  Object.fromEntries(
    Object.entries(plain(bundle)).flatMap(([mime, data]) => {
      const text = typeof data === 'string' ? undefined : JSON.stringify(data);
      return typeof data === 'string' ? [[mime, data]] : text === undefined ? [] : [[mime, JSON.parse(text) as unknown]];
    }),
  );

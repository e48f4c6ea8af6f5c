/**
 * Which cell the running code belongs to: the one that began it, in promises and timers however late. AsyncLocalStorage would
 * know too, but before Node 24 it turns on checks that end the process where a loop behind an `await` is interrupted.
 */
import { promiseHooks } from 'node:v8';

let last = 0;
/** 0 where nothing is known, as in the callback of a socket. */
let active = 0;

/** The cell that the running code belongs to, else the last one. */
export const cell = (): number => active || last;

/** The cell that runs, else the last one. */
export const lastCell = (): number => last;

export function inCell<T>(id: number, body: () => T): T {
  last = active = id;
  try {
    return body();
  } finally {
    active = 0;
  }
}

const Itself = function (value: object): object {
  return value;
} as unknown as new (value: object) => object;

/** Writes the cell on a promise, as a private field: nobody sees it, and it costs less than a WeakMap by far. */
class Owned extends Itself {
  readonly #cell = cell();
  static cell(promise: object): number {
    return #cell in promise ? (promise as Owned).#cell : 0;
  }
}

export const cellOfPromise = (promise: object): number => Owned.cell(promise) || last;

/** From now on promises, timers and microtasks know their cell. */
export function followCells(): void {
  promiseHooks.createHook({
    init: (promise) => void new Owned(promise),
    before: (promise) => void (active = Owned.cell(promise)),
    after: () => void (active = 0),
  });
  for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'] as const) {
    const start = globalThis[name] as (callback: unknown, ...rest: unknown[]) => unknown;
    const following = (callback: unknown, ...rest: unknown[]): unknown => start(typeof callback === 'function' ? owned(callback as Callback) : callback, ...rest);
    // `promisify` knows timers by a property of theirs.
    Object.defineProperties(following, Object.getOwnPropertyDescriptors(start));
    Object.defineProperty(globalThis, name, { value: following, writable: true, configurable: true, enumerable: true });
  }
}

type Callback = (this: unknown, ...args: unknown[]) => void;

/** What it throws is reported before its cell is forgotten. */
function owned(callback: Callback): Callback {
  const owner = cell();
  return function (...args) {
    active = owner;
    callback.apply(this, args);
    active = 0;
  };
}

/** An error that ended a callback was reported. */
export const forgetCell = (): void => void (active = 0);

import { randomUUID } from 'node:crypto';
import type { CellIO, MimeBundle } from '../cell.js';
import { answer, send } from './channel.js';
import { cell as cellNow, lastCell } from './ownership.js';
import { FrameKind } from './protocol.js';
import { plain, show } from './show.js';

// A front end keeps display ids over restarts of a kernel, so they must differ between processes.
const prefix = randomUUID().slice(0, 8);
let displays = 0;
const nextId = (): string => `${prefix}-${++displays}`;

function sendDisplay(kind: FrameKind, bundle: MimeBundle, { id, metadata = {}, cell }: { id?: string; metadata?: object | undefined; cell?: number }): void {
  send(kind, JSON.stringify({ data: plain(bundle), metadata, transient: id === undefined ? {} : { display_id: id } }), cell);
}

/** One place in the outputs of `cell`, filled by the first bundle and replaced by every later one. */
export class Display {
  #shown: boolean;

  /** `isShown`: the place is filled already. */
  constructor(
    private readonly cell = cellNow(),
    readonly id = nextId(),
    isShown = false,
  ) {
    this.#shown = isShown;
  }

  put(bundle: MimeBundle, metadata?: object): void {
    const { id } = this;
    // An update finds its place by id; clients that wait for one cell only hear what that cell sends.
    if (this.#shown) sendDisplay(FrameKind.updateDisplayData, bundle, { id, metadata, cell: lastCell() });
    else sendDisplay(FrameKind.displayData, bundle, { id, metadata, cell: this.cell });
    this.#shown = true;
  }
}

/** Shows a bundle for good. */
export const showOnce = (bundle: MimeBundle): void => sendDisplay(FrameKind.displayData, bundle, {});

const clear = (wait: boolean, cell?: number): void => send(FrameKind.clearOutput, JSON.stringify({ wait }), cell);

/** What a magic of the cell that runs now writes to. */
export function cellIO(signal: AbortSignal): CellIO {
  const cell = cellNow();
  return {
    signal,
    write: (stream, text) => send(FrameKind[stream], text, cell),
    display: (bundle) => {
      const display = new Display(cell);
      display.put(bundle);
      return { update: (next) => display.put(next) };
    },
    page: (bundle) => sendPage(bundle, cell),
    clear: (wait = false) => clear(wait, cell),
  };
}

function sendPage(bundle: MimeBundle, cell: number): void {
  answer({ type: 'page', id: cell, data: plain(bundle) });
}

const pending = new Set<Promise<void>>();

/** Resolves when every value that {@link displayValue} was given is shown; rejects with the first that could not be. */
export async function allDisplayed(): Promise<void> {
  const waiting = [...pending];
  pending.clear();
  await Promise.all(waiting);
}

interface ShowOptions {
  /** The value is a MIME bundle: it is shown as it stands. */
  readonly raw?: boolean;
  /** By MIME type, for the front end: `{ 'image/png': { width: 200 } }`. */
  readonly metadata?: object;
}

interface DisplayOptions extends ShowOptions {
  /** Names the place, so that other cells can replace what it shows. */
  readonly displayId?: string;
  /** Replaces what `displayId` names, and adds no output. */
  readonly update?: boolean;
}

/** What `display` returns: the place where it showed a value. */
export class DisplayHandle {
  readonly #display: Display;
  #last: Promise<void> | undefined;

  constructor(display: Display) {
    this.#display = display;
  }

  /** Asks no proxy. */
  static is(value: unknown): boolean {
    return typeof value === 'object' && value !== null && #display in value;
  }

  get displayId(): string {
    return this.#display.id;
  }

  update(value: unknown, { raw = false, metadata }: ShowOptions = {}): void {
    const bundle = raw ? (value as MimeBundle) : show(value);
    // What is there already is shown at once, in order with what is printed.
    if (!this.#last && !(bundle instanceof Promise)) return this.#display.put(bundle, metadata);
    const before = this.#last;
    this.#last = (async () => {
      await before;
      this.#display.put(await bundle, metadata);
    })();
    this.#last.catch(() => undefined);
    pending.add(this.#last);
  }
}

/** The global `display(value)`: shows a value as the last one of a cell is shown, and returns a handle that replaces it. */
export function displayValue(value: unknown, { displayId, update = false, ...options }: DisplayOptions = {}): DisplayHandle {
  if (update && displayId === undefined) throw new TypeError('display(value, { update: true }) replaces what a displayId names: give one.');
  const handle = new DisplayHandle(new Display(undefined, displayId, update));
  handle.update(value, options);
  return handle;
}

/** The global `display.page(value)`: shows a value in the front end's pager, which is no part of the notebook. */
displayValue.page = (value: unknown): void => {
  const cell = cellNow();
  const bundle = typeof value === 'string' ? { 'text/plain': value } : show(value);
  if (!(bundle instanceof Promise)) return sendPage(bundle, cell);
  const sent = bundle.then((data) => sendPage(data, cell));
  sent.catch(() => undefined);
  pending.add(sent);
};

/** The global `clearOutput()`: removes what the cell has shown so far. */
export const clearOutput = ({ wait = false }: { readonly wait?: boolean } = {}): void => clear(wait);

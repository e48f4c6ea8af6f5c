import { randomUUID } from 'node:crypto';
import type { CellIO, MimeBundle } from '../cell.js';
import { answer, current, send } from './channel.js';
import { FrameKind } from './protocol.js';
import { plain, show } from './show.js';

// A front end keeps display ids over restarts of a kernel, so they must differ between processes.
const prefix = randomUUID().slice(0, 8);
let displays = 0;
const nextId = (): string => `${prefix}-${++displays}`;

function sendDisplay(kind: FrameKind, bundle: MimeBundle, id: string | undefined, cell: number): void {
  send(kind, JSON.stringify({ data: plain(bundle), metadata: {}, transient: id === undefined ? {} : { display_id: id } }), cell);
}

/** One place in the outputs of `cell`, filled by the first bundle and replaced by every later one. */
export class Display {
  readonly #id = nextId();
  #shown = false;

  constructor(private readonly cell = current.cell) {}

  put(bundle: MimeBundle): void {
    // An update finds its place by id; clients that wait for one cell only hear what that cell sends.
    if (this.#shown) sendDisplay(FrameKind.updateDisplayData, bundle, this.#id, current.cell);
    else sendDisplay(FrameKind.displayData, bundle, this.#id, this.cell);
    this.#shown = true;
  }
}

/** Shows a bundle for good. */
export const showOnce = (bundle: MimeBundle): void => sendDisplay(FrameKind.displayData, bundle, undefined, current.cell);

/** What a magic of the cell that runs now writes to. */
export function cellIO(signal: AbortSignal): CellIO {
  const { cell } = current;
  return {
    signal,
    write: (stream, text) => send(FrameKind[stream], text, cell),
    display: (bundle) => {
      const display = new Display(cell);
      display.put(bundle);
      return { update: (next) => display.put(next) };
    },
    page: (bundle) => sendPage(bundle, cell),
    clear: (wait = false) => send(FrameKind.clearOutput, JSON.stringify({ wait }), cell),
  };
}

/** The global `clearOutput()`: takes away what the cell has shown so far; with `wait`, when it shows something new. */
export const clearOutput = ({ wait = false }: { wait?: boolean } = {}): void => send(FrameKind.clearOutput, JSON.stringify({ wait }));

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

/** The global `display(value)`: shows a value as the last one of a cell is shown, and returns a handle that replaces it. */
export function displayValue(value: unknown): { update(value: unknown): void } {
  const display = new Display();
  let last: Promise<void> | undefined;
  const update = (next: unknown): void => {
    const bundle = show(next);
    // What is there already is shown at once, in order with what is printed.
    if (!last && !(bundle instanceof Promise)) return display.put(bundle);
    const before = last;
    last = (async () => {
      await before;
      display.put(await bundle);
    })();
    last.catch(() => undefined);
    pending.add(last);
  };
  update(value);
  return { update };
}

/** The global `display.page(value)`: shows a value in the front end's pager, which is no part of the notebook. */
displayValue.page = (value: unknown): void => {
  const { cell } = current;
  const bundle = typeof value === 'string' ? { 'text/plain': value } : show(value);
  if (!(bundle instanceof Promise)) return sendPage(bundle, cell);
  const sent = bundle.then((data) => sendPage(data, cell));
  sent.catch(() => undefined);
  pending.add(sent);
};

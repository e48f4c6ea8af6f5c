import { StringDecoder } from 'node:string_decoder';
import type { CellOutput, MimeBundle, NotebookHost, Outcome } from '../cell.js';
import { answer, diversion } from './channel.js';
import { cellIO } from './display.js';
import { importFrom } from './modules.js';
import { FrameKind, type NotebookRequest, type Order } from './protocol.js';
import { show } from './show.js';

type End = Parameters<NotebookHost['atEnd']>[0];

/** What a cell has to do at its end. */
export class CellEnd {
  #ends: End[] = [];

  add(end: End): void {
    this.#ends.push(end);
  }

  /** Does it, once, and says what the cell came to then. */
  async reach(outcome: Outcome): Promise<Outcome> {
    let last = outcome;
    for (let end; (end = this.#ends.pop()); ) {
      try {
        last = await end(last);
      } catch (thrown) {
        last = { thrown };
      }
    }
    diversion.take = undefined;
    return last;
  }
}

const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
let requests = 0;

function request<T>(request: NotebookRequest): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const count = ++requests;
    waiting.set(count, { resolve: resolve as (value: unknown) => void, reject });
    answer({ type: 'request', count, request });
  });
}

/** The kernel process has answered. */
export function responded(order: Order & { type: 'response' }): void {
  const asker = waiting.get(order.count);
  waiting.delete(order.count);
  if ('error' in order) asker?.reject(new Error(order.error));
  else asker?.resolve(order.value);
}

/** What magics may ask of the notebook; `cellEnd` is that of the cell that runs now. */
export const notebookHost = (cellEnd: () => CellEnd | undefined): NotebookHost => ({
  atEnd: (end) => cellEnd()?.add(end),
  redirect,
  outputs: () => cellIO(new AbortController().signal),
  show,
  names: () => request({ about: 'names' }),
  inspect: (code) => request({ about: 'inspect', code }),
  typecheck: (mode) => request({ about: 'typecheck', ...(mode && { mode }) }),
  setFolder: (path) => {
    importFrom(path);
    return request({ about: 'setFolder', path });
  },
  restart: () => request({ about: 'restart' }),
});

function redirect(take: (output: CellOutput) => boolean): () => void {
  // A character may be written in two pieces.
  const decoders = { stdout: new StringDecoder(), stderr: new StringDecoder() };
  const takeFrame = (kind: FrameKind, payload: string | Uint8Array): boolean => take(outputOf(kind, payload, (stream, bytes) => decoders[stream].write(bytes)));
  diversion.take = takeFrame;
  return () => {
    if (diversion.take === takeFrame) diversion.take = undefined;
  };
}

function outputOf(kind: FrameKind, payload: string | Uint8Array, decode: (stream: 'stdout' | 'stderr', bytes: Buffer) => string): CellOutput {
  if (kind === FrameKind.stdout || kind === FrameKind.stderr) {
    const name = kind === FrameKind.stdout ? 'stdout' : 'stderr';
    return { type: 'stream', name, text: typeof payload === 'string' ? payload : decode(name, Buffer.from(payload)) };
  }
  const content = JSON.parse(String(payload)) as { data: MimeBundle; transient: { display_id?: string }; wait: boolean };
  if (kind === FrameKind.clearOutput) return { type: 'clear', wait: content.wait };
  const id = content.transient.display_id;
  return { type: kind === FrameKind.displayData ? 'display' : 'update', ...(id !== undefined && { id }), data: content.data };
}

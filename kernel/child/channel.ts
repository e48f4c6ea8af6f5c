import { writeSync } from 'node:fs';
import { cell, lastCell } from './ownership.js';
import { descriptors, frameHead, FrameKind, type Answer } from './protocol.js';

/** Is asked first for outputs; what it takes does not reach the kernel process. */
export const diversion: { take: ((kind: FrameKind, payload: string | Uint8Array) => boolean) | undefined } = { take: undefined };

const nap = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes one frame and returns when the kernel process has room for it: a printing loop cannot pile up memory, and nothing
 * is lost when this process dies.
 */
export function send(kind: FrameKind, payload: string | Uint8Array, to = cell()): void {
  if (diversion.take && kind !== FrameKind.answer && to === lastCell() && diversion.take(kind, payload)) return;
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const head = Buffer.allocUnsafe(frameHead);
  head.writeUInt32LE(body.length, 0);
  head[4] = kind;
  head.writeUInt32LE(to, 5);
  // A large payload is not copied once more for its head.
  for (const part of body.length < smallest ? [Buffer.concat([head, body])] : [head, body]) write(part);
}

/** From here on a second call costs less than a copy. */
const smallest = 16 * 1024;

function write(bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(descriptors.out, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(nap, 0, 0, 1);
    }
  }
}

export const answer = (message: Answer): void => send(FrameKind.answer, JSON.stringify(message));

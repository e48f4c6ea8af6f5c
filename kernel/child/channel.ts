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
  const length = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length;
  const frame = Buffer.allocUnsafe(frameHead + length);
  frame.writeUInt32LE(length, 0);
  frame[4] = kind;
  frame.writeUInt32LE(to, 5);
  if (typeof payload === 'string') frame.write(payload, frameHead);
  else frame.set(payload, frameHead);
  for (let written = 0; written < frame.length; ) {
    try {
      written += writeSync(descriptors.out, frame, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(nap, 0, 0, 1);
    }
  }
}

export const answer = (message: Answer): void => send(FrameKind.answer, JSON.stringify(message));

import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { send } from './channel.js';
import { FrameKind } from './protocol.js';

type Write = NodeJS.WriteStream['write'];

const writer = (kind: FrameKind): Write =>
  ((chunk: string | Uint8Array, encoding?: BufferEncoding | (() => void), done?: () => void) => {
    const coded = typeof chunk === 'string' && typeof encoding === 'string' && encoding !== 'utf8' && encoding !== 'utf-8';
    send(kind, coded ? Buffer.from(chunk, encoding) : chunk);
    const callback = typeof encoding === 'function' ? encoding : done;
    if (callback) process.nextTick(callback);
    return true;
  }) as Write;

/** Sends what the program prints through the channel of results, so that it stays in order and is complete before its cell ends. */
export function captureOutput(): void {
  const streams = { stdout: writer(FrameKind.stdout), stderr: writer(FrameKind.stderr) };
  const sink = (write: Write): Writable => Object.assign(new Writable(), { write });
  // Node's own console also feeds the inspector, which would keep the last thousand messages' arguments alive.
  const own = new Console({ stdout: sink(streams.stdout), stderr: sink(streams.stderr), ignoreErrors: false });
  // As in a browser it empties the place that the program prints to.
  const clear = (): void => send(FrameKind.clearOutput, JSON.stringify({ wait: false }));
  globalThis.console = Object.assign(own, { Console, clear });

  for (const [name, write] of Object.entries(streams) as ['stdout' | 'stderr', Write][]) {
    // The stream itself is made when it is first asked for: most cells only use the console.
    const make = Object.getOwnPropertyDescriptor(process, name)!.get!;
    let stream: NodeJS.WriteStream | undefined;
    Object.defineProperty(process, name, {
      configurable: true,
      enumerable: true,
      get: () => (stream ??= Object.assign(make.call(process) as NodeJS.WriteStream, { write })),
    });
  }
}

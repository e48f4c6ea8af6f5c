import { spawn, type ChildProcess as NodeProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { descriptors, frameHead, FrameKind, type Answer, type InputAnswer, type Order } from './child/protocol.js';

export interface ChildEvents {
  frame(kind: FrameKind, payload: Buffer, cell: number): void;
  answer(answer: Answer): void;
  /** What native code and processes of the user's wrote past the program's own streams. */
  native(stream: 'stdout' | 'stderr', bytes: Buffer): void;
  /** `reason` completes the sentence "The process that runs cells …". */
  died(reason: string): void;
}

/** Node's own words on the child's standard error, of no use to whom reads a notebook. */
const noise = /^(?:Debugger (?:attached|ending|listening)|Waiting for the debugger|For help, see: https:\/\/nodejs)/;

/** The process that runs cells, as the kernel process sees it. */
export class ChildProcess {
  readonly #process: NodeProcess;
  readonly #out: Readable;
  /** The beginning of a frame, or of its head. */
  #rest: { readonly bytes: Buffer; filled: number } | undefined;
  #pings = 0;
  #pong: { readonly count: number; readonly resolve: () => void } | undefined;
  #ended = false;
  #outOfMemory = false;
  #nativeChunks = 0;

  constructor(
    private readonly events: ChildEvents,
    handler: string | undefined,
  ) {
    const flags = [
      // Without this a loop in a timer cannot be terminated: Node ends the process instead.
      '--no-force-async-hooks-checks',
      '--disable-warning=ExperimentalWarning',
      // `import.meta.resolve` of a cell starts in the notebook's folder.
      '--experimental-import-meta-resolve',
    ];
    const entry = fileURLToPath(new URL('./child/main.js', import.meta.url));
    this.#process = spawn(process.execPath, [...flags, entry, handler ?? ''], {
      // A group of its own, with all that the program starts and does not detach.
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    this.#out = this.#process.stdio[descriptors.out] as Readable;
    this.#out.on('data', (chunk: Buffer) => this.#read(chunk));
    for (const name of ['stdout', 'stderr'] as const) {
      this.#process[name]!.on('data', (bytes: Buffer) => {
        this.#nativeChunks++;
        if (name === 'stderr' && noise.test(bytes.toString())) return;
        if (name === 'stderr' && bytes.includes('heap out of memory')) this.#outOfMemory = true;
        events.native(name, bytes);
      });
    }
    // Writing to a process that just died is reported by its exit.
    for (const stream of this.#process.stdio) stream?.on('error', () => undefined);
    this.#process.on('exit', (code, signal) => this.#exited(code, signal));
    this.#process.on('error', (error) => this.#died(`could not be started: ${error.message}`));
  }

  send(order: Order): void {
    this.#write(descriptors.orders, `${JSON.stringify(order)}\n`);
  }

  /** Ends what `cell` runs; unless `force`, only if the program's thread took no notice of the interrupt. */
  terminate(cell: number, force: boolean): void {
    this.#write(descriptors.agent, `${force ? 'f' : 't'}${cell}\n`);
  }

  /** Brings the program what its user said, even while its thread waits for nothing else. */
  tell(answer: InputAnswer): void {
    this.#write(descriptors.agent, `a${JSON.stringify(answer)}\n`);
  }

  /**
   * Resolves when the program's thread answers: a termination that came too late ends whatever that thread does next, which
   * then is one of these pings and not the next cell.
   */
  responsive(): Promise<void> {
    return new Promise((resolve) => {
      const count = ++this.#pings;
      const ask = (): void => this.send({ type: 'ping', count });
      const again = setInterval(ask, 100);
      this.#pong = {
        count,
        resolve: () => {
          clearInterval(again);
          this.#pong = undefined;
          resolve();
        },
      };
      ask();
    });
  }

  /** Resolves when what was written past the program's own streams so far is read: it comes by other pipes than the results. */
  async nativeOutput(): Promise<void> {
    let seen: number;
    do {
      seen = this.#nativeChunks;
      // One turn of the event loop reads what is there, a chunk of each pipe.
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.#nativeChunks > seen);
  }

  /** Stops and resumes reading outputs; the program then waits in its next one. */
  set paused(value: boolean) {
    if (value) this.#out.pause();
    else this.#out.resume();
  }

  /** Interrupts the processes that the program waits for, as Ctrl-C in a terminal does. */
  interruptProcesses(): void {
    this.#signalGroup('SIGINT');
  }

  /** Ends the process, and what it started. */
  kill(): void {
    this.#signalGroup('SIGKILL');
    this.#process.kill('SIGKILL');
  }

  /** Ends the process without a report. */
  dispose(): void {
    this.#ended = true;
    this.#pong?.resolve();
    this.kill();
  }

  #signalGroup(signal: NodeJS.Signals): void {
    try {
      if (this.#process.pid !== undefined) process.kill(-this.#process.pid, signal);
    } catch {
      // Nobody is left in it.
    }
  }

  #write(descriptor: number, text: string): void {
    (this.#process.stdio[descriptor] as Writable).write(text);
  }

  #read(chunk: Buffer): void {
    let at = 0;
    while (this.#rest) {
      const { bytes, filled } = this.#rest;
      const taken = chunk.copy(bytes, filled, at);
      at += taken;
      this.#rest.filled += taken;
      if (this.#rest.filled < bytes.length) return;
      this.#rest = undefined;
      this.#take(bytes, 0);
    }
    this.#take(chunk, at);
  }

  /** Hands on the whole frames from `at` on; what is missing of the last one is put behind it as it comes. */
  #take(data: Buffer, at: number): void {
    while (data.length - at >= frameHead) {
      const end = at + frameHead + data.readUInt32LE(at);
      if (data.length < end) break;
      this.#frame(data[at + 4]!, data.subarray(at + frameHead, end), data.readUInt32LE(at + 5));
      at = end;
    }
    if (at === data.length) return;
    const bytes = Buffer.allocUnsafeSlow(frameHead + (data.length - at < frameHead ? 0 : data.readUInt32LE(at)));
    this.#rest = { bytes, filled: data.copy(bytes, 0, at) };
  }

  #frame(kind: FrameKind, payload: Buffer, cell: number): void {
    if (kind !== FrameKind.answer) return this.events.frame(kind, payload, cell);
    const answer = JSON.parse(payload.toString()) as Answer;
    if (answer.type !== 'pong') this.events.answer(answer);
    else if (answer.count === this.#pong?.count) this.#pong.resolve();
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    this.#signalGroup('SIGKILL');
    const reason = this.#outOfMemory
      ? 'ran out of memory'
      : signal !== null
        ? `was ended by ${signal}`
        : `ended with exit code ${code}`;
    // Its last outputs may still be in the pipe; a process that it left behind can hold the pipe open.
    const report = (): void => this.#died(reason);
    if (this.#out.closed || this.#out.readableEnded) return report();
    this.#out.once('close', report);
    setTimeout(report, 300);
  }

  #died(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#pong?.resolve();
    this.events.died(reason);
  }
}

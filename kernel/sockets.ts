import * as zmq from 'zeromq';
import type { ConnectionInfo } from './messages.js';
import type { Json } from './wire.js';

/** Sends one message after the other: ZeroMQ refuses a second send while the first one waits, and would lose it. */
export class OrderedSender {
  #queue: Json[][] = [];
  #bytes = 0;
  #sending = false;
  #waiting: (() => void)[] = [];

  constructor(private readonly socket: { send(frames: Json[]): Promise<void> }) {}

  /** Bytes that wait to be sent. */
  get pendingBytes(): number {
    return this.#bytes;
  }

  send(frames: Json[]): void {
    this.#queue.push(frames);
    this.#bytes += size(frames);
    if (!this.#sending) void this.#pump();
  }

  /** Resolves when nothing waits any more. */
  drained(): Promise<void> {
    return this.#sending ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve();
  }

  async #pump(): Promise<void> {
    this.#sending = true;
    for (let frames; (frames = this.#queue.shift()); ) {
      // A client that went away is no reason to keep its message, or to hold up the others'.
      await this.socket.send(frames).catch(() => undefined);
      this.#bytes -= size(frames);
    }
    this.#sending = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

const size = (frames: readonly Json[]): number => frames.reduce((sum, frame) => sum + frame.length, 0);

/** Messages of output that wait in ZeroMQ for one client before all wait for it. */
const outputMark = 100;
/** A client that takes no output for so long is waited for no more. */
const stallMs = 10_000;

export type ReplyChannel = 'shell' | 'control';
export type RequestChannel = ReplyChannel | 'stdin';

/** The five bound sockets of a kernel. */
export class Sockets {
  readonly #options = { linger: 1000, sendHighWaterMark: 0, receiveHighWaterMark: 0 };
  readonly #shell = new zmq.Router(this.#options);
  readonly #control = new zmq.Router(this.#options);
  readonly #stdin = new zmq.Router({ ...this.#options, mandatory: true });
  readonly #heartbeat = new zmq.Router(this.#options);
  readonly #iopub = new zmq.XPublisher({ ...this.#options, sendHighWaterMark: outputMark, noDrop: true, verbosity: 'allSubs' });
  #stalled = false;

  readonly shell = new OrderedSender(this.#shell);
  readonly control = new OrderedSender(this.#control);
  readonly iopub = new OrderedSender({ send: (frames) => this.#publish(frames) });
  readonly #echo = new OrderedSender(this.#heartbeat);

  #subscribe: () => void = () => undefined;
  /** Resolves when the first client subscribes to outputs. */
  readonly subscribed = new Promise<void>((resolve) => (this.#subscribe = resolve));

  async bind({ transport, ip, ...ports }: ConnectionInfo): Promise<void> {
    const separator = transport === 'ipc' ? '-' : ':';
    const at = (port: number): string => `${transport}://${ip}${separator}${port}`;
    await Promise.all([
      this.#shell.bind(at(ports.shell_port)),
      this.#control.bind(at(ports.control_port)),
      this.#stdin.bind(at(ports.stdin_port)),
      this.#iopub.bind(at(ports.iopub_port)),
      this.#heartbeat.bind(at(ports.hb_port)),
    ]);
  }

  /** Hands every message to `receive` until the sockets close, and what clients subscribe to on iopub to `welcome`. */
  listen(receive: (channel: RequestChannel, frames: Buffer[]) => void, welcome: (subscription: Buffer) => void): void {
    const loop = async (socket: AsyncIterable<Buffer[]>, take: (frames: Buffer[]) => void): Promise<void> => {
      for await (const frames of socket) take(frames);
    };
    void loop(this.#heartbeat, (frames) => this.#echo.send(frames));
    void loop(this.#iopub, ([frame]) => {
      if (frame?.[0] !== 1) return;
      welcome(frame.subarray(1));
      this.#subscribe();
    });
    void loop(this.#shell, (frames) => receive('shell', frames));
    void loop(this.#control, (frames) => receive('control', frames));
    void loop(this.#stdin, (frames) => receive('stdin', frames));
  }

  /** Sends a request to one client; rejects where that is not there. */
  ask(frames: Json[]): Promise<void> {
    return this.#stdin.send(frames);
  }

  /** Waits for the slowest client, within reason: what waits here makes the executor stop reading outputs. */
  async #publish(frames: Json[]): Promise<void> {
    const patience = performance.now() + (this.#stalled ? 0 : stallMs);
    do {
      try {
        await this.#iopub.send(frames);
        this.#stalled = false;
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    } while (performance.now() < patience);
    // A client that stopped listening misses this; the others do not.
    this.#stalled = true;
    this.#iopub.noDrop = false;
    await this.#iopub.send(frames).finally(() => (this.#iopub.noDrop = true));
  }

  /** Sends what waits, then closes. */
  async close(): Promise<void> {
    await Promise.all([this.shell, this.control, this.iopub].map((sender) => sender.drained()));
    for (const socket of [this.#shell, this.#control, this.#stdin, this.#iopub, this.#heartbeat]) socket.close();
  }
}

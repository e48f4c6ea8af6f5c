import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as zmq from 'zeromq';
import { newConnection, writeConnectionFile } from '../../dist/kernel/client/connection.js';
import type { ConnectionInfo, Message } from '../../dist/kernel/messages.js';
import { Wire } from '../../dist/kernel/wire.js';

export type Channel = 'shell' | 'control' | 'stdin' | 'iopub';

export interface Received {
  readonly channel: Channel;
  readonly message: Message<any>;
}

/** A kernel process that is started as Jupyter starts it. */
export interface KernelProcess {
  readonly connection: ConnectionInfo;
  readonly process: ChildProcess;
  /** What it said on its standard error. */
  errors(): string;
  stop(): Promise<void>;
}

export async function startKernel({ env = {}, handler = '', ...settings }: { readonly env?: NodeJS.ProcessEnv; readonly handler?: string } & Partial<ConnectionInfo> = {}): Promise<KernelProcess> {
  const connection = { ...(await newConnection()), ...settings };
  const { folder, file } = await writeConnectionFile(connection);
  const entry = fileURLToPath(new URL('../../dist/kernel/main.js', import.meta.url));
  const kernel = spawn(process.execPath, [entry, file, handler], { env: { ...process.env, TASKLAB_HISTORY: 'off', ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  kernel.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return {
    connection,
    process: kernel,
    errors: () => errors,
    stop: async () => {
      const ended = once(kernel, 'exit');
      if (kernel.exitCode === null && kernel.signalCode === null && kernel.kill('SIGTERM')) await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Speaks to a kernel on all of its channels and keeps every message, in the order of their arrival. */
export class RawClient {
  readonly received: Received[] = [];
  readonly wire: Wire;
  readonly #sockets;
  readonly #iopub = new zmq.Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  #waiting: (() => void)[] = [];
  /** From then on it misses nothing. */
  readonly #welcomed: Promise<unknown>;

  readonly #signing: Wire;

  /** `forged` says how messages are signed that the kernel must not take. */
  constructor(
    readonly connection: ConnectionInfo,
    { topic = '', ...forged }: Partial<Pick<ConnectionInfo, 'key' | 'signature_scheme'>> & { readonly topic?: string } = {},
  ) {
    this.wire = new Wire(connection.key, connection.signature_scheme, 'tester');
    this.#signing = new Wire(forged.key ?? connection.key, forged.signature_scheme ?? connection.signature_scheme);
    // One identity for all channels, so that the kernel's questions find the one who runs the cell.
    const options = { linger: 0, routingId: this.wire.session };
    this.#sockets = { shell: new zmq.Dealer(options), control: new zmq.Dealer(options), stdin: new zmq.Dealer(options) };
    for (const [channel, socket] of Object.entries(this.#sockets)) {
      socket.connect(`tcp://${connection.ip}:${connection[`${channel}_port` as 'shell_port']}`);
      void this.#listen(channel as Channel, socket);
    }
    this.#iopub.connect(`tcp://${connection.ip}:${connection.iopub_port}`);
    this.#iopub.subscribe(topic);
    void this.#listen('iopub', this.#iopub);
    this.#welcomed = this.find(({ message }) => message.header.msg_type === 'iopub_welcome');
  }

  /** Resolves with the id of the message. */
  async send(channel: 'shell' | 'control' | 'stdin', type: string, content: object = {}, parent: object = {}): Promise<string> {
    await this.#welcomed;
    const header = this.wire.header(type);
    await this.#sockets[channel].send(this.#signing.pack(header, content, JSON.stringify(parent)));
    return header.msg_id;
  }

  /** The first message that is as wanted, now or when it comes; the test's own timeout ends the wait. */
  async find(wanted: (received: Received) => boolean): Promise<Message<any>> {
    for (;;) {
      const found = this.received.find(wanted);
      if (found) return found.message;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** All that came of a request, until its reply and its idle status are there. */
  async whole(id: string): Promise<readonly Received[]> {
    const of = ({ message }: Received): boolean => message.parent.msg_id === id;
    await this.find((one) => of(one) && one.message.header.msg_type === 'status' && one.message.content.execution_state === 'idle');
    await this.find((one) => of(one) && one.channel !== 'iopub' && one.channel !== 'stdin');
    return this.received.filter(of);
  }

  /** A request to its end; its reply. */
  async request(channel: 'shell' | 'control', type: string, content: object = {}): Promise<any> {
    const all = await this.whole(await this.send(channel, type, content));
    return all.find(({ channel }) => channel === 'shell' || channel === 'control')!.message.content;
  }

  /** A cell to its end. */
  async execute(code: string, content: object = {}): Promise<{ readonly reply: any; readonly outputs: readonly Message<any>[] }> {
    const all = await this.whole(await this.send('shell', 'execute_request', { code, ...content }));
    const outputs = all.filter(({ channel, message }) => channel === 'iopub' && !['status', 'execute_input'].includes(message.header.msg_type));
    return { reply: all.find(({ channel }) => channel === 'shell')!.message.content, outputs: outputs.map(({ message }) => message) };
  }

  /** Answers the next question of a cell. */
  async answer(cell: string, value: string): Promise<Message<any>> {
    const asked = new Set(this.#answered);
    const question = await this.find(({ channel, message }) => channel === 'stdin' && message.parent.msg_id === cell && !asked.has(message.header.msg_id));
    this.#answered.add(question.header.msg_id);
    await this.send('stdin', 'input_reply', { value }, question.header);
    return question;
  }
  readonly #answered = new Set<string>();

  close(): void {
    for (const socket of [...Object.values(this.#sockets), this.#iopub]) socket.close();
  }

  async #listen(channel: Channel, socket: AsyncIterable<Buffer[]>): Promise<void> {
    for await (const frames of socket) {
      this.received.push({ channel, message: this.wire.unpack(frames) });
      for (const look of this.#waiting.splice(0)) look();
    }
  }
}

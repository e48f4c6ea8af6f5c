import { spawn, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as zmq from 'zeromq';
import { KernelError } from '../error.js';
import type { ConnectionInfo, ExecuteReply, ExecuteRequest, LanguageInfo, Message } from '../messages.js';
import { OrderedSender } from '../sockets.js';
import { Wire } from '../wire.js';
import { newConnection, writeConnectionFile } from './connection.js';

export interface KernelClientOptions {
  /** The folder that cells run in. Default: that of this process. */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** URL of the module that shares the cells with TypeScript; empty for none. Default: tasklab's magics. */
  readonly handler?: string;
}

export interface KernelInfo {
  readonly protocol_version: string;
  readonly implementation: string;
  readonly language_info: LanguageInfo;
}

/** One cell on its way: iterate its outputs, then read its reply. */
export interface Execution extends AsyncIterable<Message> {
  /** Settles when the reply has come and the kernel said that it is idle again. */
  readonly reply: Promise<ExecuteReply>;
}

interface Waiting {
  readonly replyType: string;
  output(message: Message): void;
  reply(message: Message): void;
  idle(): void;
  fail(error: Error): void;
}

const startMs = 30_000;
const shutdownMs = 5_000;

/**
 * A kernel process and the channels to it.
 *
 * @example
 * const kernel = await KernelClient.start();
 * const cell = kernel.execute('[1, 2, 3].length');
 * for await (const message of cell) console.log(message.header.msg_type, message.content);
 * await kernel.shutdown();
 */
export class KernelClient {
  readonly #wire: Wire;
  readonly #shell = new zmq.Dealer({ linger: 0 });
  readonly #control = new zmq.Dealer({ linger: 0 });
  readonly #iopub = new zmq.Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  readonly #senders = { shell: new OrderedSender(this.#shell), control: new OrderedSender(this.#control) };
  readonly #waiting = new Map<string, Waiting>();
  readonly #exited: Promise<string>;
  #ended = false;
  #errors = '';

  private constructor(
    private readonly process: ChildProcess,
    readonly connection: ConnectionInfo,
    private readonly folder: string,
  ) {
    this.#wire = new Wire(connection.key, connection.signature_scheme, 'client');
    process.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#errors = (this.#errors + text).slice(-4000)));
    this.#exited = new Promise((resolve) => {
      process.once('error', (error) => resolve(error.message));
      process.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
    });
    void this.#exited.then((how) => this.#lost(how));
  }

  /** Starts a kernel of this installation and resolves when it answers. */
  static async start({ cwd = process.cwd(), env = process.env, handler }: KernelClientOptions = {}): Promise<KernelClient> {
    const connection = await newConnection();
    const { folder, file } = await writeConnectionFile(connection);
    const entry = fileURLToPath(new URL('../main.js', import.meta.url));
    // A group of its own: Ctrl-C in a terminal is for the client, which then interrupts and shuts down in order.
    const child = spawn(process.execPath, [entry, file, ...(handler === undefined ? [] : [handler])], { cwd, env: { TASKLAB_HISTORY: 'off', ...env }, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    const client = new KernelClient(child, connection, folder);
    try {
      await client.#connect();
    } catch (error) {
      client.kill();
      throw error;
    }
    return client;
  }

  /** Process id of the kernel. */
  get pid(): number | undefined {
    return this.process.pid;
  }

  /** Resolves with how the kernel process ended. */
  get exited(): Promise<string> {
    return this.#exited;
  }

  execute(code: string, options: Partial<Omit<ExecuteRequest, 'code'>> = {}): Execution {
    const content = { code, silent: false, store_history: !options.silent, user_expressions: {}, allow_stdin: false, stop_on_error: true, ...options };
    const outputs = new Outputs();
    const reply = this.#send('shell', 'execute_request', content, (message) => outputs.push(message));
    reply.then(
      () => outputs.end(),
      (error: Error) => outputs.end(error),
    );
    const answer = reply.then((message) => message.content as unknown as ExecuteReply);
    // Who only iterates gets the error there.
    answer.catch(() => undefined);
    return { reply: answer, [Symbol.asyncIterator]: () => outputs };
  }

  /** Any other request; resolves with the content of its reply. */
  async request(channel: 'shell' | 'control', type: string, content: object = {}): Promise<Record<string, unknown>> {
    return (await this.#send(channel, type, content)).content;
  }

  async info(): Promise<KernelInfo> {
    return (await this.request('shell', 'kernel_info_request')) as unknown as KernelInfo;
  }

  async interrupt(): Promise<void> {
    await this.request('control', 'interrupt_request');
  }

  /** Asks the kernel to end, and sees that it does. */
  async shutdown(): Promise<void> {
    if (!this.#ended) {
      this.request('control', 'shutdown_request', { restart: false }).catch(() => undefined);
      const timer = setTimeout(() => this.kill(), shutdownMs);
      await this.#exited;
      clearTimeout(timer);
    }
    await this.#close();
  }

  kill(): void {
    this.process.kill('SIGKILL');
    void this.#close();
  }

  async #connect(): Promise<void> {
    const { transport, ip, shell_port, control_port, iopub_port } = this.connection;
    this.#shell.connect(`${transport}://${ip}:${shell_port}`);
    this.#control.connect(`${transport}://${ip}:${control_port}`);
    this.#iopub.connect(`${transport}://${ip}:${iopub_port}`);
    this.#iopub.subscribe();
    void this.#listen(this.#shell, (message) => this.#waiting.get(message.parent.msg_id ?? '')?.reply(message));
    void this.#listen(this.#control, (message) => this.#waiting.get(message.parent.msg_id ?? '')?.reply(message));
    void this.#listen(this.#iopub, (message) => this.#published(message));
    // Its idle status must arrive as well: then outputs are subscribed to.
    const timeout = new Promise<never>((_, reject) =>
      setTimeout(() => reject(new KernelError('kernel/no-answer', `The kernel did not answer within ${startMs / 1000} s.`, this.#errors || undefined)), startMs).unref(),
    );
    for (let answered = false; !answered; ) {
      const attempt = this.info().then(() => true);
      // A status that was sent before the subscription arrived is lost: ask again.
      const retry = new Promise<false>((resolve) => setTimeout(() => resolve(false), 1000).unref());
      answered = await Promise.race([attempt, retry, timeout]);
      attempt.catch(() => undefined);
    }
  }

  async #listen(socket: AsyncIterable<Buffer[]>, take: (message: Message) => void): Promise<void> {
    for await (const frames of socket) take(this.#wire.unpack(frames));
  }

  #published(message: Message): void {
    const waiting = this.#waiting.get(message.parent.msg_id ?? '');
    if (message.header.msg_type !== 'status') waiting?.output(message);
    else if (message.content['execution_state'] === 'idle') waiting?.idle();
  }

  #send(channel: 'shell' | 'control', type: string, content: object, output: (message: Message) => void = () => undefined): Promise<Message> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(new KernelError('kernel/died', 'The kernel has ended.'));
      const frames = this.#wire.pack(type, content);
      const id = (JSON.parse(frames[2] as string) as { msg_id: string }).msg_id;
      let reply: Message | undefined;
      let idle = false;
      const done = (): void => {
        if (!reply || !idle) return;
        this.#waiting.delete(id);
        resolve(reply);
      };
      this.#waiting.set(id, {
        replyType: type.replace(/_request$/, '_reply'),
        output,
        reply: (message) => {
          reply = message;
          done();
        },
        idle: () => {
          idle = true;
          done();
        },
        fail: reject,
      });
      this.#senders[channel].send(frames);
    });
  }

  #lost(how: string): void {
    this.#ended = true;
    const error = new KernelError('kernel/died', `The kernel ended (${how}).`, this.#errors.trim() || undefined);
    for (const { fail } of this.#waiting.values()) fail(error);
    this.#waiting.clear();
    void this.#close();
  }

  #closing: Promise<void> | undefined;
  #close(): Promise<void> {
    return (this.#closing ??= (async () => {
      await this.#exited;
      for (const socket of [this.#shell, this.#control, this.#iopub]) socket.close();
      await rm(this.folder, { recursive: true, force: true });
    })());
  }
}

/** Messages as they come, kept until they are read. */
class Outputs implements AsyncIterator<Message> {
  readonly #messages: Message[] = [];
  #ended: { readonly error?: Error } | undefined;
  #wake: () => void = () => undefined;

  push(message: Message): void {
    this.#messages.push(message);
    this.#wake();
  }

  end(error?: Error): void {
    this.#ended = error ? { error } : {};
    this.#wake();
  }

  async next(): Promise<IteratorResult<Message>> {
    for (;;) {
      const message = this.#messages.shift();
      if (message) return { value: message, done: false };
      if (this.#ended?.error) throw this.#ended.error;
      if (this.#ended) return { value: undefined, done: true };
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

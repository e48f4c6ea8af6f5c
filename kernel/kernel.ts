import { readFileSync } from 'node:fs';
import { Executor } from './executor.js';
import { History, type HistoryRequest } from './history.js';
import type { ConnectionInfo, LanguageInfo, Message } from './messages.js';
import { Output } from './output.js';
import { Publisher } from './publisher.js';
import { savedHistory } from './savedHistory.js';
import { Sockets, type ReplyChannel, type RequestChannel } from './sockets.js';
import { Stdin } from './stdin.js';
import { toCodePoints, toUtf16 } from './textPosition.js';
import { TypeScriptReader } from './typescriptReader.js';
import { protocolVersion, Wire } from './wire.js';

const { version, dependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
  dependencies: { typescript: string };
};

export const languageInfo: LanguageInfo = {
  name: 'typescript',
  version: dependencies.typescript,
  mimetype: 'application/typescript',
  file_extension: '.ts',
  // JupyterLab knows the name by the extension that is installed with the kernel; without it the MIME type counts.
  codemirror_mode: { name: 'tasklab', mime: 'application/typescript' },
  pygments_lexer: 'typescript',
};

/** A client asks again when it sees no status beside the answer: the first one waits this long for it to subscribe. */
const subscriptionMs = 150;

/** Answers Jupyter's messages; cells run in another process, and are read in another thread. */
export class Kernel {
  readonly #sockets = new Sockets();
  readonly #history = new History(savedHistory());
  readonly #reader: TypeScriptReader;
  readonly #handler: string | undefined;
  #wire!: Wire;
  #publisher!: Publisher;
  #executor!: Executor;
  #output!: Output;
  #stdin!: Stdin;
  #connection!: ConnectionInfo;
  #ending: Promise<void> | undefined;
  /** Messages that were not signed with our key, or were none. */
  rejected = 0;

  /** `handler` is the URL of the module that shares the cells with TypeScript. */
  constructor(handler: string | undefined) {
    this.#handler = handler || undefined;
    this.#reader = new TypeScriptReader({ cwd: process.cwd(), handler: this.#handler });
  }

  async start(connection: ConnectionInfo): Promise<void> {
    this.#connection = connection;
    this.#wire = new Wire(connection.key, connection.signature_scheme);
    this.#publisher = new Publisher(this.#wire, this.#sockets);
    this.#output = new Output(this.#publisher);
    this.#stdin = new Stdin(this.#publisher);
    this.#executor = new Executor(this.#publisher, this.#output, this.#sockets.iopub, this.#stdin, this.#reader, this.#history, this.#handler);
    await this.#sockets.bind(connection);
    this.#sockets.listen(
      (channel, frames) => this.#receive(channel, frames),
      (subscription) => this.#publisher.welcome(subscription),
    );
    this.#publisher.status('starting', '{}');
    this.#executor.start();
    this.#reader.start();
  }

  interrupt(): void {
    this.#executor.interrupt();
  }

  /** Ends this process and the one that runs cells, when all that waits is sent. */
  end(): Promise<void> {
    return (this.#ending ??= (async () => {
      this.#executor?.end();
      const patience = setTimeout(() => process.exit(0), 1000);
      await this.#sockets.close();
      clearTimeout(patience);
      process.exit(0);
    })());
  }

  #receive(channel: RequestChannel, frames: Buffer[]): void {
    let message: Message;
    try {
      message = this.#wire.unpack(frames);
    } catch (error) {
      this.rejected++;
      process.stderr.write(`tasklab: a message on the ${channel} channel was rejected (${this.rejected} so far): ${(error as Error).message}\n`);
      return;
    }
    if (channel === 'stdin') return this.#stdin.take(message);
    const type = message.header.msg_type;
    if (type === 'execute_request' && channel === 'shell') return this.#executor.enqueue(message);
    void this.#answer(channel, message, type);
  }

  async #answer(channel: ReplyChannel, message: Message, type: string): Promise<void> {
    const parent = message.rawHeader;
    this.#publisher.status('busy', parent);
    const replyType = type.replace(/_request$/, '_reply');
    try {
      const content = await this.#contentOf(type, message.content, parent);
      if (content) this.#publisher.reply(channel, message, replyType, content);
    } catch (error) {
      this.#publisher.reply(channel, message, replyType, failure('kernel/request-failed', (error as Error).message));
    }
    this.#publisher.status('idle', parent);
    if (type === 'shutdown_request') return this.end();
    // This answer overtook a cell; front ends show the last status that they saw.
    const busy = this.#executor.busyWith;
    if (busy) this.#publisher.status('busy', busy);
  }

  /** Content of the reply; `undefined` for messages that have none. */
  async #contentOf(type: string, content: Record<string, unknown>, parent: string): Promise<object | undefined> {
    switch (type) {
      case 'kernel_info_request':
        return this.#info();
      case 'complete_request':
        return this.#complete(String(content['code']), Number(content['cursor_pos']));
      case 'inspect_request':
        return this.#inspect(String(content['code']), Number(content['cursor_pos']));
      case 'is_complete_request': {
        const status = await this.#reader.isComplete(String(content['code'])).catch(() => 'unknown');
        return status === 'incomplete' ? { status, indent: '' } : { status };
      }
      case 'history_request':
        return { status: 'ok', history: this.#history.answer(content as unknown as HistoryRequest) };
      case 'connect_request': {
        const { shell_port, iopub_port, stdin_port, hb_port, control_port } = this.#connection;
        return { status: 'ok', shell_port, iopub_port, stdin_port, hb_port, control_port };
      }
      case 'comm_info_request':
        return { status: 'ok', comms: {} };
      case 'comm_open':
        // No comm target is registered, and the protocol wants unknown ones closed.
        this.#publisher.publish('comm_close', { comm_id: content['comm_id'], data: {} }, parent);
        return undefined;
      case 'comm_msg':
      case 'comm_close':
        return undefined;
      case 'interrupt_request':
        this.interrupt();
        return { status: 'ok' };
      case 'shutdown_request': {
        const reply = { status: 'ok', restart: content['restart'] === true };
        this.#publisher.publish('shutdown_reply', reply, parent);
        return reply;
      }
      case 'debug_request': {
        const { ename, evalue, ...error } = failure('kernel/no-debugger', 'This kernel has no debugger.');
        return { type: 'response', seq: 0, request_seq: Number(content['seq'] ?? 0), success: false, command: String(content['command'] ?? ''), message: evalue, ename, evalue, ...error };
      }
      case 'create_subshell_request':
      case 'delete_subshell_request':
      case 'list_subshell_request':
        return failure('kernel/no-subshells', 'This kernel has no subshells: JavaScript runs one thing at a time, and completion, help and control are answered while a cell runs.');
      default:
        return type.endsWith('_request') ? failure('kernel/unknown-request', `This kernel does not answer "${type}".`) : undefined;
    }
  }

  async #info(): Promise<object> {
    await Promise.race([this.#sockets.subscribed, new Promise((resolve) => setTimeout(resolve, subscriptionMs))]);
    return {
      status: 'ok',
      protocol_version: protocolVersion,
      implementation: 'tasklab',
      implementation_version: version,
      language_info: languageInfo,
      banner: `tasklab ${version}: TypeScript on Node ${process.versions.node}`,
      help_links: [
        { text: 'TypeScript', url: 'https://www.typescriptlang.org/docs/' },
        { text: 'Node.js', url: 'https://nodejs.org/docs/latest/api/' },
      ],
      supported_features: [],
    };
  }

  async #complete(code: string, cursor: number): Promise<object> {
    const { start, end, items } = await this.#reader.complete(code, toUtf16(code, cursor));
    const range = { start: toCodePoints(code, start), end: toCodePoints(code, end) };
    return {
      status: 'ok',
      matches: items.map(({ label }) => label),
      cursor_start: range.start,
      cursor_end: range.end,
      metadata: {
        _jupyter_types_experimental: items.map(({ label, kind, detail }) => ({ ...range, text: label, type: kind, ...(detail !== undefined && { signature: detail }) })),
      },
    };
  }

  async #inspect(code: string, cursor: number): Promise<object> {
    const markdown = await this.#reader.inspect(code, toUtf16(code, cursor));
    if (markdown === undefined) return { status: 'ok', found: false, data: {}, metadata: {} };
    return { status: 'ok', found: true, data: { 'text/markdown': markdown, 'text/plain': markdown }, metadata: {} };
  }
}

const failure = (ename: string, evalue: string) => ({ status: 'error', ename, evalue, traceback: [] as string[] });

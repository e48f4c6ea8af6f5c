import type { CellError } from './cell.js';
import { FrameKind, type Answer, type CellResult, type InputQuestion, type NotebookRequest, type Thrown } from './child/protocol.js';
import { ChildProcess } from './childProcess.js';
import type { History } from './history.js';
import { Interrupt } from './interrupt.js';
import { executeRequest, type ExecuteReply, type ExecuteRequest, type Message, type Page } from './messages.js';
import { serve } from './notebookRequests.js';
import type { Output, StreamName } from './output.js';
import type { Publisher } from './publisher.js';
import type { OrderedSender } from './sockets.js';
import { refusals, type Stdin } from './stdin.js';
import type { PreparedCell } from './typescript/index.js';
import type { TypeScriptReader } from './typescriptReader.js';

/** While more than this waits to be sent, the program waits in its next output. */
const pendingOutputLimit = 16 * 1024 * 1024;
/** Outputs of cells further back go to the last cell. */
const rememberedCells = 500;
/** A front end sends "run all" as one burst: after an error its end is this long without a further cell. */
const burstMs = 5;

/** What the request of one cell becomes while it runs. */
interface Running {
  readonly id: number;
  readonly message: Message;
  readonly request: ExecuteRequest;
  readonly pages: Page[];
  settle(result: CellResult): void;
  /** It is in the process that runs cells, and no longer read by TypeScript. */
  started: boolean;
  interrupt?: Interrupt;
}

/** Runs execute requests, one after the other. */
export class Executor {
  #count = 0;
  #cells = 0;
  #queue: Message[] = [];
  #busy = false;
  #running: Running | undefined;
  #child: ChildProcess | undefined;
  #ready = false;
  #ended = false;
  #last = '{}';
  /** Header of the last request that is not silent: outputs that belong to no other go there. */
  #audible = this.#last;
  readonly #parents = new Map<number, string>();

  constructor(
    private readonly publisher: Publisher,
    private readonly output: Output,
    private readonly sender: OrderedSender,
    private readonly stdin: Stdin,
    private readonly reader: TypeScriptReader,
    private readonly history: History,
    private readonly handler: string | undefined,
  ) {}

  /** Header of the request that runs now. */
  get busyWith(): string | undefined {
    return this.#busy ? this.#last : undefined;
  }

  /** Starts the process that runs cells; the first cell does so too, only later. */
  start(): ChildProcess {
    if (this.#child) return this.#child;
    this.#ready = false;
    const child: ChildProcess = new ChildProcess(
      {
        frame: (kind, payload, cell) => this.#frame(kind, payload, cell),
        answer: (answer) => this.#answer(answer),
        native: (stream, bytes) => this.#write(stream, bytes, this.#audible, 'native '),
        died: (reason) => this.#died(reason),
      },
      this.handler,
    );
    return (this.#child = child);
  }

  enqueue(request: Message): void {
    this.#queue.push(request);
    if (!this.#busy) void this.#work();
  }

  interrupt(): void {
    const running = this.#running;
    if (!running || running.interrupt) return;
    if (running.started) {
      const child = this.start();
      // A program that waits to write cannot be stopped.
      child.paused = false;
      running.interrupt = new Interrupt(child, running.id);
    } else running.settle({ status: 'error', error: interrupted });
  }

  end(): void {
    this.#ended = true;
    this.#child?.dispose();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let request; (request = this.#queue.shift()); ) {
      const { stop_on_error: stopOnError } = executeRequest(request.content);
      this.#last = request.rawHeader;
      const reply = await this.#execute(request);
      const aborted = reply.status === 'error' && stopOnError ? await this.#burst() : [];
      this.publisher.reply('shell', request, 'execute_reply', reply);
      this.publisher.status('idle', request.rawHeader);
      for (const late of aborted) this.#abort(late);
    }
    this.#busy = false;
  }

  /** Takes the cells that were sent together with one that failed. */
  async #burst(): Promise<Message[]> {
    const aborted: Message[] = [];
    do {
      aborted.push(...this.#queue.splice(0));
      await new Promise((resolve) => setTimeout(resolve, burstMs));
    } while (this.#queue.length > 0);
    return aborted;
  }

  #abort(request: Message): void {
    this.publisher.status('busy', request.rawHeader);
    this.publisher.reply('shell', request, 'execute_reply', { status: 'aborted', execution_count: this.#count } satisfies ExecuteReply);
    this.publisher.status('idle', request.rawHeader);
  }

  async #execute(message: Message): Promise<ExecuteReply> {
    const request = executeRequest(message.content);
    const parent = message.rawHeader;
    const id = ++this.#cells;
    if (request.store_history) this.#count++;
    const count = this.#count;
    if (!request.silent) this.#audible = parent;
    this.#parents.set(id, this.#audible);
    this.#parents.delete(id - rememberedCells);

    // A cell that leaves no trace in the history takes no number; its file must not be another's.
    const file = request.store_history ? `cell-${count}.ts` : `cell-${count}-${id}.ts`;
    const pages: Page[] = [];
    // Another thread reads it while front ends are told of it.
    const coming = this.#result({ id, message, request, pages }, file, `cell[${count}]`);
    this.publisher.status('busy', parent);
    if (!request.silent) this.publisher.publish('execute_input', { code: request.code, execution_count: count }, parent);
    // Nobody sits behind a client that cannot be asked.
    if (request.store_history) this.history.add(count, request.code, request.allow_stdin);
    const result = await coming;
    this.output.flush();
    if (result.status === 'error') {
      const { own, ...thrown } = result.error;
      const error: CellError = own ? thrown : await this.reader.mapError(thrown).catch(() => thrown);
      if (!request.silent) this.publisher.publish('error', error, parent);
      return { status: 'error', execution_count: count, ...error };
    }
    if (result.data && !request.silent) {
      this.publisher.publish('execute_result', { execution_count: count, data: result.data, metadata: {} }, parent);
      const text = result.data['text/plain'];
      if (request.store_history && typeof text === 'string') this.history.addOutput(text);
    }
    return { status: 'ok', execution_count: count, user_expressions: result.expressions, payload: pages };
  }

  /** Reads the cell as TypeScript, then runs it; ends early when it is interrupted. */
  #result(cell: Pick<Running, 'id' | 'message' | 'request' | 'pages'>, file: string, name: string): Promise<CellResult> {
    const { id, message, request } = cell;
    return new Promise((resolve) => {
      const running: Running = {
        ...cell,
        started: false,
        settle: (result) => {
          if (this.#running !== running) return;
          this.#running = undefined;
          running.interrupt?.done();
          this.stdin.end(running.interrupt ? undefined : refusals.noCell);
          if (running.interrupt?.terminated && this.#child) void this.#child.responsive().then(() => resolve(result));
          else resolve(result);
        },
      };
      this.#running = running;
      const failed = (error: Error): void => running.settle({ status: 'error', error: defect(error) });
      this.reader.prepare(request.code, file).then((cell) => {
        if (this.#running !== running) return;
        if (cell.errors.length > 0) return running.settle({ status: 'error', error: allOf(cell.errors) });
        this.#warn(cell, message.rawHeader);
        running.started = true;
        this.reader.commit();
        this.start().send({ type: 'run', id, file, name, js: cell.js, expressions: request.user_expressions });
      }, failed);
    });
  }

  #warn({ warnings }: PreparedCell, parent: string): void {
    if (this.#running?.request.silent) return;
    for (const { traceback } of warnings) this.output.writeText('stderr', `${traceback.join('\n')}\n`, parent);
  }

  #frame(kind: FrameKind, payload: Buffer, cell: number): void {
    const parent = this.#parents.get(cell) ?? this.#audible;
    switch (kind) {
      case FrameKind.stdout:
        return this.#write('stdout', payload, parent, '');
      case FrameKind.stderr:
        return this.#write('stderr', payload, parent, '');
      case FrameKind.displayData:
        return this.#publish('display_data', payload, parent);
      case FrameKind.updateDisplayData:
        return this.#publish('update_display_data', payload, parent);
      case FrameKind.clearOutput:
        return this.#publish('clear_output', payload, parent);
    }
  }

  #write(stream: StreamName, bytes: Buffer, parent: string, source: string): void {
    if (this.#running?.request.silent) return;
    this.output.write(stream, bytes, parent, source);
    this.#hold();
  }

  #publish(type: string, json: Buffer, parent: string): void {
    if (this.#running?.request.silent) return;
    this.output.publish(type, json, parent);
    this.#hold();
  }

  /** Lets the program wait while clients take in what it wrote. */
  #hold(): void {
    const child = this.#child;
    if (!child || this.#running?.interrupt || this.sender.pendingBytes < pendingOutputLimit) return;
    child.paused = true;
    void this.sender.drained().then(() => (child.paused = false));
  }

  #answer(answer: Answer): void {
    switch (answer.type) {
      case 'ready':
        this.#ready = true;
        return;
      case 'context':
        return ignoreFailure(this.reader.setContext(answer.context));
      case 'input':
        return this.#ask(answer.id, answer.question);
      case 'page':
        // A pager needs a text to fall back on.
        if (this.#running?.id === answer.id) this.#running.pages.push({ source: 'page', data: { 'text/plain': '', ...answer.data }, start: 0 });
        return;
      case 'request':
        return void this.#respond(answer.count, answer.request);
      case 'patience':
        if (this.#running?.id === answer.id) this.#running.interrupt?.wait(answer.ms);
        return;
      case 'settled':
        if (this.#running?.id === answer.id) void this.#settle(this.#running, answer.result);
    }
  }

  #ask(cell: number, question: InputQuestion): void {
    const running = this.#running;
    if (running?.interrupt) return;
    const child = this.start();
    if (running?.id !== cell) return child.tell({ count: question.count, refused: refusals.noCell });
    if (!running.request.allow_stdin) return child.tell({ count: question.count, refused: refusals.notAllowed });
    // What was printed before the question explains it.
    this.output.flush();
    this.stdin.ask({ cell: running.message, question, answer: (given) => child.tell(given) });
  }

  /** Answers what a magic wants, to the process that it runs in. */
  async #respond(count: number, request: NotebookRequest): Promise<void> {
    if (request.about === 'restart') return this.#restart();
    const child = this.#child;
    try {
      child?.send({ type: 'response', count, value: await serve(request, this.reader) });
    } catch (error) {
      child?.send({ type: 'response', count, error: (error as Error).message });
    }
  }

  /** Ends the process that runs cells and what it runs now, for whom this is no failure. */
  #restart(): void {
    this.#child?.dispose();
    this.#child = undefined;
    this.#forget();
    this.start();
    this.#running?.settle({ status: 'ok', expressions: {} });
  }

  /** What was known of the process that ran the cells is no longer so. */
  #forget(): void {
    ignoreFailure(this.reader.reset());
    ignoreFailure(this.reader.setContext(undefined));
  }

  async #settle(running: Running, result: CellResult): Promise<void> {
    await this.#child?.nativeOutput();
    running.settle(result);
  }

  #died(reason: string): void {
    if (this.#ended) return;
    this.#child = undefined;
    this.#forget();
    const error = processEnded(this.#running?.interrupt ? 'did not stop when it was interrupted, and was ended' : reason);
    if (this.#running?.started) this.#running.settle({ status: 'error', error });
    else if (this.#ready) this.output.writeText('stderr', `${error.traceback.join('\n')}\n`, this.#audible);
    // One that never came up would fail again and again: the next cell tries once more.
    if (this.#ready) this.start();
  }
}

const own = (ename: string, evalue: string, hint?: string): Thrown => ({
  ename,
  evalue,
  traceback: [`error ${ename}`, evalue, ...(hint ? [`hint: ${hint}`] : [])],
  own: true,
});

const interrupted: Thrown = {
  ename: 'KeyboardInterrupt',
  evalue: 'The cell was interrupted before it ran.',
  traceback: ['KeyboardInterrupt: the cell was interrupted before it ran.'],
  own: true,
};

const processEnded = (reason: string): Thrown =>
  own('kernel/process-ended', `The process that runs cells ${reason}; its variables are lost.`, 'A fresh process runs the next cell: run the cells above again first.');

const defect = (error: Error): Thrown => {
  const [message, ...stack] = error.message.split('\n') as [string, ...string[]];
  const shown = own('kernel/reader-failed', `The cell could not be read: ${message}`, 'Run it again; restart the kernel if that does not help.');
  return { ...shown, traceback: [...shown.traceback, ...stack] };
};

/** Several mistakes as one error: the first names it, all are shown. */
function allOf(errors: readonly CellError[]): Thrown {
  const [first] = errors as [CellError];
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return { ename: first.ename, evalue: first.evalue + more, traceback: errors.flatMap((e, i) => [...(i > 0 ? [''] : []), ...e.traceback]), own: true };
}

/** For calls whose failure the next cell reports anyway. */
const ignoreFailure = (done: Promise<unknown>): void => void done.catch(() => undefined);

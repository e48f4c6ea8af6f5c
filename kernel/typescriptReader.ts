import { Worker } from 'node:worker_threads';
import type { CellError, Completions, DeclaredVariable, Typecheck } from './cell.js';
import type { PreparedCell } from './typescript/index.js';
import type { Call, Return, WorkerSettings } from './typescriptProtocol.js';

/** The TypeScript side of the kernel, in a thread of its own so that no check holds up a socket. */
export class TypeScriptReader {
  #worker: Worker | undefined;
  #calls = 0;
  #commits = false;
  #typecheck: Typecheck = 'error';
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();

  constructor(private readonly settings: WorkerSettings) {}

  prepare(code: string, file: string): Promise<PreparedCell> {
    return this.#call('prepare', code, { id: file });
  }

  /** The cell that was prepared last begins to run: its names are in scope. The thread is told with the next call, so that no cell pays for it. */
  commit(): void {
    this.#commits = true;
  }

  /** The program's variables are gone. */
  reset(): Promise<void> {
    return this.#call('reset');
  }

  complete(code: string, offset: number): Promise<Completions> {
    return this.#call('complete', code, offset);
  }

  inspect(code: string, offset: number): Promise<string | undefined> {
    return this.#call('inspect', code, offset);
  }

  isComplete(code: string): Promise<'complete' | 'incomplete' | 'invalid'> {
    return this.#call('isComplete', code);
  }

  /** Modules and their types are found from another folder. */
  setFolder(path: string): Promise<void> {
    return this.#call('setFolder', path);
  }

  setContext(context: unknown): Promise<void> {
    return this.#call('setContext', context);
  }

  /** What cells declared, with its types. */
  names(): Promise<DeclaredVariable[]> {
    return this.#call('names');
  }

  /** Changes what becomes of mistakes of types from the next cell on; what holds now. */
  async typecheck(mode = this.#typecheck): Promise<Typecheck> {
    if (mode !== this.#typecheck) await this.#call('setTypecheck', mode);
    return (this.#typecheck = mode);
  }

  /** An error at run time, its positions those of the user's text. */
  mapError(error: CellError): Promise<CellError> {
    return this.#call('mapError', error);
  }

  /** Starts the thread; anything else does so too, only later. */
  start(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./typescriptWorker.js', import.meta.url), {
      workerData: this.settings,
      // Most of what it makes it keeps: more room for what is new only makes the process larger.
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    });
    worker.on('message', (message: Return) => {
      const call = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if ('error' in message) call?.reject(new Error(message.error));
      else call?.resolve(message.value);
    });
    // A thread that ran out of memory is replaced at the next call; what it knew of earlier cells is lost.
    worker.on('error', (error) => this.#lost(error));
    worker.on('exit', (code) => this.#lost(new Error(`The thread that reads TypeScript ended with code ${code}.`)));
    return (this.#worker = worker);
  }

  async end(): Promise<void> {
    await this.#worker?.terminate();
  }

  #lost(error: Error): void {
    this.#worker = undefined;
    this.#typecheck = 'error';
    this.#commits = false;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #call<T>(method: string, ...args: readonly unknown[]): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const id = ++this.#calls;
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.start().postMessage({ id, method, args, commits: this.#commits } satisfies Call);
      this.#commits = false;
    });
  }
}

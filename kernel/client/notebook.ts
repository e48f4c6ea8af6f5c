import { cellError, type CellError } from '../cell.js';
import { KernelError } from '../error.js';
import { displayName, kernelName } from '../kernelspec.js';
import type { ExecuteReply } from '../messages.js';
import { KernelClient, type KernelClientOptions } from './kernelClient.js';
import type { Notebook, NotebookCell, NotebookOutput } from './nbformat.js';
import { CollectedOutputs } from './outputs.js';

export interface ExecuteNotebookOptions extends KernelClientOptions {
  /** Interrupts the cell that runs, then ends the kernel. */
  readonly signal?: AbortSignal;
  /** Values for a cell of their own, behind the one with the tag `parameters`, else at the top. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Goes on after a cell that failed. Default: false; a cell with the tag `raises-exception` may always fail. */
  readonly allowErrors?: boolean;
  /** Called before each cell that runs; `index` counts all cells from 0. */
  readonly onCell?: (cell: NotebookCell, index: number) => void;
  /** Called with each output as it comes, before later ones are merged into it. */
  readonly onOutput?: (output: NotebookOutput, index: number) => void;
}

/** A notebook stopped at a cell that failed; it shows as that cell's own error. */
export class NotebookCellError extends KernelError {
  override readonly name = 'NotebookCellError';
  constructor(
    /** What ran so far, the failed cell with its outputs. */
    readonly notebook: Notebook,
    /** Index of the failed cell among all cells, from 0. */
    readonly index: number,
    readonly error: CellError,
  ) {
    super('notebook/cell-failed', `Cell ${index + 1} of the notebook failed: ${error.ename}: ${error.evalue}`);
  }

  override get [cellError](): CellError {
    return this.error;
  }

  override toLines(): string[] {
    return [`error ${this.code}`, this.message, '', ...this.error.traceback];
  }
}

/** A notebook that the user stopped; `notebook` holds what ran so far. */
export class NotebookInterrupted extends KernelError {
  override readonly name = 'NotebookInterrupted';
  constructor(readonly notebook: Notebook) {
    super('notebook/interrupted', 'The notebook was interrupted.');
  }
}

/**
 * Runs all code cells of a notebook, in order, in a kernel process of its own, and returns the notebook with their outputs.
 * Nothing of the run but its outputs is written into it, so that the same notebook gives the same file.
 *
 * @example
 * const done = await executeNotebook(await readNotebook('quickstart.ipynb'), { parameters: { seed: 1 } });
 */
export async function executeNotebook(notebook: Notebook, options: ExecuteNotebookOptions = {}): Promise<Notebook> {
  const { signal } = options;
  const { parameters = {} } = options;
  const whole = Object.keys(parameters).length > 0 ? withParameters(notebook, parameters) : notebook;
  if (signal?.aborted) throw new NotebookInterrupted(whole);
  const kernel = await KernelClient.start(options);
  const interrupt = (): void => void kernel.interrupt().catch(() => undefined);
  signal?.addEventListener('abort', interrupt);
  try {
    return await run(whole, kernel, options);
  } finally {
    signal?.removeEventListener('abort', interrupt);
    await kernel.shutdown();
  }
}

async function run(notebook: Notebook, kernel: KernelClient, options: ExecuteNotebookOptions): Promise<Notebook> {
  const { language_info: language } = await kernel.info();
  const outputs = new CollectedOutputs();
  const counts = new Map<number, number | null>();
  const soFar = (): Notebook => ({
    ...notebook,
    metadata: {
      kernelspec: { name: kernelName, display_name: displayName, language: 'typescript' },
      ...notebook.metadata,
      language_info: language,
    },
    cells: notebook.cells.map((cell, i) => (counts.has(i) ? { ...cell, execution_count: counts.get(i)!, outputs: outputs.of(i) } : cell)),
  });

  for (const [index, cell] of notebook.cells.entries()) {
    if (options.signal?.aborted) throw new NotebookInterrupted(soFar());
    const tags = cell.metadata.tags ?? [];
    if (cell.cell_type !== 'code' || cell.source.trim() === '' || tags.includes('skip-execution')) continue;
    options.onCell?.(cell, index);
    counts.set(index, null);
    const mayFail = options.allowErrors === true || tags.includes('raises-exception');
    const reply = await runCell(kernel, cell, index, outputs, !mayFail, options);
    counts.set(index, reply.execution_count);
    if (options.signal?.aborted) throw new NotebookInterrupted(soFar());
    if (reply.status === 'error' && !mayFail) {
      const { ename, evalue, traceback } = reply;
      throw new NotebookCellError(soFar(), index, { ename, evalue, traceback });
    }
  }
  return soFar();
}

async function runCell(
  kernel: KernelClient,
  cell: NotebookCell,
  index: number,
  outputs: CollectedOutputs,
  stopOnError: boolean,
  { onOutput }: ExecuteNotebookOptions,
): Promise<ExecuteReply> {
  const execution = kernel.execute(cell.source, { stop_on_error: stopOnError });
  outputs.turn();
  for await (const message of execution) {
    outputs.add(index, message);
    if (onOutput) single(message, onOutput, index);
  }
  return execution.reply;
}

/** The one output that a message brings, if it brings one. */
function single(message: Parameters<CollectedOutputs['add']>[1], onOutput: (output: NotebookOutput, index: number) => void, index: number): void {
  const alone = new CollectedOutputs();
  alone.add(0, message);
  for (const output of alone.of(0)) onOutput(output, index);
}

const injected = 'injected-parameters';

/** The notebook with a cell that sets `parameters`, in place of one that an earlier run put there. */
export function withParameters(notebook: Notebook, parameters: Readonly<Record<string, unknown>>): Notebook {
  const has = (tag: string) => (cell: NotebookCell) => (cell.metadata.tags ?? []).includes(tag);
  for (const name of Object.keys(parameters)) {
    if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) continue;
    throw new KernelError('notebook/parameter-name', `"${name}" is no name for a parameter.`, 'Use letters, digits and _, not a digit first.');
  }
  const source = ['// Parameters', ...Object.entries(parameters).map(([name, value]) => `let ${name} = ${JSON.stringify(value)};`)].join('\n');
  const cell: NotebookCell = {
    cell_type: 'code',
    ...(notebook.nbformat_minor >= 5 && { id: injected }),
    metadata: { tags: [injected] },
    execution_count: null,
    outputs: [],
    source,
  };
  const cells = notebook.cells.filter((other) => !has(injected)(other));
  const place = cells.findIndex(has('parameters')) + 1;
  return { ...notebook, cells: [...cells.slice(0, place), cell, ...cells.slice(place)] };
}

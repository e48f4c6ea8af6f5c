/** The thread that reads TypeScript for the kernel process: types are checked, completed and erased here. */
import v8 from 'node:v8';
import vm from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import type { CellHandlerModule } from './cell.js';
import { TypeScriptCells } from './typescript/index.js';
import type { Call, Return, WorkerSettings } from './typescriptProtocol.js';

const { cwd, handler } = workerData as WorkerSettings;
const port = parentPort!;
const cells = new TypeScriptCells({ cwd });
const shared = handler === undefined ? undefined : (import(handler) as Promise<CellHandlerModule>);

let language: Promise<void> | undefined;
/** Loads what shares the cells when the first of them needs it, or when there is time. */
const loadLanguage = (): Promise<void> => (language ??= (async () => shared && cells.share(await (await shared).loadLanguage()))());

let firstCellIsRead: () => void;
const firstCell = new Promise<void>((resolve) => (firstCellIsRead = resolve));

/** Cells after which memory is tidied. */
const tidiedAfter = 500;
let commits = 0;

function commit(): void {
  cells.commit();
  // Behind the answer to the call that it came with.
  if (++commits % tidiedAfter === 0) setImmediate(tidy);
}

/** Left alone, V8 lets the heap grow by half before it looks for what is no longer needed. */
function tidy(): void {
  cells.renew();
  v8.setFlagsFromString('--expose-gc');
  (vm.runInNewContext('gc') as () => void)();
}

/** Calls that need no language; of the others, those whose cell is TypeScript alone. */
const alone: ReadonlySet<string> = new Set(['reset', 'mapError']);
const isAlone = async (method: string, [cell]: readonly unknown[]): Promise<boolean> => alone.has(method) || (typeof cell === 'string' && !(await shared)?.concerns(cell));

async function answer({ id, method, args, commits }: Call): Promise<void> {
  try {
    if (commits) commit();
    if (!(await isAlone(method, args))) await loadLanguage();
    const value = (cells as unknown as Record<string, (...args: readonly unknown[]) => unknown>)[method]!(...args);
    port.postMessage({ id, value } satisfies Return);
    if (method === 'prepare') firstCellIsRead();
  } catch (error) {
    port.postMessage({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies Return);
  }
}

let last = Promise.resolve();
port.on('message', (call: Call) => (last = last.then(() => answer(call))));

/** The first cell comes about now: what it does not need can wait for it, but not for ever. */
const firstCellMs = 500;

/** Does ahead, in small pieces, what some cell will need. */
async function prepareAhead(): Promise<void> {
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  await Promise.race([firstCell, new Promise((resolve) => setTimeout(resolve, firstCellMs))]);
  await loadLanguage().catch(() => undefined); // Every call that needs it reports the failure.
  for (const _ of cells.prepareAhead()) await turn();
  optimizeLater();
}

/**
 * What was done ahead is worth optimizing, cells are short: what V8 optimizes for them while a notebook is young takes the processors
 * from them, and pays late. At about four times its own threshold (Node 20: 67,584) it waits for what is run often. This holds for
 * the whole kernel process; the one that runs cells keeps V8's own.
 */
function optimizeLater(): void {
  v8.setFlagsFromString('--interrupt-budget=250000');
}
void prepareAhead();

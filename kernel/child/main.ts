/** The process that runs cells: `main.js [HANDLER_URL]`, forked by the kernel process. */
import { Socket } from 'node:net';
import { MessageChannel, Worker } from 'node:worker_threads';
import { magicFunction, type CellHandlerModule, type MagicCall, type Outcome } from '../cell.js';
import { captureOutput } from './capture.js';
import { answer, send } from './channel.js';
import { allDisplayed, clearOutput, DisplayHandle, displayValue } from './display.js';
import { Evaluator } from './evaluator.js';
import { endGroup } from './group.js';
import { Input } from './input.js';
import { Loop } from './loop.js';
import { Magics } from './magic.js';
import { cellMeta, cellRequire, importModule } from './modules.js';
import { CellEnd, notebookHost, responded } from './notebookHost.js';
import { cellOfPromise, followCells, forgetCell, inCell } from './ownership.js';
import { descriptors, FrameKind, shared, type CellResult, type Expression, type Order } from './protocol.js';
import { show } from './show.js';
import { lendTables } from './table.js';
import { describeThrown, Interrupted } from './thrown.js';

/** A magic that is asked to end gets this long to end well. */
const magicPatienceMs = 2000;

captureOutput();
followCells();
const memory = new Int32Array(new SharedArrayBuffer(4 * shared.length));
const { port1: answers, port2: answering } = new MessageChannel();
const input = new Input(memory, answers);
const evaluator = new Evaluator();
const handler = process.argv[2] || undefined;
interface Running {
  readonly id: number;
  readonly name: string;
  readonly interrupt: AbortController;
  readonly end: CellEnd;
  /** Those that run now, and whether there were any. */
  magics: number;
  hadMagics: boolean;
}
let running: Running | undefined;
const magics = new Magics(handler, { scope: (name) => evaluator.read(name), importModule, notebook: notebookHost(() => running?.end) }, (question, signal) => input.ask(question, signal));

defineGlobals();
process.on('SIGINT', () => undefined); // It is for the processes of the program that are in the same group.
process.on('uncaughtException', (error) => {
  send(FrameKind.stderr, `Uncaught ${text(error)}\n`);
  forgetCell();
});
process.on('unhandledRejection', (error, promise) => send(FrameKind.stderr, `Unhandled rejection: ${text(error)}\n`, cellOfPromise(promise)));
listen();
answer({ type: 'ready' });
const tables = loadTables();
// After the answer, as the first cell need not wait for it; an interrupt before it runs waits in the pipe.
new Worker(new URL('./agent.js', import.meta.url), { workerData: { memory, answers: answering }, transferList: [answering] }).unref();

/** What cells find beside Node's globals; names with a `$` are called by translated code only. */
function defineGlobals(): void {
  const visible = { display: displayValue, clearOutput, require: cellRequire(), ...input.globals };
  for (const [name, value] of Object.entries(visible)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }

  const magic = async (name: string, parts: readonly unknown[], meta: Omit<MagicCall, 'name' | 'parts' | 'cell'>): Promise<unknown> => {
    const cell = running;
    const signal = cell?.interrupt.signal ?? new AbortController().signal;
    if (cell) {
      cell.magics++;
      cell.hadMagics = true;
    }
    try {
      return await magics.run({ name, parts, cell: cell?.name ?? 'cell', ...meta }, signal);
    } finally {
      if (cell) cell.magics--;
    }
  };
  const folder = { __dirname: () => cellMeta.dirname, __filename: () => cellMeta.filename };
  for (const [name, get] of Object.entries(folder)) Object.defineProperty(globalThis, name, { get, configurable: true, enumerable: false });
  const internal = { $import: importModule, $meta: cellMeta, [magicFunction]: magic, $loop: new Loop(memory) };
  for (const [name, value] of Object.entries(internal)) Object.defineProperty(globalThis, name, { value, enumerable: false });
}

async function loadTables(): Promise<void> {
  if (handler !== undefined) lendTables(((await import(handler)) as CellHandlerModule).showTable);
}

function listen(): void {
  let rest = '';
  new Socket({ fd: descriptors.orders, readable: true, writable: false })
    .setEncoding('utf8')
    .on('data', (chunk: string) => {
      rest += chunk;
      for (let end; (end = rest.indexOf('\n')) >= 0; ) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 1);
        obey(JSON.parse(line) as Order);
      }
    })
    // The kernel process is gone.
    .on('close', endGroup);
}

function obey(order: Order): void {
  switch (order.type) {
    case 'run':
      return void run(order);
    case 'interrupt':
      return interrupt(order.id);
    case 'response':
      return responded(order);
    case 'ping':
      return answer({ type: 'pong', count: order.count });
  }
}

const run = (order: Order & { type: 'run' }): Promise<void> => inCell(order.id, () => runCell(order));

async function runCell({ id, file, name, js, expressions }: Order & { type: 'run' }): Promise<void> {
  const end = new CellEnd();
  running = { id, name, interrupt: new AbortController(), end, magics: 0, hadMagics: false };
  Atomics.store(memory, shared.running, id);
  await tables.catch(() => undefined);
  const result = await resultOf(await end.reach(await evaluator.run(js, file)), expressions);
  // A turn of the event loop: rejections that nobody handled are reported in it, and belong before the end of the cell.
  setImmediate(() => settle(id, result));
}

async function resultOf(outcome: Outcome, expressions: Readonly<Record<string, string>>): Promise<CellResult> {
  if ('thrown' in outcome) return { status: 'error', error: describeThrown(outcome.thrown) };
  try {
    // A handle stands for what is shown already.
    const isNews = outcome.value !== undefined && !DisplayHandle.is(outcome.value);
    const data = isNews ? await show(outcome.value) : undefined;
    await allDisplayed();
    const values: Record<string, Expression> = {};
    for (const [key, code] of Object.entries(expressions)) values[key] = await expression(code);
    return { status: 'ok', ...(data && { data }), expressions: values };
  } catch (error) {
    return { status: 'error', error: describeThrown(error) };
  }
}

async function expression(code: string): Promise<Expression> {
  const failed = (thrown: unknown): Expression => {
    const { own: _, ...error } = describeThrown(thrown);
    return { status: 'error', ...error };
  };
  const outcome = await evaluator.run(code, 'expression.ts');
  if ('thrown' in outcome) return failed(outcome.thrown);
  try {
    return { status: 'ok', data: await show(outcome.value), metadata: {} };
  } catch (error) {
    return failed(error);
  }
}

/** The first end of a cell counts: one that was interrupted may still come to another. */
function settle(id: number, result: CellResult): void {
  if (running?.id !== id) return;
  Atomics.store(memory, shared.running, 0);
  const { hadMagics } = running;
  running = undefined;
  // The next cell is read by what magics declared; all else can wait for the end of this one.
  if (hadMagics) sendContext();
  answer({ type: 'settled', id, result });
  if (!hadMagics) sendContext();
}

function sendContext(): void {
  try {
    magics.sendContext();
  } catch (error) {
    send(FrameKind.stderr, `The names for completion could not be read: ${text(error)}\n`);
  }
}

/** Comes through only while the main thread is free; the agent thread ends what does not let it through. */
function interrupt(id: number): void {
  if (running?.id !== id) return;
  Atomics.store(memory, shared.noticed, id);
  const { end } = running;
  const ended = async (): Promise<void> => {
    const thrown = new Interrupted();
    await end.reach({ thrown });
    settle(id, { status: 'error', error: describeThrown(thrown) });
  };
  running.interrupt.abort(new Interrupted());
  // A magic that the agent terminated comes to no end by itself.
  if (running.magics === 0 || Atomics.load(memory, shared.terminated) === id) return void ended();
  answer({ type: 'patience', id, ms: magicPatienceMs });
  setTimeout(() => void ended(), magicPatienceMs);
}

const text = (error: unknown): string => describeThrown(error).traceback.join('\n');

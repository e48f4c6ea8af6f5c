/**
 * Decodes parquet in a thread of its own (parquet-wasm, the Rust reader): the next rows are decoded while the latest are
 * worked on, and a broken or hostile file can bring down nothing but the thread.
 */
import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { parquetWorker, type ParquetAnswer, type ParquetRequest } from './parquetWorker.js';

/** A thread without work is kept so long for the next file: starting one costs a tenth of a second. */
const idleMs = 5000;

let idle: Worker | undefined;
let timer: NodeJS.Timeout | undefined;

/** The file's batches as Arrow IPC streams. Throws the decoder's own error, in a line. */
export async function* decodeParquet(request: ParquetRequest): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const worker = idle ?? start();
  idle = undefined;
  clearTimeout(timer);
  worker.ref();
  const answers = on(worker, 'message', { close: ['exit'] });
  let whole = false;
  try {
    worker.postMessage(request);
    for await (const [answer] of answers as AsyncIterable<[ParquetAnswer]>) {
      if ('failure' in answer) throw new Error(answer.failure.split('\n')[0]);
      whole = 'end' in answer;
      if ('end' in answer) return;
      yield answer.batch;
      worker.postMessage('next');
    }
    throw new Error('its decoder ended early');
  } catch (error) {
    // What Rust calls unreachable: a file that breaks its own promises.
    throw error instanceof Error && error.name === 'RuntimeError' ? new Error('its pages are not what its footer says', { cause: error }) : error;
  } finally {
    if (whole) rest(worker);
    else void worker.terminate();
  }
}

/** Starts the thread, so that it is there when the first file is read. */
export function warmUp(): void {
  if (!idle) rest(start());
}

function start(): Worker {
  const worker = new Worker(`(${parquetWorker.toString()})()`, { eval: true, workerData: { from: import.meta.url }, stdout: true, stderr: true, execArgv: [] });
  // Also what happens between two files.
  worker.on('error', () => end(worker));
  return worker;
}

function end(worker: Worker): void {
  if (idle === worker) idle = undefined;
  void worker.terminate();
}

/** A worker with nothing to do keeps no process alive, and gives its memory back after a while. */
function rest(worker: Worker): void {
  if (idle) return void worker.terminate();
  idle = worker;
  worker.unref();
  clearTimeout(timer);
  timer = setTimeout(() => end(worker), idleMs).unref();
}

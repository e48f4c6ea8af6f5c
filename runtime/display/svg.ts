/** Figures as SVG: plotly.js in a worker thread of its own, which starts at the first figure and ends when idle. */
import { Worker } from 'node:worker_threads';
import { svgWorker } from './svgWorker.js';

export type Drawing = { readonly svg: string } | { readonly failure: string };

const TIMEOUT_MS = 60_000;
const IDLE_MS = 30_000;

let worker: Worker | undefined;
let idle: NodeJS.Timeout | undefined;
let lastJob = 0;
const waiting = new Map<number, (drawing: Drawing) => void>();

/**
 * Draws a Plotly figure; the same figure and seed give the same text. Never throws: what prevents a drawing is said in
 * `failure`.
 */
export function drawSvg(plotly: { data: object[]; layout: object }, seed: string): Promise<Drawing> {
  return new Promise((resolve) => {
    const job = ++lastJob;
    const timer = setTimeout(() => abandon(`it took longer than ${TIMEOUT_MS / 1000} s`), TIMEOUT_MS);
    waiting.set(job, (drawing) => {
      clearTimeout(timer);
      waiting.delete(job);
      rest();
      resolve(drawing);
    });
    try {
      worker ??= start();
      clearTimeout(idle);
      worker.ref();
      worker.postMessage({ job, plotly, seed });
    } catch (error) {
      waiting.get(job)?.({ failure: messageOf(error) });
    }
  });
}

function start(): Worker {
  // The worker's own source text, so that it runs alike from the build and from the sources.
  const started = new Worker(`(${svgWorker.toString()})()`, {
    eval: true,
    workerData: { from: import.meta.url },
    stdout: true,
    stderr: true,
    execArgv: [],
  });
  started.on('message', ({ job, ...drawing }: { job: number } & Drawing) => waiting.get(job)?.(drawing));
  started.on('error', (error) => worker === started && abandon(messageOf(error)));
  started.on('exit', () => worker === started && abandon('the drawing thread ended'));
  return started;
}

/** Ends the worker; whoever waits gets the reason. */
function abandon(failure: string): void {
  const ended = worker;
  worker = undefined;
  void ended?.terminate();
  for (const settle of [...waiting.values()]) settle({ failure });
}

/** A worker with nothing to do keeps no process alive, and gives its memory back after a while. */
function rest(): void {
  if (waiting.size > 0) return;
  worker?.unref();
  clearTimeout(idle);
  idle = setTimeout(() => waiting.size === 0 && abandon('idle'), IDLE_MS).unref();
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

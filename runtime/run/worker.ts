/**
 * What every worker of ours does around its training: it reads the job, takes the run, tells what happens in
 * `events.jsonl`, and leaves either a whole result with a manifest or nothing.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../error.js';
import { copyFileAtomic, writeFileAtomic } from '../files/atomic.js';
import { contentHash } from '../files/contentHash.js';
import { EventWriter } from './eventLog.js';
import type { Artifact, NewEvent } from './event.js';
import { Job, modelName } from './job.js';
import { lockRun } from './lock.js';
import { manifestPath, manifestVersion, parseJson, readManifest, RunManifest } from './manifest.js';
import { redact, redactAll, redactOutput } from './redact.js';

export interface WorkerContext {
  readonly job: Job;
  readonly jobFolder: string;
  emit(event: NewEvent): void;
  /** Aborted when the run is to stop; the training throws its reason as soon as it sees it. */
  readonly signal: AbortSignal;
}

/** What a training leaves: the model's files by path, and what the manifest says of them. */
export interface TrainedModel extends Pick<RunManifest, 'labels' | 'multi_label' | 'rows' | 'metrics' | 'baseline'> {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Files that are copied as they are, by path. */
  readonly copies?: ReadonlyMap<string, FileCopy>;
}

/** A file beside the training's own, and the SHA-256 that it had when it was read. */
export interface FileCopy {
  readonly source: string;
  readonly sha256: string;
}

export type Training = (context: WorkerContext) => Promise<TrainedModel>;

export interface WorkOptions {
  readonly signal: AbortSignal;
  /** Where the result goes instead of the job's own `output`. */
  readonly output?: string;
}

/** Runs one job to its end. What goes wrong stands in the run's events, and is thrown. */
export async function work(jobFolder: string, train: Training, options: WorkOptions): Promise<void> {
  const path = join(jobFolder, 'job.json');
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UserError('run/no-job', `There is no job in "${jobFolder}": ${error.message}.`, undefined, { cause: error });
  });
  const job = parseJson(Job, text, path, 'run/broken-job');
  const folder = outputFolder(jobFolder, job, options.output);
  await mkdir(join(folder, 'tasklab'), { recursive: true });
  if (await readManifest(folder)) {
    throw new UserError('run/already-finished', `The run in "${folder}" is finished.`, 'Train again: that makes a new run.');
  }
  const lock = await lockRun(folder);
  try {
    const events = new EventWriter(folder);
    try {
      await runTraining(job, jobFolder, folder, events, train, options.signal);
    } finally {
      events.close();
    }
  } finally {
    await lock.release();
  }
}

async function runTraining(job: Job, jobFolder: string, folder: string, events: EventWriter, train: Training, signal: AbortSignal): Promise<void> {
  try {
    signal.throwIfAborted();
    const trained = await train({ job, jobFolder, signal, emit: (event) => void events.write(event) });
    const artifacts = await save(folder, job, trained, signal);
    events.write({ type: 'finished', artifacts });
  } catch (error) {
    if (signal.aborted && error === signal.reason) {
      events.write({ type: 'stopped', reason: 'asked to stop' });
      return;
    }
    const told = lacking(error) ?? error;
    events.write({ type: 'failed', ...describe(told) });
    throw told;
  }
}

/** Where the model goes. A job folder that was taken out of its run has no run above it to write to. */
function outputFolder(jobFolder: string, job: Job, given: string | undefined): string {
  if (given !== undefined) return resolve(given);
  const folder = resolve(jobFolder, job.output);
  if (job.output.startsWith('..') && join(folder, 'tasklab', 'job') !== resolve(jobFolder)) {
    throw new UserError('run/moved-job', `The job folder "${jobFolder}" is not in its run's folder any more.`, 'Carry the whole run folder, or say --output FOLDER.');
  }
  return folder;
}

async function save(folder: string, job: Job, trained: TrainedModel, signal: AbortSignal): Promise<Artifact[]> {
  const artifacts: Artifact[] = [];
  try {
    for (const [path, data] of trained.files) {
      signal.throwIfAborted();
      await writeFileAtomic(join(folder, path), data);
      artifacts.push({ path, size: data.length, sha256: createHash('sha256').update(data).digest('hex') });
    }
    for (const [path, { source, sha256 }] of trained.copies ?? []) {
      signal.throwIfAborted();
      const target = join(folder, path);
      await copyFileAtomic(source, target);
      artifacts.push({ path, size: (await stat(target)).size, sha256 });
      if ((await contentHash(target)) !== sha256) throw new UserError('model/changed', `"${source}" has changed since the training began.`, 'Train again.');
    }
    signal.throwIfAborted();
    const model = modelName(job.model);
    const manifest: RunManifest = {
      version: manifestVersion,
      name: job.name,
      training: job.training,
      framework: job.framework,
      kind: job.kind,
      task: job.task,
      prepared: job.prepared,
      // What people have written freely may hold a token; names and labels are what they are.
      model: model && redact(model),
      options: redactAll(job.options),
      blocks: redactAll(job.blocks),
      seed: job.seed,
      labels: trained.labels,
      multi_label: trained.multi_label,
      rows: trained.rows,
      metrics: trained.metrics,
      baseline: trained.baseline,
      files: artifacts,
    };
    await writeFileAtomic(join(folder, manifestPath), `${JSON.stringify(RunManifest.parse(manifest), undefined, 2)}\n`);
    return artifacts;
  } catch (error) {
    for (const path of [...trained.files.keys(), ...(trained.copies?.keys() ?? [])]) await takeBack(folder, path);
    throw error;
  }
}

/** Removes a file of the result, and the folders that were made for it, as far as they are there. */
async function takeBack(folder: string, path: string): Promise<void> {
  await rm(join(folder, path), { force: true }).catch(() => {});
  for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) await rmdir(join(folder, parent)).catch(() => {});
}

const maxTrace = 64 * 1024;

/** No space, a quota that is used up, a file that grew larger than is allowed. */
const noDisk = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
/** Node's own words, and those of the ONNX runtime. */
const noMemory = /allocation failed|failed to allocate|bad[_ ]alloc/i;

/** What the machine lacked; nothing where it is not that. */
function lacking(error: unknown): UserError | undefined {
  const errors = [error, error instanceof Error ? error.cause : undefined].filter((one) => one instanceof Error);
  const message = errors[0]?.message ?? '';
  if (errors.some((one) => noDisk.has((one as NodeJS.ErrnoException).code ?? ''))) {
    return new UserError('train/no-disk', `The disk is full: ${message}`, 'Free some space, and train again.', { cause: error });
  }
  if (errors.some((one) => noMemory.test(one.message))) {
    return new UserError('train/no-memory', `The machine ran out of memory: ${message}`, 'Use fewer rows, shorter texts or a smaller model.', { cause: error });
  }
  return undefined;
}

function describe(error: unknown): { code: string; message: string; hint: string | null; trace: string | null } {
  if (error instanceof UserError) return { code: error.code, message: error.message, hint: error.hint ?? null, trace: null };
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  return { code: 'train/worker-error', message, hint: null, trace: stack === undefined ? null : redact(stack).slice(0, maxTrace) };
}

/** Is this module the program that was started, and not imported? */
export const isProgram = (moduleUrl: string): boolean => process.argv[1] !== undefined && pathToFileURL(resolve(process.argv[1])).href === moduleUrl;

/**
 * The worker as a program: `node worker.js JOB_FOLDER [--output FOLDER]`. SIGTERM and SIGINT stop it after the step at
 * hand. Exit status 0: finished or stopped; 1: failed.
 */
export async function main(train: Training): Promise<void> {
  redactOutput();
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => controller.abort());
  const [jobFolder, flag, output, ...rest] = process.argv.slice(2);
  try {
    if (jobFolder === undefined || rest.length > 0 || (flag !== undefined && (flag !== '--output' || output === undefined))) {
      throw new UserError('run/usage', 'A worker takes a job folder.', 'worker JOB_FOLDER [--output FOLDER]');
    }
    await work(resolve(jobFolder), train, { signal: controller.signal, ...(output === undefined ? {} : { output }) });
  } catch (error) {
    process.stderr.write(`${error instanceof UserError ? error.toLines().join('\n') : (error as Error).stack}\n`);
    process.exitCode = 1;
  }
}

import { open, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../error.js';
import { launcherNamed } from '../launch/index.js';
import { LaunchRecord } from '../launch/launcher.js';
import { logPath } from '../launch/local.js';
import { signalWorker } from '../launch/signal.js';
import { isLast, type RunEvent } from './event.js';
import { EventReader, EventWriter, lastEvent } from './eventLog.js';
import { Job } from './job.js';
import { lockHolder, workerIsAlive } from './lock.js';
import { manifestPath, parseJson, readManifest, type RunManifest } from './manifest.js';
import { redact } from './redact.js';

/**
 * `created`: never started; `running`: queued or at work; `finished`: its manifest and files are whole; `lost`: its
 * worker is gone without a word (killed, power cut).
 */
export type RunStatus = 'created' | 'running' | 'finished' | 'failed' | 'stopped' | 'lost';

export interface EventsOptions {
  /** Ends the reading (not the run): its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Waits for events to come until the run is over. Default: true. */
  readonly follow?: boolean;
}

export interface StopOptions {
  /** How long the worker may take to stop by itself before it is killed, in milliseconds. Default: 10000. */
  readonly graceMs?: number;
}

const pollMs = 100;
const maxLog = 1024 * 1024;

/**
 * One training that was started: a folder, which alone says how it stands.
 *
 * @example
 * const run = await openRun('out/model');
 * console.log(run.name, await run.status());
 */
export class Run {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = resolve(folder);
  }

  get name(): string {
    return basename(this.folder);
  }

  get jobFolder(): string {
    return join(this.folder, 'tasklab', 'job');
  }

  async job(): Promise<Job> {
    const path = join(this.jobFolder, 'job.json');
    return parseJson(Job, await readFile(path, 'utf8'), path, 'run/broken-job');
  }

  /** What the finished run is; throws `run/not-finished` where it is not there, `run/damaged` where files of it are missing or cut off. */
  async manifest(): Promise<RunManifest> {
    const manifest = await readManifest(this.folder);
    if (manifest) return manifest;
    const status = await this.status();
    const damaged = await stat(join(this.folder, manifestPath)).then(() => true, () => false);
    if (damaged) throw new UserError('run/damaged', `Files of the run "${this.name}" are missing or cut off.`, 'Train again.');
    throw new UserError('run/not-finished', `The run "${this.name}" is not finished: ${status}.`, status === 'running' ? 'Wait for it.' : 'Train again.');
  }

  async status(): Promise<RunStatus> {
    if (await readManifest(this.folder)) return 'finished';
    const last = await lastEvent(this.folder);
    if (last?.type === 'failed' || last?.type === 'stopped') return last.type;
    if (await this.#isAlive()) return 'running';
    // It may have ended between the two looks.
    if (await readManifest(this.folder)) return 'finished';
    const again = await lastEvent(this.folder);
    if (again?.type === 'failed' || again?.type === 'stopped') return again.type;
    return again || (await this.#launch()) ? 'lost' : 'created';
  }

  /**
   * The run's events from its first on.
   *
   * @example
   * for await (const event of run.events()) if (event.type === 'metric') console.log(event.name, event.value);
   */
  async *events({ signal, follow = true }: EventsOptions = {}): AsyncGenerator<RunEvent, void> {
    const reader = new EventReader(this.folder);
    let last: RunEvent | undefined;
    for (;;) {
      signal?.throwIfAborted();
      // Asked before reading: what a worker wrote before it ended is there to be read.
      const alive = follow && !(last && isLast(last)) && (await this.#isAlive());
      const events = await reader.next();
      for (const event of events) {
        yield event;
        signal?.throwIfAborted();
        last = event;
      }
      if (events.length > 0 && follow) continue;
      if (!alive) return;
      await sleep(pollMs, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
    }
  }

  /** Asks the worker to stop and waits until it has; a worker that does not is killed. Says how the run stands then. */
  async stop({ graceMs = 10_000 }: StopOptions = {}): Promise<RunStatus> {
    if ((await this.status()) !== 'running') return this.status();
    await this.#signal(false);
    if (!(await this.#isGone(graceMs))) {
      await this.#signal(true);
      if (await this.#isGone(graceMs)) this.#recordStop('killed: it did not stop when asked');
    } else if ((await this.status()) === 'lost') {
      this.#recordStop('it was stopped before it had begun');
    }
    return this.status();
  }

  /** What the worker printed, without secrets: the last MiB of it. */
  async logs(): Promise<string> {
    const file = await open(join(this.folder, logPath), 'r').catch(() => undefined);
    if (!file) return '';
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(Math.min(size, maxLog));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, size - bytes.length);
      return redact(bytes.subarray(0, bytesRead).toString('utf8'));
    } finally {
      await file.close();
    }
  }

  async #isAlive(): Promise<boolean> {
    const launch = await this.#launch();
    if (launch && (await launcherNamed(launch.target).isAlive(launch.reference))) return true;
    return workerIsAlive(this.folder);
  }

  async #isGone(withinMs: number): Promise<boolean> {
    for (let waited = 0; waited <= withinMs; waited += pollMs) {
      if (!(await this.#isAlive())) return true;
      await sleep(pollMs);
    }
    return false;
  }

  async #signal(force: boolean): Promise<void> {
    const launch = await this.#launch();
    if (launch) return launcherNamed(launch.target).stop(launch.reference, force);
    const worker = await lockHolder(this.folder);
    if (worker) signalWorker(worker, force);
  }

  /** A killed worker says nothing, and one that had not heard yet either; it is gone, so its file may be written here. */
  #recordStop(reason: string): void {
    const events = new EventWriter(this.folder);
    events.write({ type: 'stopped', reason });
    events.close();
  }

  async #launch(): Promise<LaunchRecord | undefined> {
    const path = join(this.folder, launchPath);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : parseJson(LaunchRecord, text, path, 'run/broken-launch');
  }
}

export const launchPath = 'tasklab/launch.json';

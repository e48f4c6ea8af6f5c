import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../error.js';
import { writeFileAtomic, writeFolderAtomic } from '../files/atomic.js';
import { launcherNamed } from '../launch/index.js';
import type { WorkerProgram } from '../launch/launcher.js';
import { Job, jobVersion } from './job.js';
import { manifestPath } from './manifest.js';
import { launchPath, Run } from './run.js';
import { rememberTrusted } from './trusted.js';

/** A job before its run has a name. */
export type NewJob = Omit<Job, 'version' | 'name' | 'data' | 'output' | 'resume_from'>;

const natural = new Intl.Collator('en', { numeric: true });

/**
 * The runs below one folder, named `TRAINING-1`, `TRAINING-2` …
 *
 * @example
 * const run = await new RunStore('.tasklab/runs').newest('topic_model');
 */
export class RunStore {
  readonly root: string;

  constructor(root: string) {
    this.root = resolve(root);
  }

  /** All runs, by name; folders that hold no job are none. */
  async list(): Promise<Run[]> {
    const runs: Run[] = [];
    for (const name of (await this.#names()).sort(natural.compare)) {
      if (await exists(join(this.root, name, jobPath))) runs.push(new Run(join(this.root, name)));
    }
    return runs;
  }

  /** The newest finished run of a training, `undefined` where there is none. */
  async newest(training: string): Promise<Run | undefined> {
    const runs = (await this.list()).filter((run) => numberOf(run.name, training) !== undefined);
    for (const run of runs.sort((a, b) => numberOf(b.name, training)! - numberOf(a.name, training)!)) {
      if ((await run.status()) === 'finished') return run;
    }
    return undefined;
  }

  /** The run of that name, or in that folder, or the newest finished one of the training of that name. Throws `run/unknown`. */
  async open(name: string): Promise<Run> {
    if (!/[/\\]/.test(name) && (await isRun(join(this.root, name)))) return new Run(join(this.root, name));
    const newest = await this.newest(name);
    if (newest) return newest;
    if (await isRun(resolve(name))) return new Run(name);
    const known = (await this.list()).map((run) => run.name);
    throw new UserError('run/unknown', `There is no run "${name}".`, known.length > 0 ? `There are: ${known.join(', ')}.` : 'Train something first.');
  }

  /** Makes the folder of a new run with its job; `writeRows` writes `train.arrow` into it, and `test.arrow` where there are test rows. */
  async create(job: NewJob, writeRows: (folder: string) => Promise<{ readonly test: boolean }>): Promise<Run> {
    const run = await this.#reserve(job.training);
    await this.#writeJob(run, job, writeRows).catch(async (error: unknown) => {
      // Nothing of it is there yet but its name.
      await rm(run.folder, { recursive: true, force: true });
      throw error;
    });
    if (job.trust) await rememberTrusted(run.folder);
    return run;
  }

  async #writeJob(run: Run, job: NewJob, writeRows: (folder: string) => Promise<{ readonly test: boolean }>): Promise<void> {
    await writeFolderAtomic(run.jobFolder, async (folder) => {
      const { test } = await writeRows(folder);
      const whole: Job = {
        version: jobVersion,
        name: run.name,
        ...job,
        data: { train: 'train.arrow', test: test ? 'test.arrow' : null },
        output: '../..',
        resume_from: null,
      };
      await writeFile(join(folder, 'job.json'), `${JSON.stringify(Job.parse(whole), undefined, 2)}\n`);
    });
  }

  /** Starts the worker of a run by the job's launcher and notes how to find it. */
  async launch(run: Run, worker: WorkerProgram, environment: readonly string[] = []): Promise<void> {
    const { launch } = await run.job();
    const reference = await launcherNamed(launch.target).start({
      folder: run.folder,
      jobFolder: run.jobFolder,
      worker,
      environment,
      options: launch.options,
    });
    await writeFileAtomic(join(run.folder, launchPath), `${JSON.stringify({ version: 1, target: launch.target, reference })}\n`);
  }

  async #reserve(training: string): Promise<Run> {
    if (!/^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]{0,99}$/u.test(training)) {
      throw new UserError('run/unsafe-name', `"${training}" cannot name a training: its runs are folders of that name.`, 'Use letters, digits and "_", at most 100.');
    }
    const numbers = (await this.#names()).map((name) => numberOf(name, training) ?? 0);
    await mkdir(this.root, { recursive: true });
    for (let number = Math.max(0, ...numbers) + 1; ; number++) {
      const folder = join(this.root, `${training}-${number}`);
      // Two trainings at once: who makes the folder has the number.
      const made = await mkdir(folder).then(() => true, (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return false;
        throw error;
      });
      if (made) return new Run(folder);
    }
  }

  async #names(): Promise<string[]> {
    return readdir(this.root).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
  }
}

/**
 * The run in a folder. Throws `run/unknown` where there is none.
 *
 * @example
 * const run = await openRun('out/model');
 * const [first] = await predict(run, ['Where is my parcel?']);
 */
export async function openRun(folder: string): Promise<Run> {
  if (await isRun(folder)) return new Run(folder);
  throw new UserError('run/unknown', `There is no run in "${folder}".`, 'A run is a folder with "tasklab/job/job.json" or "tasklab/manifest.json" in it.');
}

const jobPath = 'tasklab/job/job.json';
const exists = (path: string): Promise<boolean> => stat(path).then(() => true, () => false);

/** A model folder that was carried away without its job is one too. */
async function isRun(folder: string): Promise<boolean> {
  return (await exists(join(folder, jobPath))) || exists(join(folder, manifestPath));
}

/** 3 for `name-3` of the training `name`. */
function numberOf(name: string, training: string): number | undefined {
  const number = name.startsWith(`${training}-`) ? name.slice(training.length + 1) : '';
  return /^[1-9]\d{0,8}$/.test(number) ? Number(number) : undefined;
}

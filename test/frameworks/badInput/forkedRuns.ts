/** Runs whose workers start warm, under limits: Python's are forks of a process that has imported their libraries. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Table, tableFromIPC, tableToIPC } from 'apache-arrow';
import { scrub } from '../../../runtime/launch/environment.js';
import { identify } from '../../../runtime/launch/identity.js';
import type { WorkerProgram } from '../../../runtime/launch/launcher.js';
import { logPath } from '../../../runtime/launch/local.js';
import { pythonVariables } from '../../../runtime/launch/python.js';
import { launchPath, type Run } from '../../../runtime/run/run.js';
import { type NewJob, RunStore } from '../../../runtime/run/store.js';

export interface Limits {
  /** No file grows beyond so many bytes, as on a disk that is full. */
  readonly file?: number;
  /** So many bytes of memory: of a Python worker beyond what its libraries have, of a Node worker its heap. */
  readonly memory?: number;
}

interface Warm {
  readonly process: ChildProcess;
  readonly answers: AsyncIterator<string>;
}

export class ForkedRuns extends RunStore {
  /** Of the runs to come. */
  limits: Limits = {};
  /** Do the runs to come have no training rows? */
  isEmpty = false;
  readonly #frameworks: Readonly<Record<string, readonly string[]>>;
  readonly #warm = new Map<string, Warm>();

  /** @param frameworks by Python program: those that are imported. */
  constructor(root: string, frameworks: Readonly<Record<string, readonly string[]>>) {
    super(root);
    this.#frameworks = frameworks;
  }

  override create(job: NewJob, writeRows: (folder: string) => Promise<{ readonly test: boolean }>): Promise<Run> {
    return super.create(job, async (folder) => {
      const written = await writeRows(folder);
      const path = join(folder, 'train.arrow');
      if (this.isEmpty) await writeFile(path, tableToIPC(new Table(tableFromIPC(await readFile(path)).schema), 'file'));
      return written;
    });
  }

  override async launch(run: Run, worker: WorkerProgram, environment: readonly string[] = []): Promise<void> {
    const pid = worker.runtime === 'python' ? await this.#fork(run, worker.python) : await startNode(run, fileURLToPath(worker.module), environment, this.limits);
    // It may be over already.
    const reference = identify(pid) ?? { pid, started: 'unknown', host: 'unknown' };
    await writeFile(join(run.folder, launchPath), `${JSON.stringify({ version: 1, target: 'local', reference })}\n`);
  }

  async #fork(run: Run, python: string): Promise<number> {
    let warm = this.#warm.get(python);
    if (!warm) {
      const child = spawn(python, [resolve('test/python/forked_workers.py'), ...(this.#frameworks[python] ?? [])], { env: { ...scrub(process.env), ...pythonVariables, HF_HUB_OFFLINE: '1' }, stdio: ['pipe', 'pipe', 'inherit'] });
      this.#warm.set(python, (warm = { process: child, answers: createInterface(child.stdout)[Symbol.asyncIterator]() }));
    }
    warm.process.stdin!.write(`${JSON.stringify({ job: run.jobFolder, log: join(run.folder, logPath), limits: this.limits })}\n`);
    const answer = await warm.answers.next();
    if (answer.done) throw new Error('the process that workers are forks of has ended');
    return Number(answer.value);
  }

  close(): void {
    for (const { process: child } of this.#warm.values()) child.stdin!.end();
  }
}

async function startNode(run: Run, module: string, environment: readonly string[], { file, memory }: Limits): Promise<number> {
  const limit = file === undefined ? '' : `ulimit -f ${Math.floor(file / 512)};`;
  const heap = memory === undefined ? [] : [`--max-old-space-size=${memory / 2 ** 20}`];
  const child = spawn('sh', ['-c', `${limit} exec "$0" "$@" >>"$LOG" 2>&1`, process.execPath, ...heap, module, run.jobFolder], {
    cwd: run.folder, env: { ...scrub(process.env, environment), LOG: join(run.folder, logPath) }, stdio: 'ignore',
  });
  await once(child, 'spawn');
  return child.pid!;
}

import { randomBytes } from 'node:crypto';
import { link, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { UserError } from '../error.js';
import { identify, isAlive, isHere, ProcessIdentity } from '../launch/identity.js';

/** `tasklab/worker.json`: the process that works on the run; its time of change is the heartbeat. */
const WorkerRecord = z.strictObject({ version: z.literal(1), process: ProcessIdentity });

const lockPath = 'tasklab/worker.json';
const heartbeatMs = 5_000;
/** Without a heartbeat for so long a worker of another machine counts as lost. */
const patienceMs = 60_000;

/**
 * Makes this process the run's only worker until `release` is called. Throws `run/already-running` where another one
 * lives; a dead one's place is taken.
 */
export async function lockRun(folder: string): Promise<{ release(): Promise<void> }> {
  const path = join(folder, lockPath);
  const own = `${path}.${process.pid}-${randomBytes(4).toString('hex')}`;
  await writeFile(own, `${JSON.stringify({ version: 1, process: identify(process.pid) })}\n`);
  try {
    // A link comes into being whole and only where nothing is: of several workers one gets it.
    while (!(await linked(own, path))) {
      if (await workerIsAlive(folder)) throw alreadyRunning(folder);
      await removeDead(folder, own);
    }
  } finally {
    await rm(own, { force: true });
  }
  const beat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), heartbeatMs);
  beat.unref();
  return {
    async release() {
      clearInterval(beat);
      await rm(path, { force: true });
    },
  };
}

/**
 * Removes a dead worker's file. One at a time, and only after another look: else the file of a worker that has just
 * taken the dead one's place would go.
 */
async function removeDead(folder: string, own: string): Promise<void> {
  const turn = join(folder, `${lockPath}.turn`);
  if (!(await linked(own, turn))) {
    const since = await stat(turn).then((entry) => entry.mtimeMs, () => Date.now());
    // A turn takes milliseconds; whose lasts so long was killed in it.
    if (Date.now() - since > heartbeatMs) await rm(turn, { force: true });
    else await sleep(5);
    return;
  }
  try {
    if (!(await workerIsAlive(folder))) await rm(join(folder, lockPath), { force: true });
  } finally {
    await rm(turn, { force: true });
  }
}

/** Gives a file a second name where that is free. */
async function linked(file: string, name: string): Promise<boolean> {
  return link(file, name).then(() => true, (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    return false;
  });
}

/** Does the process that took the run still live? Another machine's is asked for its heartbeat. */
export async function workerIsAlive(folder: string): Promise<boolean> {
  const worker = await lockHolder(folder);
  if (!worker) return false;
  if (isHere(worker)) return isAlive(worker);
  const changed = await stat(join(folder, lockPath)).then((entry) => entry.mtimeMs, () => 0);
  return Date.now() - changed < patienceMs;
}

/** Who took the run, dead or alive. */
export async function lockHolder(folder: string): Promise<ProcessIdentity | undefined> {
  const text = await readFile(join(folder, lockPath), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return WorkerRecord.parse(JSON.parse(text)).process;
  } catch {
    // Nothing that a worker wrote: nobody's.
    return undefined;
  }
}

function alreadyRunning(folder: string): UserError {
  return new UserError('run/already-running', `Another worker is at work in "${folder}".`, 'Wait for it, or stop it first.');
}

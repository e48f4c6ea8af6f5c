import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
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
  if (await workerIsAlive(folder)) throw alreadyRunning(folder);
  const path = join(folder, lockPath);
  await rm(path, { force: true });
  const file = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? alreadyRunning(folder) : error;
  });
  await file.writeFile(`${JSON.stringify({ version: 1, process: identify(process.pid) })}\n`);
  await file.close();
  const beat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), heartbeatMs);
  beat.unref();
  return {
    async release() {
      clearInterval(beat);
      await rm(path, { force: true });
    },
  };
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
    // Killed while it wrote its name: nobody's.
    return undefined;
  }
}

function alreadyRunning(folder: string): UserError {
  return new UserError('run/already-running', `Another worker is at work in "${folder}".`, 'Wait for it, or stop it first.');
}

import { isAlive, type ProcessIdentity } from './identity.js';

/** Signals a worker and all that it started (its process group, where it leads one); a process that is gone is left alone. */
export function signalWorker(identity: ProcessIdentity, force: boolean): void {
  if (!isAlive(identity)) return;
  const signal = force ? 'SIGKILL' : 'SIGTERM';
  for (const target of process.platform === 'win32' ? [identity.pid] : [-identity.pid, identity.pid]) {
    try {
      process.kill(target, signal);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

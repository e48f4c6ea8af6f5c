import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../error.js';
import { scrub } from './environment.js';
import { pythonVariables } from './python.js';
import { identify, isAlive, ProcessIdentity } from './identity.js';
import type { Launcher, LaunchRequest } from './launcher.js';
import { signalWorker } from './signal.js';

export const logPath = 'tasklab/worker.log';

/** A process of this machine, leader of a group of its own, that goes on when the notebook is closed. */
export const local: Launcher = {
  name: 'local',
  doc: 'A process on this machine; it goes on when the notebook is closed.',
  options: [],

  async start(request) {
    const [program, ...args] = commandOf(request);
    const log = await open(join(request.folder, logPath), 'a');
    try {
      const child = spawn(program, args, {
        cwd: request.folder,
        env: { ...scrub(process.env, request.environment), ...(request.worker.runtime === 'python' ? pythonVariables : {}) },
        stdio: ['ignore', log.fd, log.fd],
        detached: true,
        windowsHide: true,
      });
      await once(child, 'spawn').catch((error: NodeJS.ErrnoException) => {
        throw new UserError('launch/cannot-start', `"${program}" cannot be started: ${error.message}.`, undefined, { cause: error });
      });
      child.unref();
      const identity = identify(child.pid!);
      // It may be over already; then no process has this identity, and the run's folder says how it ended.
      return identity ?? { pid: child.pid!, started: 'unknown', host: 'unknown' };
    } finally {
      await log.close();
    }
  },

  async isAlive(reference) {
    return isAlive(ProcessIdentity.parse(reference));
  },

  async stop(reference, force) {
    signalWorker(ProcessIdentity.parse(reference), force);
  },
};

function commandOf({ worker, jobFolder }: LaunchRequest): [string, ...string[]] {
  if (worker.runtime === 'python') return [worker.python, '-m', worker.module, jobFolder];
  return [process.execPath, fileURLToPath(worker.module), jobFolder];
}

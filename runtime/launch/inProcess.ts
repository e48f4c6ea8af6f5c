import { z } from 'zod';
import { UserError } from '../error.js';
import { identify, isAlive, ProcessIdentity } from './identity.js';
import type { Launcher } from './launcher.js';

const Reference = z.strictObject({ process: ProcessIdentity, number: z.int() });

/** What a worker module exports. */
type Work = (jobFolder: string, options: { signal: AbortSignal }) => Promise<void>;

const running = new Map<number, AbortController>();
let next = 0;

/** This very process: nothing to start, ends with it; for tests and where processes cannot be started. */
export const inProcess: Launcher = {
  name: 'in_process',
  doc: 'This very process: the training ends when the notebook is closed. Only frameworks without Python.',
  options: [],

  async start({ worker, jobFolder }) {
    if (worker.runtime !== 'node') {
      throw new UserError('launch/not-in-process', 'This framework trains in Python, which "in_process" cannot.', 'Use launch local.');
    }
    const { work } = (await import(worker.module.href)) as { work: Work };
    const number = next++;
    const controller = new AbortController();
    running.set(number, controller);
    // How it ended stands in the run's events, as for every other worker.
    void work(jobFolder, { signal: controller.signal })
      .catch(() => {})
      .finally(() => running.delete(number));
    return { process: identify(process.pid)!, number };
  },

  async isAlive(value) {
    const reference = Reference.parse(value);
    return reference.process.pid === process.pid && isAlive(reference.process) ? running.has(reference.number) : isAlive(reference.process);
  },

  async stop(value) {
    const reference = Reference.parse(value);
    if (!isAlive(reference.process)) return;
    if (reference.process.pid !== process.pid) {
      throw new UserError('launch/not-here', 'The run belongs to another process and cannot be stopped from here.', 'Stop it where it was started.');
    }
    running.get(reference.number)?.abort();
  },
};

/**
 * What the kernel loads: `language` where cells are read and checked, `createRunner` in the process that runs them. The
 * second is imported on demand, so that the first costs no data libraries.
 */
import type { CellHandlerModule, RunnerHost } from '../kernel/cell.js';
import { language } from './language.js';

export { language };

export const createRunner: CellHandlerModule['createRunner'] = async (host: RunnerHost) => {
  const { createRunner } = await import('./runner.js');
  return createRunner(host);
};

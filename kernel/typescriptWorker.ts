/** The thread that reads TypeScript for the kernel process: types are checked, completed and erased here. */
import { parentPort, workerData } from 'node:worker_threads';
import type { CellHandlerModule } from './cell.js';
import { TypeScriptCells } from './typescript/index.js';
import type { Call, Return, WorkerSettings } from './typescriptProtocol.js';

const { cwd, handler } = workerData as WorkerSettings;
const port = parentPort!;

const cells = (async () => {
  const language = handler === undefined ? undefined : ((await import(handler)) as CellHandlerModule).language;
  const cells = new TypeScriptCells({ cwd, ...(language && { language }) });
  cells.warmUp();
  return cells;
})();
// Every call reports it.
cells.catch(() => undefined);

port.on('message', async ({ id, method, args }: Call) => {
  try {
    const value = await ((await cells) as unknown as Record<string, (...args: readonly unknown[]) => unknown>)[method]!(...args);
    port.postMessage({ id, value } satisfies Return);
  } catch (error) {
    port.postMessage({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies Return);
  }
});

import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataFolder, installFolder, removeFolder, type JupyterPlace } from './jupyterFolder.js';

export const kernelName = 'tasklab';
export const displayName = 'TypeScript (tasklab)';

export const memoryOfThreads = 'MALLOC_ARENA_MAX';

/** The `kernel.json` that starts this installation. */
export function kernelspec(): Record<string, unknown> {
  return {
    argv: [process.execPath, fileURLToPath(new URL('./main.js', import.meta.url)), '{connection_file}'],
    display_name: displayName,
    language: 'typescript',
    interrupt_mode: 'message',
    // glibc keeps memory of its own for each thread, and the kernel has some; `main.ts` takes it out again for what cells start.
    env: { [memoryOfThreads]: '2' },
    metadata: { debugger: false },
  };
}

/** The folder that holds, or would hold, the kernelspec. */
export const kernelspecFolder = (place: JupyterPlace = {}): string => join(dataFolder(place), 'kernels', kernelName);

/**
 * Tells Jupyter of this kernel, in place of an earlier installation, and returns the folder.
 *
 * @throws {KernelError} `kernel/not-installed` where the folder cannot be written.
 * @example
 * await installKernelspec({ prefix: '/opt/jupyter' });
 */
export const installKernelspec = (place: JupyterPlace = {}): Promise<string> =>
  installFolder(kernelspecFolder(place), async (folder) => {
    await cp(fileURLToPath(new URL('../../kernel/logo/', import.meta.url)), folder, { recursive: true });
    await writeFile(join(folder, 'kernel.json'), `${JSON.stringify(kernelspec(), null, 2)}\n`);
  });

/** Takes the kernel out of Jupyter; returns the folder, or `undefined` where there was none. */
export const uninstallKernelspec = (place: JupyterPlace = {}): Promise<string | undefined> => removeFolder(kernelspecFolder(place));

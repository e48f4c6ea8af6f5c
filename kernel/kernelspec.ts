import { cp, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KernelError } from './error.js';

/** Where Jupyter is told of the kernel: below `prefix`, else for the user. */
export interface KernelspecPlace {
  readonly prefix?: string;
}

export const kernelName = 'tasklab';
export const displayName = 'TypeScript (tasklab)';

/** The `kernel.json` that starts this installation. */
export function kernelspec(): Record<string, unknown> {
  return {
    argv: [process.execPath, fileURLToPath(new URL('./main.js', import.meta.url)), '{connection_file}'],
    display_name: displayName,
    language: 'typescript',
    interrupt_mode: 'message',
    metadata: { debugger: false },
  };
}

/** The folder that holds, or would hold, the kernelspec. */
export function kernelspecFolder({ prefix }: KernelspecPlace = {}): string {
  const data = prefix === undefined ? userDataFolder() : join(resolve(prefix), 'share', 'jupyter');
  return join(data, 'kernels', kernelName);
}

/** Jupyter's own rules for its data folder. */
function userDataFolder(): string {
  const { JUPYTER_DATA_DIR: named, XDG_DATA_HOME: xdg, APPDATA: appData } = process.env;
  if (named) return named;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Jupyter');
  if (process.platform === 'win32' && appData) return join(appData, 'jupyter');
  return join(xdg || join(homedir(), '.local', 'share'), 'jupyter');
}

/**
 * Tells Jupyter of this kernel, in place of an earlier installation, and returns the folder.
 *
 * @example
 * await installKernelspec({ prefix: '/opt/jupyter' });
 */
export async function installKernelspec(place: KernelspecPlace = {}): Promise<string> {
  const folder = kernelspecFolder(place);
  // Built aside and renamed, so that Jupyter never sees half of one.
  const fresh = `${folder}.new-${process.pid}`;
  try {
    await makeFolder(fresh);
    await cp(fileURLToPath(new URL('../../kernel/logo/', import.meta.url)), fresh, { recursive: true });
    await writeFile(join(fresh, 'kernel.json'), `${JSON.stringify(kernelspec(), null, 2)}\n`);
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
  } catch (cause) {
    await rm(fresh, { recursive: true, force: true }).catch(() => undefined);
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? 'the folder is not writable' : message;
    throw new KernelError(
      'kernel/not-installed',
      `The kernel could not be installed into "${folder}": ${why}.`,
      'Name a folder that you may write to with --prefix, or install for the user.',
      { cause },
    );
  }
  return folder;
}

/** As `mkdir` with `recursive`, which never ends where a parent cannot hold folders (`/proc`). */
async function makeFolder(path: string): Promise<void> {
  const there = await stat(path).then((found) => found.isDirectory(), () => false);
  if (there) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** Takes the kernel out of Jupyter; returns the folder, or `undefined` where there was none. */
export async function uninstallKernelspec(place: KernelspecPlace = {}): Promise<string | undefined> {
  const folder = kernelspecFolder(place);
  const there = await stat(folder).then(() => true, () => false);
  if (!there) return undefined;
  await rm(folder, { recursive: true });
  return folder;
}

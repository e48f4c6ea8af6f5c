/** Folders that Jupyter finds by their place: installed whole or not at all, and taken out again. */
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { KernelError } from './error.js';

/** Below `prefix` (a virtual environment, say), else for the user. */
export interface JupyterPlace {
  readonly prefix?: string;
}

/** The folder in which Jupyter looks for kernels and extensions. */
export const dataFolder = ({ prefix }: JupyterPlace): string => (prefix === undefined ? userDataFolder() : join(resolve(prefix), 'share', 'jupyter'));

/** Jupyter's own rules for its data folder. */
function userDataFolder(): string {
  const { JUPYTER_DATA_DIR: named, XDG_DATA_HOME: xdg, APPDATA: appData } = process.env;
  if (named) return named;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Jupyter');
  if (process.platform === 'win32' && appData) return join(appData, 'jupyter');
  return join(xdg || join(homedir(), '.local', 'share'), 'jupyter');
}

/**
 * Puts what `fill` writes in place of `folder`, and returns that.
 *
 * @throws {KernelError} `kernel/not-installed` where the folder cannot be written.
 */
export async function installFolder(folder: string, fill: (folder: string) => Promise<void>): Promise<string> {
  // Built aside and renamed, so that Jupyter never sees half of one.
  const fresh = `${folder}.new-${process.pid}`;
  try {
    await makeFolder(fresh);
    await fill(fresh);
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

/** Removes the folder and returns it; `undefined` where there was none. */
export async function removeFolder(folder: string): Promise<string | undefined> {
  const there = await stat(folder).then(() => true, () => false);
  if (!there) return undefined;
  await rm(folder, { recursive: true });
  return folder;
}

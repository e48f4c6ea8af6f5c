/** Where environments lie, and which of them are there. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { removeLeftovers } from '../files/atomic.js';
import type { Environment } from './environment.js';
import { requirementsOf, type Requirements } from './requirements.js';

/** The minor versions of Python 3 that the pinned packages are there for. */
export const minors = [11, 12, 13, 14] as const;

/** An environment as it lies on this machine. */
export interface InstalledEnvironment {
  readonly folder: string;
  readonly python: string;
  /** Its interpreter is there. Packages may be damaged all the same; `tasklab doctor` looks. */
  readonly whole: boolean;
}

/** The folder of all environments: `TASKLAB_ENVIRONMENTS`, or `tasklab/environments` in the user's cache. */
export function environmentsFolder(): string {
  const { TASKLAB_ENVIRONMENTS: named, XDG_CACHE_HOME: cache = '' } = process.env;
  if (named) return resolve(named);
  // A relative one is none, as the convention has it.
  return join(isAbsolute(cache) ? cache : join(homedir(), '.cache'), 'tasklab', 'environments');
}

/** `core-0a1b2c3d4e5f`: other pins or another Python are another environment. */
export function folderOf({ name }: Environment, { text }: Requirements, minor: number): string {
  const hash = createHash('sha256').update(`python 3.${minor}\n${text}`).digest('hex').slice(0, 12);
  return join(environmentsFolder(), `${name}-${hash}`);
}

export const pythonIn = (folder: string): string => (process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python'));

/** The environment with its current pins; a whole one before a damaged one. */
export async function findInstalled(environment: Environment): Promise<InstalledEnvironment | undefined> {
  const requirements = await requirementsOf(environment);
  let damaged: InstalledEnvironment | undefined;
  for (const minor of minors) {
    const folder = folderOf(environment, requirements, minor);
    if (!(await stat(folder).then((entry) => entry.isDirectory(), () => false))) continue;
    const python = pythonIn(folder);
    // Follows the link to the Python that it was made of, which may have been removed since.
    const whole = await Promise.all([access(python, constants.X_OK), access(join(folder, 'pyvenv.cfg'))]).then(() => true, () => false);
    if (whole) return { folder, python, whole };
    damaged ??= { folder, python, whole };
  }
  return damaged;
}

/** The version of Python that an environment was made of. */
export async function pythonVersionIn(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'pyvenv.cfg'), 'utf8').catch(() => '');
  return /^version\s*=\s*(\S+)/m.exec(text)?.[1];
}

/** Folders of an environment that nothing uses: with earlier pins, or half removed. */
export async function remnantsOf(environment: Environment): Promise<string[]> {
  const current = await findInstalled(environment);
  const mine = new RegExp(`^${environment.name}-[0-9a-f]{12}(\\.removed-\\d+)?$`);
  return (await namesIn(environmentsFolder())).filter((name) => mine.test(name)).map((name) => join(environmentsFolder(), name)).filter((folder) => folder !== current?.folder).sort();
}

/** Removes an environment, its earlier versions and what killed installs left; resolves to the folders. */
export async function removeEnvironment(environment: Environment): Promise<string[]> {
  const current = await findInstalled(environment);
  const folders = [...(current ? [current.folder] : []), ...(await remnantsOf(environment))];
  for (const folder of folders) {
    // Half of one must not look whole.
    const gone = folder.includes('.removed-') ? folder : `${folder}.removed-${process.pid}`;
    if (gone !== folder) await rename(folder, gone);
    await rm(gone, { recursive: true, force: true });
  }
  const unfinished = new RegExp(`^\\.(${environment.name}-[0-9a-f]{12})\\.(new|old)-`);
  const targets = new Set((await namesIn(environmentsFolder())).flatMap((name) => unfinished.exec(name)?.[1] ?? []));
  for (const target of targets) await removeLeftovers(join(environmentsFolder(), target));
  return folders;
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

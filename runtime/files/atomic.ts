/**
 * The one place that writes files: under a temporary name beside the target, fsync, rename. Whoever reads a path finds
 * the old content or the new, never half of one, whenever the process or the machine stops.
 */
import { randomBytes } from 'node:crypto';
import { chmod, constants, copyFile, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { threadId } from 'node:worker_threads';
import { UserError } from '../error.js';

export interface WriteOptions {
  /** Stops the write; the target stays as it was and nothing temporary is left. */
  readonly signal?: AbortSignal | undefined;
}

type Data = string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/**
 * Writes a file whole or not at all; missing parent folders are made, a link is followed.
 * Throws `data/cannot-write` where the disk is full, read-only or not ours.
 *
 * @example
 * await writeFileAtomic('out/report.html', html);
 */
export async function writeFileAtomic(path: string, data: Data, options: WriteOptions = {}): Promise<void> {
  const target = await followLink(path);
  await withTemporary(target, options.signal, async (temporary) => {
    const file = await open(temporary, 'wx');
    try {
      // The declaration knows no iterables of both kinds; Node takes them.
      await file.writeFile(data as string, options.signal ? { signal: options.signal } : {});
      await file.sync();
    } finally {
      await file.close();
    }
    options.signal?.throwIfAborted();
    await rename(temporary, target);
  });
}

/**
 * Copies a file whole or not at all, sharing its blocks where the file system can.
 * Throws `data/cannot-write` as {@link writeFileAtomic} does.
 *
 * @example
 * await copyFileAtomic('model.onnx', 'run/model.onnx');
 */
export async function copyFileAtomic(source: string, path: string): Promise<void> {
  const target = await followLink(path);
  await withTemporary(target, undefined, async (temporary) => {
    await copyFile(source, temporary, constants.COPYFILE_FICLONE);
    // The source may be read-only, as files of a cache are.
    await chmod(temporary, 0o644);
    await syncFile(temporary);
    await rename(temporary, target);
  });
}

/**
 * Makes a folder whole or not at all: `fill` writes into a temporary folder, which then takes the place of `path`
 * (and of the folder that was there). Resolves to what `fill` gives.
 *
 * @example
 * await writeFolderAtomic('model', async (folder) => writeFile(join(folder, 'weights.bin'), weights));
 */
export async function writeFolderAtomic<T>(path: string, fill: (folder: string) => Promise<T>, options: WriteOptions = {}): Promise<T> {
  const target = await followLink(path);
  return withTemporary(target, options.signal, async (temporary) => {
    await mkdir(temporary);
    const result = await fill(temporary);
    options.signal?.throwIfAborted();
    await syncTree(temporary);
    options.signal?.throwIfAborted();
    await replaceFolder(temporary, target);
    return result;
  });
}

/** Names in use by this thread; one with our own mark that is not here belongs to an earlier process of the same id. */
const inUse = new Set<string>();
const host =
  hostname()
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 24) || 'host';
const leftoverAgeMs = 24 * 60 * 60 * 1000;

async function withTemporary<T>(target: string, signal: AbortSignal | undefined, write: (temporary: string) => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  const folder = dirname(target);
  const temporary = join(folder, temporaryName(target, 'new'));
  inUse.add(temporary);
  try {
    await mkdir(folder, { recursive: true });
    await removeLeftovers(target);
    const result = await write(temporary);
    await syncFolder(folder);
    return result;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    throw explain(error, target);
  } finally {
    inUse.delete(temporary);
  }
}

/** `.model.new-HOST-PID-THREAD-RANDOM`: who writes it can be asked whether it still lives. */
function temporaryName(target: string, role: 'new' | 'old'): string {
  return `.${basename(target)}.${role}-${host}-${process.pid}-${threadId}-${randomBytes(4).toString('hex')}`;
}

async function replaceFolder(temporary: string, target: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const old = join(dirname(target), temporaryName(target, 'old'));
    inUse.add(old);
    try {
      const moved = await rename(target, old).then(() => true, ignore('ENOENT'));
      try {
        await rename(temporary, target);
      } catch (error) {
        // Another writer was quicker: its folder is moved aside in turn, the last one stands.
        if (attempt < 20 && isCode(error, 'ENOTEMPTY', 'EEXIST')) continue;
        if (moved) await rename(old, target).catch(() => {});
        throw error;
      } finally {
        await rm(old, { recursive: true, force: true }).catch(() => {});
      }
      return;
    } finally {
      inUse.delete(old);
    }
  }
}

/** Clears what killed writers of the same target left; a folder that one had only moved aside comes back. */
export async function removeLeftovers(target: string): Promise<void> {
  const folder = dirname(target);
  const pattern = new RegExp(`^\\.${escapeRegExp(basename(target))}\\.(new|old)-([A-Za-z0-9]+)-(\\d+)-(\\d+)-[0-9a-f]{8}$`);
  for (const name of await readdir(folder)) {
    const match = pattern.exec(name);
    if (!match) continue;
    const path = join(folder, name);
    if (await isInUse(path, match[2]!, Number(match[3]), Number(match[4]))) continue;
    if (match[1] === 'old' && !(await exists(target))) await rename(path, target).catch(() => {});
    else await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

async function isInUse(path: string, ownerHost: string, pid: number, thread: number): Promise<boolean> {
  if (ownerHost === host && pid === process.pid && thread === threadId) return inUse.has(path);
  if (ownerHost === host && !isAlive(pid)) return false;
  const age = await stat(path).then(
    (s) => Date.now() - s.mtimeMs,
    () => 0,
  );
  return age < leftoverAgeMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else if (entry.isFile()) await syncFile(path);
  }
  await syncFolder(folder);
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  // Some file systems (and Windows) cannot sync a folder; the rename itself is all that they offer.
  const folder = await open(path, 'r').catch(ignore('EISDIR', 'EPERM', 'EACCES'));
  if (!folder) return;
  try {
    await folder.sync().catch(ignore('EINVAL', 'EPERM', 'ENOTSUP', 'EISDIR'));
  } finally {
    await folder.close();
  }
}

async function followLink(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

const reasons: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOSPC: ['the disk is full', 'Free some space or write elsewhere.'],
  EDQUOT: ['the disk quota is used up', 'Free some space or write elsewhere.'],
  EFBIG: ['it would be larger than files may be here', 'Raise the limit or write elsewhere.'],
  EROFS: ['the disk is read-only', 'Write elsewhere.'],
  EACCES: ['it may not be written', 'Change its permissions or write elsewhere.'],
  EPERM: ['it may not be written', 'Change its permissions or write elsewhere.'],
  EISDIR: ['a folder of that name is there', 'Choose another name or remove the folder.'],
  ENOTDIR: ['a file stands where a folder is needed', 'Choose another name or remove the file.'],
  EEXIST: ['a file stands where a folder is needed', 'Choose another name or remove the file.'],
  ENAMETOOLONG: ['the name is too long', 'Choose a shorter name.'],
};

function explain(error: unknown, target: string): unknown {
  const reason = error instanceof Error && !(error instanceof UserError) ? reasons[(error as NodeJS.ErrnoException).code ?? ''] : undefined;
  return reason ? new UserError('data/cannot-write', `"${target}" cannot be written: ${reason[0]}.`, reason[1], { cause: error }) : error;
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}

/** For `catch`: these error codes mean "no", all others are thrown on. */
function ignore(...codes: readonly string[]): (error: unknown) => undefined {
  return (error) => {
    if (!isCode(error, ...codes)) throw error;
    return undefined;
  };
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

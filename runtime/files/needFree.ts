import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../error.js';

/**
 * A folder to be written may take the place of nothing, of an empty folder, or of an earlier one of its kind, which these
 * files tell. Throws `data/folder-exists` for any other.
 *
 * @example
 * await needFree('data/messages', 'argilla.yaml');
 */
export async function needFree(folder: string, ...tellingFiles: readonly string[]): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? [] : undefined));
  if (found?.length === 0 || (await Promise.all(tellingFiles.map((name) => isFile(join(folder, name))))).every(Boolean)) return;
  throw new UserError('data/folder-exists', `"${folder}" is there already, with other things in it.`, 'Give a new folder, or remove that one.');
}

const isFile = (path: string): Promise<boolean> => stat(path).then((entry) => entry.isFile(), () => false);

import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Source } from '../dsl/index.js';
import { UserError } from '../runtime/error.js';
import { Session, type SessionOptions } from './session.js';

/**
 * A `.task` file and the session that its declarations belong to; nothing is declared yet.
 * @throws {UserError} `data/no-file`.
 */
export async function openProgram(file: string, options: Pick<SessionOptions, 'params' | 'dataset' | 'importModule'>): Promise<{ session: Session; source: Source }> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'There is no file' : error.code === 'EISDIR' ? 'A folder is no program:' : 'Cannot read';
    throw new UserError('data/no-file', `${why} "${file}".`, 'Name a .task file, relative to the working folder.');
  });
  return { session: new Session({ folder: dirname(file), ...options }), source: { name: basename(file), text, lineOffset: 0 } };
}

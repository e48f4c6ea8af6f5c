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
  return { source: await readSource(file), session: new Session({ folder: dirname(file), ...options }) };
}

/** Declares what a `.task` file says, in a session that has no program yet; throws `data/no-file`, and all mistakes at once. */
export async function readProgramInto(session: Session, file: string): Promise<void> {
  await session.declare(await readSource(file));
}

async function readSource(file: string): Promise<Source> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'There is no file' : error.code === 'EISDIR' ? 'A folder is no program:' : 'Cannot read';
    throw new UserError('data/no-file', `${why} "${file}".`, 'Name a .task file, relative to the working folder.');
  });
  return { name: basename(file), text, lineOffset: 0 };
}

/** A folder of a test file's own, and what a promise is rejected with. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { UserError } from '../../../runtime/error.js';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tasklab-dataset-'));
  folders.push(folder);
  return folder;
}

/** Writes a file into a folder of its own; gives its path. */
export async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, content);
  return path;
}

/** The user's mistake that `act` ends in: code, sentence and hint in one text. */
export async function mistake(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (error instanceof UserError) return error.toLines().join('\n');
    throw error;
  }
  return 'no mistake';
}

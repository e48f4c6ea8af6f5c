/** Runs the command line as a user does: the built program, in a folder of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';

export const root = resolve(import.meta.dirname, '../..');
export const cli = join(root, 'dist/magics/cli.js');

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with these files; removed behind the tests of its file. */
export function workFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'tasklab-test-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs `tasklab …args`; with `interruptWhen` it gets a Ctrl-C once that is true. */
export function tasklab(folder: string, args: readonly string[], interruptWhen?: () => boolean): Promise<Finished> {
  return new Promise((finish, fail) => {
    const child = spawn(process.execPath, [cli, ...args], { cwd: folder, env: { ...process.env, TASKLAB_HOME: join(folder, '.tasklab') }, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    const look = setInterval(() => {
      if (!interruptWhen?.()) return;
      clearInterval(look);
      child.kill('SIGINT');
    }, 5);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', fail);
    child.on('close', (status) => {
      clearInterval(look);
      finish({ status, stdout, stderr });
    });
  });
}

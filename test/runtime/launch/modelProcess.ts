/** A program that answers in the place of `python -m tasklab_worker.serve`, in Node. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';

/**
 * Writes a program that tells `ready` and does for each question what `body` says: a function's body with `send`, `print`
 * (a line as it is), `request`, and `end`. Each process adds its id to the folder's `processes`.
 */
export function modelProgram(body: string, ready = 'send({ ready: ["predict", "generate"] });') {
  const folder = mkdtempSync(join(tmpdir(), 'tasklab-model-'));
  const python = join(folder, 'python');
  const processes = join(folder, 'processes');
  writeFileSync(processes, '');
  writeFileSync(python, `#!${process.execPath}
    require('node:fs').appendFileSync(${JSON.stringify(processes)}, process.pid + '\\n');
    const print = (line) => process.stdout.write(line + '\\n');
    const send = (message) => print(JSON.stringify(message));
    const end = () => process.kill(process.pid, 'SIGKILL');
    ${ready}
    const lines = require('node:readline').createInterface({ input: process.stdin });
    lines.on('line', (line) => {
      const request = JSON.parse(line);
      if (request.do !== 'stop') (function () { ${body} })();
    });
    lines.on('close', () => process.exit());
  `, { mode: 0o755 });
  return {
    python,
    folder,
    /** Ids of the processes that were started, in their order. */
    get started(): number[] {
      return readFileSync(processes, 'utf8').split('\n').filter(Boolean).map(Number);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

export const ended = (pid: number): Promise<void> => vi.waitFor(() => expect(isRunning(pid)).toBe(false), 5000);

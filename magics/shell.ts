import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { UserError } from '../runtime/error.js';
import { guarded } from '../runtime/launch/guard.js';

export interface ShellRun {
  /** A script, or a line. */
  readonly script: string;
  /** `$1`, `$2` … */
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  /** What is printed, as it comes; without `err` errors come in one stream with the rest, in order. */
  out(text: string): void;
  err?(text: string): void;
}

/** After an interrupt a command has this long to end by itself. */
const patienceMs = 1000;

/**
 * Runs a script by bash, or by sh where there is no bash, and resolves when it has ended well. What it leaves in the background goes
 * on, as long as this process does where it still writes here.
 * @throws {UserError} `shell/failed` for an exit status other than 0, `shell/cannot-start`.
 */
export async function runShell({ script, args, signal, out, err }: ShellRun): Promise<void> {
  signal.throwIfAborted();
  const child = start(guarded(err ? '' : '2>&1'), [shell(), '-c', script.replaceAll('\r\n', '\n'), 'sh', ...args]);
  const streams = [new Printed(child.stdout!, out), new Printed(child.stderr!, err ?? out)];
  const watch = (child.stdio[3] as Writable).on('error', () => undefined);
  void Promise.all(streams.map(({ ended }) => ended)).then(() => watch.end('\n'));
  const signalGroup = (name: NodeJS.Signals): void => {
    try {
      process.kill(-child.pid!, name);
    } catch {
      // It is gone.
    }
  };
  let last: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    signalGroup('SIGINT');
    last = setTimeout(() => signalGroup('SIGKILL'), patienceMs);
  };
  signal.addEventListener('abort', interrupt);
  try {
    const [status, killer] = (await once(child, 'exit').catch(cannotStart)) as [number | null, NodeJS.Signals | null];
    await Promise.all(streams.map((stream) => stream.read()));
    if (signal.aborted) signalGroup('SIGKILL');
    signal.throwIfAborted();
    if (killer) throw new UserError('shell/failed', `The command was ended by ${killer}.`);
    if (status !== 0) throw new UserError('shell/failed', `The command ended with exit status ${status}.`, hints[status!] ?? 'Where that is fine, write "|| true" behind it.');
  } finally {
    clearTimeout(last);
    signal.removeEventListener('abort', interrupt);
  }
}

function start(wrapper: string, args: readonly string[]): ChildProcess {
  try {
    return spawn('/bin/sh', ['-c', wrapper, ...args], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], detached: true });
  } catch (error) {
    return cannotStart(error as Error);
  }
}

function cannotStart(error: NodeJS.ErrnoException): never {
  const hint = error.code === 'E2BIG' ? 'The line and its values are too long: write them to a file first.' : undefined;
  throw new UserError('shell/cannot-start', `The shell cannot be started: ${error.message}.`, hint, { cause: error });
}

const hints: Readonly<Record<number, string>> = {
  126: 'The file is no program, or may not be run: chmod +x makes it one.',
  127: 'There is no such command; is it installed, and in PATH?',
};

/** What a command prints. */
class Printed {
  readonly ended: Promise<void>;
  #isOver = false;
  #chunks = 0;

  constructor(stream: Readable, write: (text: string) => void) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      this.#chunks++;
      write(text);
    });
    this.ended = new Promise((resolve) => stream.on('close', () => resolve(void (this.#isOver = true))));
  }

  /** Resolves when all that was written so far is read; somebody in the background may go on to write. */
  async read(): Promise<void> {
    for (let seen = -1; !this.#isOver && seen !== this.#chunks; ) {
      seen = this.#chunks;
      // A turn of the event loop reads what is there.
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

let found: string | undefined;
function shell(): string {
  return (found ??= (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'bash')).find(isProgram) ?? '/bin/sh');
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

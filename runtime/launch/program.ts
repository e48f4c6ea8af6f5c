import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { UserError } from '../error.js';
import { scrub } from './environment.js';
import { guarded } from './guard.js';

export interface ProgramRun {
  readonly program: string;
  readonly args: readonly string[];
  /** Names of variables beyond the common ones that it gets to see. */
  readonly variables?: readonly string[];
  /** Variables that it gets with these values. */
  readonly set?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Takes what it prints, line by line. */
  readonly line?: (text: string) => void;
}

export interface ProgramEnd {
  /** `null` where a signal ended it. */
  readonly status: number | null;
  /** All that it printed, output and errors in their order. */
  readonly printed: string;
}

/** After an interrupt a program has this long to end by itself. */
const patienceMs = 1000;

/**
 * Runs a program to its end. An abort ends it and all that it started, and throws the signal's reason; it never outlives this process.
 * Throws `launch/cannot-start` where there is no such program.
 *
 * @example
 * const { printed } = await runProgram({ program: 'python3', args: ['--version'] });
 */
export async function runProgram({ program, args, variables = [], set = {}, signal, line }: ProgramRun): Promise<ProgramEnd> {
  signal?.throwIfAborted();
  const child = start(program, args, { ...scrub(process.env, variables), ...set });
  const printed: string[] = [];
  const streams = [child.stdout!, child.stderr!].map((stream) => lines(stream, (text) => (printed.push(text), line?.(text))));
  let last: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    signalGroup(child, 'SIGINT');
    last = setTimeout(() => signalGroup(child, 'SIGKILL'), patienceMs);
  };
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    const [status] = (await once(child, 'exit').catch((error: Error) => cannotStart(program, error.message))) as [number | null];
    (child.stdio[3] as Writable | undefined)?.end('\n');
    if (signal?.aborted) signalGroup(child, 'SIGKILL');
    await Promise.all(streams);
    signal?.throwIfAborted();
    // What a shell says where there is no such program, or it may not be run.
    if (process.platform !== 'win32' && (status === 126 || status === 127)) cannotStart(program, printed.at(-1)?.replace(/^.*: /, '') ?? 'it is no program');
    return { status, printed: printed.join('\n') };
  } finally {
    clearTimeout(last);
    signal?.removeEventListener('abort', interrupt);
  }
}

function start(program: string, args: readonly string[], env: Record<string, string>): ChildProcess {
  if (process.platform === 'win32') return spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  const child = spawn('/bin/sh', ['-c', guarded(), program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'], detached: true });
  (child.stdio[3] as Writable).on('error', () => undefined);
  return child;
}

function signalGroup(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (process.platform === 'win32') child.kill(name);
    else process.kill(-child.pid!, name);
  } catch {
    // It is gone.
  }
}

async function lines(stream: Readable, take: (text: string) => void): Promise<void> {
  for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) take(text);
}

function cannotStart(program: string, reason: string): never {
  throw new UserError('launch/cannot-start', `"${program}" cannot be started: ${reason}.`, 'Is it installed, and in PATH?');
}

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KernelClient, type Execution } from '../../dist/kernel/client/index.js';
import type { ExecuteReply, ExecuteRequest, Message } from '../../dist/kernel/messages.js';

export interface Ran {
  readonly reply: ExecuteReply & Record<string, any>;
  readonly messages: readonly Message<any>[];
  /** Types of the messages behind `execute_input`. */
  readonly types: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
  /** `text/plain` of the result. */
  readonly result: string | undefined;
}

/** Runs a cell to its end. */
export const run = (kernel: KernelClient, code: string, options: Partial<ExecuteRequest> = {}): Promise<Ran> => collect(kernel.execute(code, options));

export async function collect(execution: Execution): Promise<Ran> {
  const messages: Message<any>[] = [];
  for await (const message of execution) messages.push(message);
  const of = (type: string): Message<any>[] => messages.filter((m) => m.header.msg_type === type);
  const text = (name: string): string => of('stream').filter((m) => m.content.name === name).map((m) => m.content.text).join('');
  return {
    reply: await execution.reply,
    messages,
    types: messages.map((m) => m.header.msg_type).filter((type) => type !== 'execute_input'),
    stdout: text('stdout'),
    stderr: text('stderr'),
    result: of('execute_result')[0]?.content.data['text/plain'],
  };
}

/** Resolves with the first message of a cell that `wanted` holds for. */
export async function until(execution: Execution, wanted: (message: Message<any>) => boolean): Promise<Message<any>> {
  for await (const message of execution) if (wanted(message)) return message;
  throw new Error('The cell ended first.');
}

/** Whether a process is there; one that ended and is not yet waited for is not. */
export function isAlive(pid: number): boolean {
  if (existsSync('/proc/self/stat')) {
    try {
      return !/\) [ZX] /.test(readStat(pid));
    } catch {
      return false;
    }
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Resolves when `condition` holds; the test's own timeout ends it. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

const readStat = (pid: number): string => readFileSync(`/proc/${pid}/stat`, 'utf8');

/** A Python that has `module`: the one that the environment names, else the tests' own. */
export function pythonWith(module: string): string | undefined {
  const own = join(fileURLToPath(new URL('../..', import.meta.url)), '.cache/python/bin/python');
  const python = process.env['TASKLAB_TEST_PYTHON'] ?? own;
  return spawnSync(python, ['-c', `import ${module}`]).status === 0 ? python : undefined;
}

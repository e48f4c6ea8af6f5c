/**
 * Which process is meant, beyond its id: ids are used again, start times on one boot are not. A killed process cannot
 * pass for a living one.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';

export const ProcessIdentity = z.strictObject({
  pid: z.int().positive(),
  /** When it started, as the system tells it: with the boot's id on Linux, a date elsewhere. */
  started: z.string().min(1),
  host: z.string().min(1),
});

export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/** The identity of a process of this machine; `undefined` where there is none (a dead one that nobody has waited for is none). */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = process.platform === 'linux' ? startedLinux(pid) : startedElsewhere(pid);
  return started === undefined ? undefined : { pid, started, host: hostname() };
}

/** Can this machine say whether the process is alive? */
export const isHere = (identity: ProcessIdentity): boolean => identity.host === hostname();

export const isAlive = (identity: ProcessIdentity): boolean => isHere(identity) && identify(identity.pid)?.started === identity.started;

function startedLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold blanks and parentheses; state is the first word behind it, start time the 20th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}:${fields[19]!}`;
  } catch {
    return undefined;
  }
}

function startedElsewhere(pid: number): string | undefined {
  try {
    const [state, ...started] = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim().split(/\s+/);
    return state && !state.startsWith('Z') && started.length > 0 ? started.join(' ') : undefined;
  } catch {
    return undefined;
  }
}

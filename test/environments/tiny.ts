/** Small environments that are installed for real, without a network. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Environment } from '../../runtime/environments/index.js';
import { findPython } from '../../runtime/environments/python.js';

/** Why nothing can be installed here. */
const noPython: string | false = await findPython().then(() => false as const, (error: Error) => error.message);

export const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tasklab-environments-')));
export const cache = join(folder, 'cache');
export const notes = join(folder, 'notes');
const before = { ...process.env };
afterAll(() => {
  process.env = before;
  rmSync(folder, { recursive: true, force: true });
});

/** Packages come from a folder of the tests' own, whatever this machine's pip is told elsewhere. */
export function onlyOwnPackages(): void {
  beforeEach(({ skip }) => skip(noPython !== false, String(noPython)));
  beforeAll(() => (noPython === false ? prepare() : undefined));
}

function prepare(): void {
  execFileSync('python3', [join(import.meta.dirname, 'packages.py'), join(folder, 'packages'), notes]);
  for (const name of Object.keys(process.env)) if (name.startsWith('PIP_') || name.startsWith('TASKLAB_')) delete process.env[name];
  Object.assign(process.env, { PIP_CONFIG_FILE: '/dev/null', PIP_NO_INDEX: '1', PIP_FIND_LINKS: join(folder, 'packages'), PIP_NO_CACHE_DIR: '1', TASKLAB_ENVIRONMENTS: cache });
}

export function tiny(name: string, pins: readonly string[], more: Partial<Environment> = {}): Environment {
  mkdirSync(join(folder, 'requirements'), { recursive: true });
  const requirements = join(folder, 'requirements', `${name}.txt`);
  writeFileSync(requirements, `# ${name}\n${pins.join('\n')}\n`);
  return { name, doc: '', requirements, variable: `TASKLAB_PYTHON_${name.toUpperCase()}`, packages: pins.map((pin) => pin.replace(/==.*/, '')), megabytes: 30, seconds: 5, ...more };
}

/** What lies where environments are kept, hidden things too. */
export const cached = (): string[] => (existsSync(cache) ? readdirSync(cache) : []);

/** Processes whose command names a folder of these tests. */
export const processes = (): string[] =>
  readdirSync('/proc').flatMap((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return /^\d+$/.test(pid) && command.includes(cache) ? [command] : [];
    } catch {
      return [];
    }
  });

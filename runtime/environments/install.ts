import { mkdir, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../error.js';
import { writeFolderAtomic } from '../files/atomic.js';
import { proxyVariables } from '../launch/environment.js';
import { runProgram, type ProgramRun } from '../launch/program.js';
import type { Environment } from './environment.js';
import { diskFull, explainPip } from './pip.js';
import { findInstalled, folderOf, pythonIn, type InstalledEnvironment } from './place.js';
import { findPython, minorOf } from './python.js';
import { requirementsOf, type Requirements } from './requirements.js';

/** How far an install is; `done` of `total` packages where they are counted. */
export interface InstallProgress {
  readonly step: 'environment' | 'find' | 'install' | 'check';
  readonly text: string;
  readonly done?: number;
  readonly total?: number;
}

export interface InstallOptions {
  readonly signal?: AbortSignal | undefined;
  /** The Python that it is made of. Default: the first in PATH that fits. */
  readonly python?: string | undefined;
  readonly report?: (progress: InstallProgress) => void;
}

/** Where packages come from is the user's own setting of pip, which may name a server of theirs and how it is reached; no other secrets. */
const pipVariables = [
  'PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_NO_INDEX', 'PIP_FIND_LINKS', 'PIP_TRUSTED_HOST', 'PIP_CERT', 'PIP_CLIENT_CERT', 'PIP_PROXY', 'PIP_KEYRING_PROVIDER',
  'PIP_TIMEOUT', 'PIP_DEFAULT_TIMEOUT', 'PIP_RETRIES', 'PIP_CACHE_DIR', 'PIP_NO_CACHE_DIR', 'PIP_CONFIG_FILE', 'PIP_CONSTRAINT', 'XDG_CONFIG_DIRS', 'NETRC',
  ...proxyVariables,
];

/**
 * Installs an environment: built aside with exactly its pins, checked, and only then put in its place, so that half of one never looks
 * whole. What is there already is left alone; a damaged one is replaced. An abort leaves nothing.
 * Throws `environment/…`.
 *
 * @example
 * const { python } = await installEnvironment(environments.core, { report: ({ text }) => console.log(text) });
 */
export async function installEnvironment(environment: Environment, options: InstallOptions = {}): Promise<InstalledEnvironment> {
  const { signal } = options;
  signal?.throwIfAborted();
  const before = await findInstalled(environment);
  if (before?.whole) return before;
  const requirements = await requirementsOf(environment);
  const base = await findPython(options.python);
  const folder = folderOf(environment, requirements, minorOf(base.version));
  await checkSpace(environment, dirname(folder));
  const there = new AbortController();
  const building = writeFolderAtomic(
    folder,
    async (aside) => {
      await new Build(environment, requirements, aside, options).run(base.program, base.version);
      await correctPaths(aside, folder);
      // Another install was quicker: workers may run in what it made.
      if ((await findInstalled(environment))?.whole) there.abort();
    },
    { signal: signal ? AbortSignal.any([signal, there.signal]) : there.signal },
  );
  try {
    await interruptible(building, signal);
  } catch (error) {
    if (!there.signal.aborted) throw error instanceof UserError && error.code === 'data/cannot-write' ? cannotWrite(error) : error;
  }
  return (await findInstalled(environment))!;
}

type Step = Pick<ProgramRun, 'program' | 'args' | 'line'>;

/** One environment while it is made in a folder of its own. */
class Build {
  constructor(
    private readonly environment: Environment,
    private readonly requirements: Requirements,
    private readonly folder: string,
    private readonly options: InstallOptions,
  ) {}

  async run(base: string, version: string): Promise<void> {
    // On the disk that it is for: /tmp is small on many machines. It goes with the folder, whatever happens.
    await mkdir(this.#temporary);
    this.#report({ step: 'environment', text: `making a virtual environment of Python ${version}` });
    await this.#must({ program: base, args: ['-I', '-m', 'venv', '--without-pip', this.folder] });
    // Within venv it would not say why it fails.
    await this.#must({ program: pythonIn(this.folder), args: ['-I', '-m', 'ensurepip', '--default-pip'] });
    await this.#packages(version);
    this.#report({ step: 'check', text: 'checking that the packages fit together' });
    const checked = await this.#program(this.#pip('check'));
    if (checked.status !== 0) throw new UserError('environment/inconsistent', `The packages of "${this.environment.name}" do not fit together: ${checked.printed.trim().split('\n').at(-1)!}`);
    await rm(this.#temporary, { recursive: true });
  }

  /** All in one go: with every version given, no package can bring another torch. */
  async #packages(version: string): Promise<void> {
    const { file, pins } = this.requirements;
    const total = pins.size;
    const found = new Set<string>();
    let looking: NodeJS.Timeout | undefined;
    const line = (text: string): void => {
      const [, number] = /\(from -r .* \(line (\d+)\)\)$/.exec(text) ?? [];
      if (number !== undefined) found.add(number);
      const [, download] = /^\s+Downloading (\S+ \(.*\))/.exec(text) ?? [];
      if (text.startsWith('Installing collected packages')) looking ??= setInterval(() => void this.#installed(version).then((done) => looking && this.#report({ step: 'install', text: '', done: Math.min(done, total), total })), 500);
      else if (number !== undefined || download !== undefined) this.#report({ step: 'find', text: download ?? '', done: found.size, total });
    };
    try {
      await this.#must({ ...this.#pip('install', '--no-compile', '--progress-bar', 'off', '-r', file), line });
    } finally {
      clearInterval(looking);
      looking = undefined;
    }
    this.#report({ step: 'install', text: '', done: total, total });
  }

  /** pip does not say how far it is; a package that is in place has a folder with its metadata. */
  async #installed(version: string): Promise<number> {
    const packages = process.platform === 'win32' ? join('Lib', 'site-packages') : join('lib', `python3.${minorOf(version)}`, 'site-packages');
    const names = await readdir(join(this.folder, packages)).catch(() => []);
    // Those that every environment begins with are no news.
    return names.filter((name) => name.endsWith('.dist-info') && !/^(pip|setuptools)-/.test(name)).length;
  }

  #pip(...args: string[]): Step {
    return { program: pythonIn(this.folder), args: ['-I', '-m', 'pip', '--no-input', '--disable-pip-version-check', ...args] };
  }

  async #must(step: Step): Promise<void> {
    const { status, printed } = await this.#program(step);
    if (status !== 0) throw explainPip(printed, this.environment);
  }

  #program(step: Step) {
    return runProgram({ ...step, variables: pipVariables, set: { TMPDIR: this.#temporary, TEMP: this.#temporary, PYTHONUNBUFFERED: '1', PYTHONUTF8: '1' }, signal: this.options.signal });
  }

  #report(progress: InstallProgress): void {
    if (!this.options.signal?.aborted) this.options.report?.(progress);
  }

  get #temporary(): string {
    return join(this.folder, '.tmp');
  }
}

/** Scripts name their interpreter, and what activates an environment names its folder: with the folder's later name they work. */
async function correctPaths(aside: string, folder: string): Promise<void> {
  const scripts = join(aside, process.platform === 'win32' ? 'Scripts' : 'bin');
  const entries = await readdir(scripts, { withFileTypes: true });
  for (const path of [join(aside, 'pyvenv.cfg'), ...entries.filter((entry) => entry.isFile()).map(({ name }) => join(scripts, name))]) {
    const bytes = await readFile(path);
    const text = bytes.toString('utf8');
    if (text.includes(aside) && Buffer.from(text).equals(bytes)) await writeFile(path, text.replaceAll(aside, folder));
  }
}

async function checkSpace(environment: Environment, folder: string): Promise<void> {
  const free = await freeMegabytes(folder);
  if (free !== undefined && free < environment.megabytes) throw diskFull(environment, `${free} MB are free for "${folder}"`);
}

/** Free space where a folder is, or will be made; nothing where that cannot be said. */
export async function freeMegabytes(folder: string): Promise<number | undefined> {
  let path = folder;
  while (!(await stat(path).then(() => true, () => false)) && dirname(path) !== path) path = dirname(path);
  return statfs(path).then(({ bavail, bsize }) => Math.floor((bavail * bsize) / 1e6), () => undefined);
}

const cannotWrite = (cause: UserError): UserError =>
  new UserError('environment/cannot-write', cause.message, `${cause.hint ?? ''} TASKLAB_ENVIRONMENTS names another folder for environments.`.trim(), { cause });

/** What takes long to clean up goes on after the abort that made it necessary. */
function interruptible<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

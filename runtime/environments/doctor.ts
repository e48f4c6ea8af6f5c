import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UserError } from '../error.js';
import { runProgram } from '../launch/program.js';
import { costOf, environments, type Environment } from './environment.js';
import { freeMegabytes } from './install.js';
import { environmentsFolder, findInstalled, minors } from './place.js';
import type { Inspected } from './inspected.js';
import { findPython, inspectPython, minorOf } from './python.js';
import { isPinned, pinOf, requirementsOf } from './requirements.js';
import { ownPython } from './index.js';

/** One thing that was looked at. */
export interface Finding {
  readonly subject: string;
  /** `wrong`: what needs it does not work; `note`: worth knowing. */
  readonly state: 'good' | 'note' | 'wrong';
  readonly found: string;
  /** What to do, where something is. */
  readonly advice?: string;
}

export interface DoctorOptions {
  /** Where prepared rows and runs are kept. */
  readonly workFolder: string;
  readonly signal?: AbortSignal | undefined;
  /** Default: all. */
  readonly environments?: readonly Environment[];
}

/**
 * Looks at what trainings need on this machine: Node, Python, the graphics card, space, the environments and what is in them.
 *
 * @example
 * const wrong = (await examineMachine({ workFolder: '.tasklab' })).filter(({ state }) => state === 'wrong');
 */
export async function examineMachine({ workFolder, signal, environments: which = Object.values(environments) }: DoctorOptions): Promise<Finding[]> {
  const looked = [];
  for (const environment of which) looked.push(await lookAt(environment, signal));
  const usable = looked.some(({ inspected, finding }) => inspected && finding.state !== 'wrong');
  return [node(), await python(usable), await graphics(looked.flatMap(({ inspected }) => inspected ?? []), signal), ...(await space(workFolder)), ...looked.map(({ finding }) => finding)];
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const found = process.versions.node;
  return major > 20 || (major === 20 && minor >= 19) ? { subject: 'Node', state: 'good', found } : { subject: 'Node', state: 'wrong', found, advice: 'Install Node 20.19 or later.' };
}

/** Only who installs an environment needs one. */
async function python(usable: boolean): Promise<Finding> {
  try {
    const { version, program } = await findPython();
    return { subject: 'Python', state: 'good', found: `${version}, ${program}` };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { subject: 'Python', state: usable ? 'note' : 'wrong', found: error.message, advice: error.hint ?? `Install Python 3.${minors[0]}.` };
  }
}

async function graphics(inspected: readonly Inspected[], signal?: AbortSignal): Promise<Finding> {
  const subject = 'GPU';
  const torch = inspected.flatMap((one) => (one.torch && 'devices' in one.torch ? [one.torch] : []));
  const used = torch.find(({ devices }) => devices.length > 0);
  if (used) {
    const cards = used.devices.map(({ name, memory, bf16 }) => `${name}${memory === null ? '' : `, ${Math.round(memory / 2 ** 30)} GiB`}${bf16 ? ', bf16' : ''}`);
    return { subject, state: 'good', found: cards.join('; ') };
  }
  const cards = await runProgram({ program: 'nvidia-smi', args: ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader'], signal }).then(
    ({ status, printed }) => (status === 0 ? printed.trim().split('\n').filter(Boolean) : []),
    (error: unknown) => {
      if (error instanceof UserError && error.code === 'launch/cannot-start') return [];
      throw error;
    },
  );
  if (cards.length === 0) return { subject, state: 'good', found: 'none: trainings run on the CPU' };
  const found = cards.join('; ');
  if (torch.length === 0) return { subject, state: 'note', found: `${found}; no environment is installed that uses it` };
  const [{ built_for: cuda }] = torch as [(typeof torch)[number]];
  return cuda === null
    ? { subject, state: 'note', found: `${found}; but the installed torch is built for the CPU`, advice: 'Let pip find torch with CUDA (its configuration, PIP_INDEX_URL), then: tasklab envs remove core, tasklab envs install core.' }
    : { subject, state: 'note', found: `${found}; but torch for CUDA ${cuda} cannot use it`, advice: 'Update the driver of the card; CUDA_VISIBLE_DEVICES may hide it.' };
}

/** Below this a training with its checkpoints may run out of space. */
const scarceMegabytes = 2000;

async function space(workFolder: string): Promise<Finding[]> {
  const places = [['space for environments', environmentsFolder(), 'TASKLAB_ENVIRONMENTS'], ['space for runs', resolve(workFolder), 'TASKLAB_HOME']] as const;
  return Promise.all(
    places.map(async ([subject, folder, variable]): Promise<Finding> => {
      const elsewhere = `name another folder: ${variable}.`;
      const free = await freeMegabytes(folder);
      const found = `${free === undefined ? 'unknown' : `${free} MB free`}, ${folder}`;
      const blocked = await blocker(folder);
      if (blocked !== undefined) return { subject, state: 'wrong', found: `${blocked} cannot be written to`, advice: `Change its permissions, or ${elsewhere}` };
      if (free === undefined || free >= scarceMegabytes) return { subject, state: 'good', found };
      return { subject, state: free < 100 ? 'wrong' : 'note', found, advice: `Free some space, or ${elsewhere}` };
    }),
  );
}

/** The folder above a place, or itself, that keeps it from being written. */
async function blocker(folder: string): Promise<string | undefined> {
  const entry = await stat(folder).catch(() => undefined);
  if (!entry) return dirname(folder) === folder ? folder : blocker(dirname(folder));
  return entry.isDirectory() && (await access(folder, constants.W_OK).then(() => true, () => false)) ? undefined : folder;
}

interface Looked {
  readonly finding: Finding;
  readonly inspected?: Inspected;
}

async function lookAt(environment: Environment, signal?: AbortSignal): Promise<Looked> {
  const { name, variable, packages } = environment;
  const subject = `environment ${name}`;
  const own = ownPython(environment);
  const installed = own === undefined ? await findInstalled(environment) : undefined;
  const place = own ?? installed?.python;
  if (place === undefined) return { finding: { subject, state: 'note', found: `not installed (${costOf(environment)})`, advice: `tasklab envs install ${name}, where a framework needs it.` } };
  const anew = own === undefined ? `tasklab envs remove ${name}, then tasklab envs install ${name}.` : `Correct ${variable}, or unset it to use the installed environment.`;
  const where = own === undefined ? place : `${place} (${variable})`;
  const inspected = await inspectPython(place, packages, { thorough: true, signal }).catch((error: unknown) => {
    if (error instanceof UserError) return error;
    throw error;
  });
  if (inspected instanceof UserError) return { finding: { subject, state: 'wrong', found: `damaged: ${inspected.message}`, advice: anew } };

  const requirements = await requirementsOf(environment);
  const has = (one: string): string | null => inspected.packages[one] ?? null;
  const missing = packages.filter((one) => has(one) === null);
  const wrong = [
    ...(minorOf(inspected.version) < minors[0] ? [`Python ${inspected.version} is too old`] : []),
    ...(missing.length > 0 ? [`${missing.join(', ')} missing`] : []),
    ...Object.entries(inspected.lost).map(([one, files]) => `${one} has lost ${files} of its files`),
    ...(inspected.torch && 'error' in inspected.torch && has('torch') !== null ? [`torch cannot be loaded (${inspected.torch.error})`] : []),
  ];
  const advice = own !== undefined && missing.length > 0 ? `Install what is missing there with pip, or unset ${variable} to use the installed environment.` : anew;
  if (wrong.length > 0) return { finding: { subject, state: 'wrong', found: `damaged: ${wrong.join('; ')}; ${where}`, advice }, inspected };

  const versions = packages.map((one) => {
    const pin = pinOf(requirements, one);
    return { text: `${one} ${has(one)!}`, differs: pin !== undefined && !isPinned(has(one)!, pin), pin };
  });
  const differing = versions.filter(({ differs }) => differs);
  const found = `${where}: Python ${inspected.version}, ${versions.map(({ text }) => text).join(', ')}`;
  if (differing.length === 0) return { finding: { subject, state: 'good', found }, inspected };
  const tested = differing.map(({ text, pin }) => `${text} (tested with ${pin})`).join(', ');
  return { finding: { subject, state: 'note', found: `${found}; ${tested}`, ...(own === undefined && { advice: anew }) }, inspected };
}

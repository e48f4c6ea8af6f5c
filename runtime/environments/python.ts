/** Which Pythons there are, and what they have. */
import { join } from 'node:path';
import { UserError } from '../error.js';
import { runProgram } from '../launch/program.js';
import { pythonFolder } from '../launch/python.js';
import type { Inspected } from './inspected.js';
import { minors } from './place.js';

export interface InspectOptions {
  /** Also counts the packages' files, and loads torch. */
  readonly thorough?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Asks a Python what it has. Throws `launch/cannot-start`, and `environment/no-such-python` for a program that is none. */
export async function inspectPython(python: string, packages: readonly string[], { thorough, signal }: InspectOptions = {}): Promise<Inspected> {
  const args = ['-I', join(pythonFolder, 'inspect_environment.py'), ...(thorough ? ['--files', '--torch'] : []), ...packages];
  const { printed } = await runProgram({ program: python, args, signal });
  const { Inspected } = await import('./inspected.js');
  try {
    return Inspected.parse(JSON.parse(printed.split('\n').at(-1)!));
  } catch {
    throw new UserError('environment/no-such-python', `"${python}" is no working Python: ${printed.trim().split('\n').at(-1) || 'it says nothing'}.`);
  }
}

/** 3.11.7 → 11; 0 for what is no Python 3. */
export const minorOf = (version: string): number => Number(/^3\.(\d+)/.exec(version)?.[1] ?? 0);

const oldest = `3.${minors[0]}`;
const newest = `3.${minors.at(-1)}`;

/**
 * A Python that environments can be made of: the one of that name, or the first that is in PATH.
 * Throws `environment/no-python`, `environment/wrong-python` where its version does not fit, `environment/no-venv` where Debian's lacks a part.
 */
export async function findPython(named?: string): Promise<Inspected> {
  const names = named === undefined ? ['python3', ...minors.map((minor) => `python3.${minor}`).reverse(), 'python'] : [named];
  const found: Inspected[] = [];
  for (const name of names) {
    const one = await inspectPython(name, []).catch(() => undefined);
    if (!one) continue;
    found.push(one);
    if (fits(one) && one.venv) return one;
  }
  const [first] = found;
  if (!first) {
    const what = named === undefined ? 'There is no Python in PATH' : `"${named}" is no Python`;
    throw new UserError('environment/no-python', `${what}, and frameworks in Python need one.`, `Install Python ${oldest} to ${newest}, or name one with --python.`);
  }
  const fitting = found.find(fits);
  if (!fitting) {
    throw new UserError('environment/wrong-python', `Python ${first.version} (${first.program}) does not fit: Python ${oldest} to ${newest} is needed.`, 'Install such a Python, or name one with --python.');
  }
  throw new UserError(
    'environment/no-venv',
    `Python ${fitting.version} (${fitting.program}) cannot make virtual environments: its modules venv and ensurepip are missing.`,
    `Install them: on Debian and Ubuntu the package python3.${minorOf(fitting.version)}-venv.`,
  );
}

const fits = ({ version }: Inspected): boolean => (minors as readonly number[]).includes(minorOf(version));

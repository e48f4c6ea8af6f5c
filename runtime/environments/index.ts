/** The Python environments that frameworks train in. */
import { isAbsolute, resolve } from 'node:path';
import { UserError } from '../error.js';
import { costOf, environments, type Environment, type EnvironmentName } from './environment.js';
import { findInstalled, minors } from './place.js';
import { inspectPython, minorOf } from './python.js';

export { costOf, environments, type Environment, type EnvironmentName } from './environment.js';
export { installEnvironment, type InstallOptions, type InstallProgress } from './install.js';
export { environmentsFolder, findInstalled, type InstalledEnvironment, pythonVersionIn, remnantsOf, removeEnvironment } from './place.js';

/**
 * The Python that an environment's workers run with: the user's own where one is named, else the installed one.
 * Throws `environment/missing`, `environment/broken`; for one of the user's `environment/no-such-python`, `environment/wrong-python`,
 * `environment/incomplete`.
 */
export async function pythonOf(name: EnvironmentName): Promise<string> {
  const environment = environments[name];
  const own = ownPython(environment);
  if (own !== undefined) {
    await checked(own, environment);
    return own;
  }
  const installed = await findInstalled(environment);
  if (installed?.whole) return installed.python;
  if (installed) throw new UserError('environment/broken', `The Python environment "${name}" is damaged: "${installed.python}" cannot be run.`, `Install it anew: tasklab envs install ${name}`);
  throw new UserError(
    'environment/missing',
    `The Python environment "${name}" is not installed.`,
    `Install it with "tasklab envs install ${name}" or %envs install ${name} (${costOf(environment)}), or name a Python of your own: ${environment.variable}.`,
  );
}

/** The Python of the user's own that stands in for an environment, absolute where it is a path. */
export function ownPython({ variable }: Environment): string | undefined {
  const own = process.env[variable];
  // Workers run in folders of their own.
  return own ? (/[/\\]/.test(own) && !isAbsolute(own) ? resolve(own) : own) : undefined;
}

/** Those that were found good: they are not asked again. */
const good = new Set<string>();

async function checked(python: string, environment: Environment): Promise<void> {
  const key = `${environment.name} ${python}`;
  if (good.has(key)) return;
  const { variable, packages, name } = environment;
  const found = await inspectPython(python, packages).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    throw new UserError('environment/no-such-python', `${variable} names "${python}", which cannot be run as a Python.`, `Correct ${variable}, or unset it to use the installed environment.`, { cause: error });
  });
  if (minorOf(found.version) < minors[0]) {
    throw new UserError('environment/wrong-python', `${variable} names "${python}", which is Python ${found.version}: Python 3.${minors[0]} or later is needed.`, `Name a later one, or unset ${variable}.`);
  }
  const missing = packages.filter((one) => found.packages[one] === null);
  if (missing.length > 0) {
    throw new UserError('environment/incomplete', `${variable} names "${python}", which has no ${missing.join(', ')} of "${name}".`, `Install ${missing.length > 1 ? 'them' : 'it'} there with pip, or unset ${variable} to use the installed environment.`);
  }
  good.add(key);
}

import { UserError } from '../error.js';
import { environments, type EnvironmentName } from './environment.js';

/** The Python that an environment's workers run with. Throws `environment/missing`. */
export async function pythonOf(name: EnvironmentName): Promise<string> {
  const { variable, megabytes, seconds } = environments[name];
  const own = process.env[variable];
  if (own) return own;
  throw new UserError('environment/missing', `The Python environment "${name}" is not installed.`, `Install it with "tasklab envs install ${name}" (about ${megabytes} MB, ${Math.ceil(seconds / 60)} minutes), or name a Python of your own: ${variable}.`);
}

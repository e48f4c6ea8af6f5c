import { inProcess } from './inProcess.js';
import type { Launcher } from './launcher.js';
import { local } from './local.js';
import { UserError } from '../error.js';

/** All ways to start a worker; a new one is a file and a line here. */
export const launchers: readonly Launcher[] = [local, inProcess];

/** The launcher of that name; throws `launch/not-available` where there is none. */
export function launcherNamed(name: string): Launcher {
  const found = launchers.find((launcher) => launcher.name === name);
  if (found) return found;
  throw new UserError(
    'launch/not-available',
    `There is no way to launch on "${name}".`,
    `Use one of: ${launchers.map((launcher) => launcher.name).join(', ')}.`,
  );
}

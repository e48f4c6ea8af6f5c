import { appendFile, mkdir, readFile, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { UserError } from '../error.js';
import { Run } from './run.js';

/**
 * The runs whose training trusted code of a repository, by folder: a list of the user's own, on this machine. Such code
 * lies in the run's folder, beside a job that names whom it trusts; a folder from elsewhere may hold and say the same.
 */
function listPath(): string {
  const { XDG_STATE_HOME: state = '' } = process.env;
  return join(isAbsolute(state) ? state : join(homedir(), '.local', 'state'), 'tasklab', 'trusted-runs.jsonl');
}

/** Notes a run that was made here with `trust`. */
export async function rememberTrusted(folder: string): Promise<void> {
  const path = listPath();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await appendFile(path, `${JSON.stringify(await realpath(folder))}\n`, { mode: 0o600 });
}

/** Throws `model/needs-trust` where the run in that folder says that it trusted code, and was not made here. */
export async function needTrusted(folder: string): Promise<void> {
  const run = new Run(folder);
  // A model that was carried away has no job, and whom a broken one trusts is nobody.
  const trust = await run.job().then((job) => job.trust, () => null);
  if (!trust || (await isTrusted(folder))) return;
  throw new UserError('model/needs-trust', `The run "${run.name}" brings code of "${trust.repository}", and was not trained here.`, `Read that code, and train from the repository: trust = "${trust.repository}@${trust.revision}".`);
}

/** Was the run in that folder made here with `trust`? */
export async function isTrusted(folder: string): Promise<boolean> {
  const list = await readFile(listPath(), 'utf8').catch(() => '');
  return list.split('\n').includes(JSON.stringify(await realpath(folder)));
}

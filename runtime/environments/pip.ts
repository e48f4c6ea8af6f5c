import { UserError } from '../error.js';
import { costOf, type Environment } from './environment.js';

/** What pip (or venv) prints when it fails, as what a user can do about it. */
export function explainPip(printed: string, environment: Environment): UserError {
  const failed = `The environment "${environment.name}" could not be installed`;
  const found = (pattern: RegExp): string | undefined => pattern.exec(printed)?.[1];
  if (/No space left on device|\[Errno 28\]|Disk quota exceeded/.test(printed)) return diskFull(environment, 'the disk is full');
  if (/NewConnectionError|ConnectTimeoutError|ReadTimeoutError|NameResolutionError|ProxyError|SSLError|Network is unreachable|Temporary failure in name resolution|connection broken by|ConnectionResetError|IncompleteRead/.test(printed)) {
    return new UserError('environment/no-network', `${failed}: the package index cannot be reached.`, 'Is there a network? Behind a proxy set HTTPS_PROXY; another index is named with PIP_INDEX_URL or in pip\'s configuration. Then install again: what was downloaded is kept.');
  }
  const missing = found(/No matching distribution found for (\S+)/);
  if (missing !== undefined) {
    return new UserError('environment/no-package', `${failed}: the package index has no ${missing} for this machine and its Python.`, 'With another index (PIP_INDEX_URL) or another Python (--python) it may be there.');
  }
  const denied = found(/(?:Permission denied|Read-only file system|Operation not permitted): '?([^'\n]+)/);
  if (denied !== undefined) return new UserError('environment/cannot-write', `${failed}: "${denied}" may not be written.`, 'TASKLAB_ENVIRONMENTS names another folder for environments.');
  const lines = printed.trim().split('\n');
  const last = lines.findLast((line) => /^(ERROR|error):/.test(line)) ?? lines.at(-1);
  return new UserError('environment/install-failed', `${failed}: ${last?.replace(/^error:\s*/i, '').replace(/[.:]?$/, '') || 'pip was ended'}.`, 'Install again; "tasklab doctor" says what is wrong with this machine.');
}

export const diskFull = (environment: Environment, found: string): UserError =>
  new UserError('environment/disk-full', `There is not enough space for the environment "${environment.name}": ${found}.`, `It takes ${costOf(environment)}. Free some space, or name another folder: TASKLAB_ENVIRONMENTS.`);

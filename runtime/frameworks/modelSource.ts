import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { UserError } from '../error.js';
import type { Job, ModelSource } from '../run/job.js';
import type { Run } from '../run/run.js';
import type { Framework } from './framework.js';

export interface ModelRequest {
  /** Where relative folders start. */
  readonly folder: string;
  readonly revision?: string | undefined;
}

/**
 * Where a model comes from: a finished run, a folder that is there, else a name that the framework knows or a
 * repository of a hub. Throws `model/no-folder`, `model/no-repository`.
 */
export function modelSource(model: string | Pick<Run, 'name'> | Run, framework: Pick<Framework, 'name' | 'knowsNames'>, { folder, revision }: ModelRequest): ModelSource {
  if (typeof model !== 'string') return { from: 'run', name: model.name, path: 'folder' in model ? model.folder : '' };
  const path = resolve(folder, model.replace(/^~(?=\/|$)/, homedir()));
  if (isFolder(path)) return { from: 'folder', path };
  if (/^(?:[./~\\]|[A-Za-z]:)/.test(model)) throw new UserError('model/no-folder', `There is no folder "${model}" with a model.`, 'Give a folder that is there, or a repository as "organization/name".');
  if (framework.knowsNames) return { from: 'name', name: model };
  if (!/^[\w.-]{1,96}(?:\/[\w.-]{1,96})?$/.test(model)) throw new UserError('model/no-repository', `"${model}" is no folder and no name of a repository.`, 'Write "organization/name".');
  return { from: 'repository', name: model, revision: revision ?? null };
}

/** The source as a job of a run below `root` names it: runs there are relative to the job's folder. */
export function fromJobFolder(source: ModelSource | null, root: string): ModelSource | null {
  if (source?.from !== 'run') return source;
  return dirname(source.path) === root ? { ...source, path: `../../../${basename(source.path)}` } : { from: 'folder', path: source.path };
}

/** `organization/name@commit` of the training's own model; throws `training/trust`. */
export function trusted(trust: string | undefined, model: ModelSource | null): Job['trust'] {
  if (trust === undefined) return null;
  const [, repository, revision] = /^([^\s@]+\/[^\s@]+)@([0-9a-f]{40})$/.exec(trust) ?? [];
  if (repository === undefined || revision === undefined) {
    throw new UserError('training/trust', `"${trust}" names no repository at a commit.`, 'Write "organization/name@COMMIT" with all 40 digits of the commit.');
  }
  if (model?.from !== 'repository' || model.name !== repository) {
    throw new UserError('training/trust', `"${repository}" is trusted, but it is not the model.`, 'Trust the repository that "model" names, or leave "trust" out.');
  }
  return { repository, revision };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

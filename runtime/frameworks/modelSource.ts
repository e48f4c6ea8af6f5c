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
 * repository of a hub, as `organization/name` or `organization/name@REVISION`. Throws `model/no-folder`, `model/no-repository`, `training/wrong-value`
 * where a revision is asked for of what has none.
 */
export function modelSource(model: string | Pick<Run, 'name'> | Run, framework: Pick<Framework, 'name' | 'knowsNames'>, { folder, revision }: ModelRequest): ModelSource {
  const without = <T extends ModelSource>(source: T): T => {
    if (revision === undefined) return source;
    throw new UserError('training/wrong-value', `The revision "${revision}" is asked for, and the model is no repository of a hub, which alone have revisions.`, 'Leave revision out.');
  };
  if (typeof model !== 'string') return without({ from: 'run', name: model.name, path: 'folder' in model ? model.folder : '' });
  const path = resolve(folder, model.replace(/^~(?=\/|$)/, homedir()));
  if (isFolder(path)) return without({ from: 'folder', path });
  if (/^(?:[./~\\]|[A-Za-z]:)/.test(model)) throw new UserError('model/no-folder', `There is no folder "${model}" with a model.`, 'Give a folder that is there, or a repository as "organization/name".');
  if (framework.knowsNames) return without({ from: 'name', name: model });
  const [, name, written] = /^([\w.-]{1,96}(?:\/[\w.-]{1,96})?)(?:@([\w./-]{1,96}))?$/.exec(model) ?? [];
  if (name === undefined) throw new UserError('model/no-repository', `"${model}" is no folder and no name of a repository.`, 'Write "organization/name", or "organization/name@REVISION".');
  if (written !== undefined && revision !== undefined) throw new UserError('training/option-given-twice', `The model is "${model}", and revision says "${revision}".`, 'Give one of them.');
  return { from: 'repository', name, revision: written ?? revision ?? null };
}

/** The source as a job of a run below `root` names it: runs there are relative to the job's folder. */
export function fromJobFolder(source: ModelSource | null, root: string): ModelSource | null {
  if (source?.from !== 'run') return source;
  return dirname(source.path) === root ? { ...source, path: `../../../${basename(source.path)}` } : { from: 'folder', path: source.path };
}

/** `organization/name@commit` of the training's own model, whose revision it is too; throws `training/trust`. */
export function trusted(trust: string | undefined, model: ModelSource | null): Job['trust'] {
  if (trust === undefined) return null;
  const [, repository, revision] = /^([^\s@]+\/[^\s@]+)@([0-9a-f]{40})$/.exec(trust) ?? [];
  if (repository === undefined || revision === undefined) {
    throw new UserError('training/trust', `"${trust}" names no repository at a commit.`, 'Write "organization/name@COMMIT" with all 40 digits of the commit.');
  }
  if (model?.from !== 'repository' || model.name !== repository) {
    throw new UserError('training/trust', `"${repository}" is trusted, but it is not the model.`, 'Trust the repository that "model" names, or leave "trust" out.');
  }
  if (model.revision !== null && model.revision !== revision) {
    throw new UserError('training/trust', `The commit ${revision} of "${repository}" is trusted, and the model is its revision "${model.revision}".`, 'Leave the revision out: the model is taken at the commit that is trusted.');
  }
  return { repository, revision };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

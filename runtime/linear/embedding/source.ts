/** Where an embedding model is: a folder, a repository of the hub, the embeddings of a finished run. */
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../../error.js';
import { hubSnapshot } from '../../hub/snapshot.js';
import { modelName, type ModelSource } from '../../run/job.js';
import { modelFiles, type ModelFiles } from './modelFiles.js';

export interface LocatedModel {
  /** What people call it. */
  readonly name: string;
  readonly folder: string;
  readonly files: ModelFiles;
  /** The commit of a repository. */
  readonly commit: string | null;
}

/**
 * Finds the files of a model, and fetches those of a repository that are not in the cache yet.
 * Throws `model/no-folder`, `model/no-onnx`, `model/no-tokenizer`; for repositories `model/unreachable`, `model/no-repository`, `model/hub-denied`, `model/cut-off`.
 */
export async function locateModel(source: ModelSource, jobFolder: string): Promise<LocatedModel> {
  const name = modelName(source)!;
  if (source.from === 'name') throw new UserError('model/no-repository', `"${name}" is no folder and no repository with an embedding model.`);
  if (source.from !== 'repository') {
    const folder = resolve(jobFolder, source.path);
    return { name, folder, files: filesIn(folder, name), commit: null };
  }
  const inOrder = (paths: readonly string[]): readonly string[] => {
    const { settings, onnx } = modelFiles(paths, name);
    // Last: what is in the cache without a network has all the rest.
    return [...settings, onnx];
  };
  const { folder, commit } = await hubSnapshot({ type: 'model', name: source.name, revision: source.revision ?? undefined }, inOrder);
  return { name, folder, files: filesIn(folder, name), commit };
}

/** The files of a model in a folder, at its root or one folder below. Throws `model/no-folder`, `model/no-onnx`, `model/no-tokenizer`. */
export function filesIn(folder: string, name: string): ModelFiles {
  if (!isFolder(folder)) throw new UserError('model/no-folder', `There is no folder of the model "${name}".`, 'Carry it along, or give another one.');
  const top = readdirSync(folder);
  const below = top.filter((entry) => isFolder(join(folder, entry))).flatMap((entry) => readdirSync(join(folder, entry)).map((file) => `${entry}/${file}`));
  return modelFiles([...top, ...below], name);
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** What frameworks have in common whose trainings are written here and run elsewhere. */
import { UserError } from '../error.js';
import { modelName, type Job } from '../run/job.js';
import type { Run } from '../run/run.js';
import type { Framework } from './framework.js';
import type { Model } from './model.js';

/** There is no model in the run: it can neither predict, nor generate, nor score. */
export async function openElsewhere(run: Run): Promise<Model> {
  await run.manifest();
  return { close: async () => {} };
}

/** The program takes the newest of a repository, and cannot be told which code to trust. */
export const checkElsewhere = (program: string): NonNullable<Framework['check']> => ({ model, trust }) => {
  if (trust !== null) throw new UserError('training/trust', `${program} cannot be told at which commit "${trust.repository}" is trusted.`, 'Leave "trust" out, or train with another framework.');
  if (model?.from === 'repository' && model.revision !== null) throw new UserError('training/revision', `${program} takes the newest of a repository, and "${model.name}" is wanted at ${model.revision}.`, 'Leave "revision" out, or download it into a folder and name that.');
};

/** How the program finds the model from the run's folder: runs lie beside each other. Throws `run/broken-job`. */
export function modelFromRun({ model }: Pick<Job, 'model'>): string {
  if (model?.from === 'run') return model.path.startsWith('../../../') ? model.path.slice('../../'.length) : model.path;
  if (model?.from === 'folder') return model.path;
  const name = modelName(model);
  if (name === null) throw new UserError('run/broken-job', 'The job names no model.');
  return name;
}

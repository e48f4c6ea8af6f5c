import type { TaskPlan } from '../../dsl/index.js';
import { UserError } from '../../runtime/error.js';
import { TrainingTask, type Formatted, type Sample } from '../../runtime/task/index.js';
import { findFunction, type FunctionPlaces } from './function.js';

/** The task that a declaration means. */
export async function bindTask({ name, kind, entries, using, fingerprint, settings }: TaskPlan, places: FunctionPlaces): Promise<TrainingTask> {
  const unknown = Object.keys(settings).find((setting) => setting !== 'seed');
  if (unknown !== undefined) {
    throw new UserError('task/setting-not-available', `The task "${name}" sets "${unknown}", which is not available yet.`, 'Leave it out.');
  }
  if (entries) return TrainingTask.fromProgram({ name, kind, entries, fingerprint });
  const format = (await findFunction(name, using!, places)) as (sample: Sample) => Formatted<never>;
  return TrainingTask.fromFunction(kind, { name, format });
}

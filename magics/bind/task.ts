import type { TaskPlan } from '../../dsl/index.js';
import type { PrepareOptions } from '../../runtime/prepare/index.js';
import { TrainingTask, type Formatted, type Sample } from '../../runtime/task/index.js';
import { findFunction, type FunctionPlaces } from './function.js';

/** The task that a declaration means. */
export async function bindTask({ name, kind, entries, using, fingerprint }: TaskPlan, places: FunctionPlaces): Promise<TrainingTask> {
  if (entries) return TrainingTask.fromProgram({ name, kind, entries, fingerprint });
  const format = (await findFunction(name, using!, places)) as (sample: Sample) => Formatted<never>;
  return TrainingTask.fromFunction(kind, { name, format });
}

/** How a task's records are split, of its settings. */
export function splitOptions({ settings }: TaskPlan): Pick<PrepareOptions, 'splitBy' | 'dedupe' | 'stratify'> {
  const { split_by: splitBy, dedupe, stratify } = settings;
  return { splitBy: splitBy as string | undefined, dedupe: dedupe as boolean | undefined, stratify: stratify as boolean | undefined };
}

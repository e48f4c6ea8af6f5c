import type { TaskPlan } from '../../dsl/index.js';
import type { Scope } from '../../kernel/cell.js';
import { TrainingTask, type Formatted, type Sample } from '../../runtime/index.js';
import { UserError } from '../../runtime/error.js';

/** The task that a declaration means. */
export function bindTask({ name, kind, entries, using, fingerprint, settings }: TaskPlan, scope: Scope): TrainingTask {
  const unknown = Object.keys(settings).find((setting) => setting !== 'seed');
  if (unknown !== undefined) {
    throw new UserError('task/setting-not-available', `The task "${name}" sets "${unknown}", which is not available yet.`, 'Leave it out.');
  }
  if (entries) return TrainingTask.fromProgram({ name, kind, entries, fingerprint });
  const format = scope(using!);
  if (typeof format !== 'function') {
    throw new UserError('task/no-function', `The task "${name}" uses "${using}", which is no function of this notebook.`, 'Define it in a TypeScript cell first.');
  }
  return TrainingTask.fromFunction(kind, { name, format: format as (sample: Sample) => Formatted<never> });
}

import type { DatasetPlan } from '../../dsl/index.js';
import type { Scope } from '../../kernel/cell.js';
import { sourceNamed } from '../../runtime/dataset/sources/table.js';
import type { FeedbackDataset } from '../../runtime/index.js';

/** The data set that a declaration means; `folder` is where its relative paths start. */
export async function bindDataset(plan: DatasetPlan, folder: string, scope: Scope): Promise<FeedbackDataset> {
  return sourceNamed(plan.source).open({ ...plan, folder, variable: scope });
}

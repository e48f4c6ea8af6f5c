import { resolve } from 'node:path';
import type { DatasetPlan } from '../../dsl/index.js';
import type { Scope } from '../../kernel/cell.js';
import { FeedbackDataset } from '../../runtime/index.js';
import { UserError } from '../../runtime/error.js';

/** The data set that a declaration means; `folder` is where its relative path starts. */
export async function bindDataset({ name, source, argument, mapping }: DatasetPlan, folder: string, scope: Scope): Promise<FeedbackDataset> {
  switch (source) {
    case 'folder':
      return FeedbackDataset.fromFolder(resolve(folder, argument), { name, shown: argument });
    case 'file':
      return FeedbackDataset.fromFile(resolve(folder, argument), {
        name,
        shown: argument,
        mapping: mapping ?? { fields: [], questions: [], suggestions: [], metadata: [] },
      });
    case 'value': {
      const value = scope(argument);
      if (value instanceof FeedbackDataset) return value;
      const what = value === undefined ? `There is no variable "${argument}".` : `The variable "${argument}" is no FeedbackDataset.`;
      throw new UserError('data/no-value', what, 'Make one in a TypeScript cell first.');
    }
    default:
      throw new UserError('data/unknown-source', `The data set "${name}" comes from "${source}", which is not known.`);
  }
}

import type { DatasetSchema, Schema } from '../dsl/index.js';
import { questionTypes } from '../runtime/dataset/questions.js';
import { sources } from '../runtime/dataset/sources/table.js';
import { frameworks } from '../runtime/frameworks/index.js';
import { functions } from '../runtime/task/functions.js';
import { kinds } from '../runtime/task/kinds/index.js';
import { strategies } from '../runtime/unify/index.js';
import type { FeedbackDataset } from '../runtime/index.js';

/** What programs are checked against: the runtime's own tables, and the settings of the data sets that are open. */
export const languageSchema = (datasets: Schema['datasets']): Schema => ({
  kinds,
  functions,
  strategies: strategies,
  questionTypes,
  sources,
  frameworks,
  datasets,
});

/** The part of a data set that a task may refer to. */
export const datasetSchema = ({ fields, questions, metadataProperties, allowExtraMetadata }: FeedbackDataset): DatasetSchema => ({
  fields: fields.map(({ name, required }) => ({ name, required })),
  questions: Object.fromEntries(
    questions.map(({ name, type, required, options }) => [name, { type, required, ...(options && { options: options.map(String) }) }]),
  ),
  metadata: metadataProperties.map(({ name }) => name),
  extraMetadata: allowExtraMetadata,
});

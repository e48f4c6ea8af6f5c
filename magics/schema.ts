import type { DatasetSchema, Schema } from '../dsl/index.js';
import { sources } from '../runtime/dataset/sources/table.js';
import { frameworks } from '../runtime/frameworks/index.js';
import { functions } from '../runtime/task/functions.js';
import { kinds } from '../runtime/task/kinds/index.js';
import { strategies } from '../runtime/unify/index.js';
import type { FeedbackDataset } from '../runtime/index.js';

const questionTypes = [
  { name: 'text', doc: 'A text.' },
  { name: 'label', doc: 'One of several labels: label("a", "b"); without a list they come from the data.' },
  { name: 'multi_label', doc: 'Any of several labels: multi_label("a", "b").' },
  { name: 'rating', doc: 'A number of a scale: rating(1 to 5) or rating(1, 2, 4).' },
  { name: 'ranking', doc: 'An order of options, ties allowed: ranking("a", "b").' },
  { name: 'span', doc: 'Labelled parts of a field: span("person", "place") of text.' },
];

/** What programs are checked against: the runtime's own tables, and the settings of the data sets that are open. */
export const languageSchema = (datasets: Schema['datasets']): Schema => ({
  kinds,
  functions,
  strategies,
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

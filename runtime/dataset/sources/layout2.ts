import type { Vector } from 'apache-arrow';
import type { DatasetSettings } from '../settings.js';
import { listOffsets } from './answerColumn.js';
import { wanted, wantedFields, type ColumnOf, type Layout } from './layout.js';
import type { ParquetFile } from './parquet.js';
import { onlyData } from './texts.js';

/** Of the record itself, so that they are no metadata. */
const own = ['id', 'status', '_server_id'];

/**
 * Argilla 2.x: parts stand flat, `question.responses` beside `.responses.users` and `.responses.status`; metadata and vectors
 * are columns by their names.
 */
export const layout2 = ({ fields, questions, metadataProperties, vectorsSettings, allowExtraMetadata }: DatasetSettings, { columns: there, classLabels }: Pick<ParquetFile, 'columns' | 'classLabels'>): Layout => {
  const ofQuestions = questions.flatMap(({ name }) => there.filter((column) => column.startsWith(`${name}.`)));
  const others = there.filter((name) => ![...own, ...fields.map((field) => field.name), ...vectorsSettings.map((vector) => vector.name), ...ofQuestions].includes(name));
  const metadata = allowExtraMetadata ? others : metadataProperties.map(({ name }) => name).filter((name) => others.includes(name));
  return {
    columns: (settings, projection) =>
      [
        'id',
        ...wantedFields(settings, projection),
        ...wanted(questions, projection.questions).flatMap((name) => [`${name}.responses`, `${name}.responses.users`, `${name}.responses.status`]),
        ...wanted(questions, projection.suggestions).flatMap((name) => [`${name}.suggestion`, `${name}.suggestion.score`, `${name}.suggestion.agent`]),
        ...(projection.metadata === false ? [] : metadata),
        ...(projection.vectors === false ? [] : vectorsSettings.map(({ name }) => name)),
      ].filter((name) => there.includes(name)),
    answersOf: (question) => `${question}.responses`,
    id: (columnOf) => columnOf('id'),
    answers: ({ name }, columnOf) => {
      const column = columnOf(`${name}.responses`);
      if (!column) return undefined;
      // A column that is null throughout has no lists.
      const offsets = listOffsets(onlyData(column));
      if (!offsets) return column.nullCount === column.length ? undefined : false;
      return { offsets, values: column.getChildAt(0)!, users: itemsOf(`${name}.responses.users`, columnOf), statuses: itemsOf(`${name}.responses.status`, columnOf) };
    },
    suggestion: (question, columnOf) => {
      const value = columnOf(`${question}.suggestion`);
      return { value, names: classLabels.get(`${question}.suggestion`), score: columnOf(`${question}.suggestion.score`), type: null, agent: columnOf(`${question}.suggestion.agent`) };
    },
    metadata: (columnOf) => new Map(metadata.flatMap((name) => [[name, columnOf(name)] as const]).filter((entry): entry is [string, Vector] => entry[1] !== null)),
    vectors: (settings, columnOf, index) => Object.fromEntries(settings.vectorsSettings.map(({ name }) => [name, columnOf(name)?.get(index)])),
  };
};

function itemsOf(name: string, columnOf: ColumnOf): Vector | null {
  const column = columnOf(name);
  return column && listOffsets(onlyData(column)) ? column.getChildAt(0) : null;
}

import type { Vector } from 'apache-arrow';
import { listOffsets } from './answerColumn.js';
import { wanted, wantedFields, type AnswerVectors, type Layout } from './layout.js';
import { onlyData } from './texts.js';

/** Argilla 1.x: a question's answers are a list of objects, or in older files an object of lists. */
export const layout1: Layout = {
  columns: (settings, projection, there) =>
    [
      'external_id',
      ...wantedFields(settings, projection),
      ...wanted(settings.questions, projection.questions),
      ...wanted(settings.questions, projection.suggestions).flatMap((name) => [`${name}-suggestion`, `${name}-suggestion-metadata`]),
      ...(projection.metadata === false ? [] : ['metadata']),
      ...(projection.vectors === false ? [] : ['vectors']),
    ].filter((name) => there.includes(name)),
  answersOf: (question) => question,
  id: (columnOf) => columnOf('external_id'),
  answers: ({ name }, columnOf) => {
    const column = columnOf(name);
    if (!column) return undefined;
    return listOffsets(onlyData(column)) ? listOfObjects(column) : objectOfLists(column);
  },
  suggestion: (question, columnOf) => {
    const about = columnOf(`${question}-suggestion-metadata`);
    return { value: columnOf(`${question}-suggestion`), score: about?.getChild('score'), type: about?.getChild('type'), agent: about?.getChild('agent') };
  },
  metadata: (columnOf) => columnOf('metadata'),
  vectors: (_, columnOf, index) => columnOf('vectors')?.get(index),
};

function listOfObjects(column: Vector): AnswerVectors | false {
  const items = column.getChildAt(0)!;
  const values = items.getChild('value');
  return values ? { offsets: listOffsets(onlyData(column))!, values, users: items.getChild('user_id'), statuses: items.getChild('status') } : false;
}

function objectOfLists(column: Vector): AnswerVectors | false {
  const items = (name: string): Vector | null => {
    const list = column.getChild(name);
    return list && listOffsets(onlyData(list)) ? list.getChildAt(0) : null;
  };
  const values = items('value');
  return values ? { offsets: listOffsets(onlyData(column.getChild('value')!))!, values, users: items('user_id'), statuses: items('status') } : false;
}

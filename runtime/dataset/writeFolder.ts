import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SchemaElement } from 'hyparquet';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import { UserError } from '../error.js';
import { writeFolderAtomic } from '../files/atomic.js';
import { needFree } from '../files/needFree.js';
import type { FeedbackDataset } from './feedbackDataset.js';
import type { Question } from './questions.js';
import type { AnswerValue, FeedbackRecord, RankedItem, Span } from './record.js';
import { writeSettings } from './settings.js';
import { batchSize } from './sources/memory.js';

/**
 * Writes a data set in the hub's layout (Argilla 1.x: `argilla.yaml`, one parquet file below `data/`, a card), whole or not
 * at all. The same data set gives the same bytes.
 * @throws {UserError} `data/duplicate-name` where a field and a question share a name, which this layout cannot say; `data/folder-exists` where
 * other things are in the folder.
 *
 * @example
 * await writeFolder('data/messages', messages);
 */
export async function writeFolder(path: string, dataset: FeedbackDataset): Promise<void> {
  const columns = toColumns(dataset, []);
  const twice = columns.find(({ name }, i) => columns.findIndex((other) => other.name === name) < i);
  if (twice) {
    throw new UserError('data/duplicate-name', `The hub's layout has one column "${twice.name}", and two things of the data set are called so.`, 'Rename the field or the question.');
  }
  await needFree(path, 'argilla.yaml');
  await writeFolderAtomic(path, async (folder) => {
    await mkdir(join(folder, 'data'));
    await writeFile(join(folder, 'argilla.yaml'), writeSettings(dataset));
    const schema: SchemaElement[] = [{ name: 'schema', num_children: columns.length, repetition_type: 'REQUIRED' }, ...columns.flatMap((column) => column.schema)];
    const records = await writeParquet(join(folder, 'data', 'train-00000-of-00001.parquet'), schema, dataset);
    await writeFile(join(folder, 'README.md'), card(dataset, records));
  });
}

/** Row group by row group, so that a data set may be larger than memory; gives the number of records. */
async function writeParquet(path: string, schema: SchemaElement[], dataset: FeedbackDataset): Promise<number> {
  const file = new ParquetWriter({ writer: fileWriter(path), schema, codec: 'SNAPPY' });
  const write = (records: readonly FeedbackRecord[]) => file.write({ columnData: toColumns(dataset, records).map(({ name, data }) => ({ name, data })), rowGroupSize: batchSize });
  let count = 0;
  let group: FeedbackRecord[] = [];
  for await (const record of dataset.records) {
    count++;
    if (group.push(record) < batchSize) continue;
    await write(group);
    group = [];
  }
  if (group.length > 0) await write(group);
  await file.finish();
  return count;
}

interface ParquetColumn {
  readonly name: string;
  readonly data: unknown[];
  readonly schema: SchemaElement[];
}

/** A leaf of a schema. */
const leaf = (name: string, type: 'STRING' | 'INT32' | 'FLOAT'): SchemaElement[] => [
  { name, repetition_type: 'OPTIONAL', ...(type === 'STRING' ? { type: 'BYTE_ARRAY', converted_type: 'UTF8' } : { type }) },
];
const struct = (name: string, ...children: SchemaElement[][]): SchemaElement[] => [{ name, repetition_type: 'OPTIONAL', num_children: children.length }, ...children.flat()];
const list = (name: string, element: SchemaElement[]): SchemaElement[] => [
  { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  ...element,
];

function toColumns({ fields, questions, vectorsSettings }: FeedbackDataset, records: readonly FeedbackRecord[]): ParquetColumn[] {
  return [
    ...fields.map(({ name }) => ({ name, data: records.map((record) => record.fields[name] ?? null), schema: leaf(name, 'STRING') })),
    ...questions.flatMap((question) => questionColumns(question, records)),
    { name: 'external_id', data: records.map(({ id }) => id), schema: leaf('external_id', 'STRING') },
    { name: 'metadata', data: records.map(({ metadata }) => JSON.stringify(metadata)), schema: leaf('metadata', 'STRING') },
    ...(vectorsSettings.length === 0
      ? []
      : [{
          name: 'vectors',
          data: records.map(({ vectors }) => Object.fromEntries(vectorsSettings.map(({ name }) => [name, vectors[name] ?? null]))),
          schema: struct('vectors', ...vectorsSettings.map(({ name }) => list(name, leaf('element', 'FLOAT')))),
        }]),
  ];
}

/** A question's answers, its suggestion, and what is known about the suggestion. */
function questionColumns({ name, type }: Question, records: readonly FeedbackRecord[]): ParquetColumn[] {
  const many = type === 'multi_label' || type === 'ranking' || type === 'span';
  const suggestions = records.map(({ suggestions: all }) => (Object.hasOwn(all, name) ? all[name] : undefined));
  const score = many ? list('score', leaf('element', 'FLOAT')) : leaf('score', 'FLOAT');
  return [
    {
      name,
      data: records.map(({ responses }) =>
        responses.flatMap(({ annotator, status, values }) => (Object.hasOwn(values, name) ? [{ user_id: annotator, value: toValue(type, values[name]!), status }] : [])),
      ),
      schema: list(name, struct('element', leaf('user_id', 'STRING'), valueSchema('value', type), leaf('status', 'STRING'))),
    },
    { name: `${name}-suggestion`, data: suggestions.map((s) => (s ? toValue(type, s.value, true) : null)), schema: valueSchema(`${name}-suggestion`, type, true) },
    {
      name: `${name}-suggestion-metadata`,
      data: suggestions.map((s) => ({ type: s?.type ?? null, score: s?.score ?? null, agent: s?.agent ?? null })),
      schema: struct(`${name}-suggestion-metadata`, leaf('type', 'STRING'), score, leaf('agent', 'STRING')),
    },
  ];
}

function valueSchema(name: string, type: Question['type'], scored = false): SchemaElement[] {
  if (type === 'rating') return leaf(name, 'INT32');
  if (type === 'multi_label') return list(name, leaf('element', 'STRING'));
  const each = (child: string, of: 'STRING' | 'INT32' | 'FLOAT'): SchemaElement[] => list(child, leaf('element', of));
  if (type === 'ranking') return struct(name, each('rank', 'INT32'), each('value', 'STRING'));
  if (type === 'span') return struct(name, each('start', 'INT32'), each('end', 'INT32'), each('label', 'STRING'), ...(scored ? [each('score', 'FLOAT')] : []));
  return leaf(name, 'STRING');
}

/** Rankings and spans are objects of lists there. */
function toValue(type: Question['type'], value: AnswerValue, scored = false): unknown {
  if (type === 'ranking') {
    const items = value as readonly RankedItem[];
    return { rank: items.map(({ rank }) => rank), value: items.map((item) => item.value) };
  }
  if (type === 'span') {
    const spans = value as readonly Span[];
    return { start: spans.map((s) => s.start), end: spans.map((s) => s.end), label: spans.map((s) => s.label), ...(scored && { score: spans.map((s) => s.score ?? null) }) };
  }
  return value;
}

function card({ name, fields, questions, guidelines }: FeedbackDataset, records: number): string {
  const rows = (all: readonly { readonly name: string; readonly title: string; readonly type: string; readonly required: boolean }[]): string =>
    all.map((one) => `| ${one.name} | ${one.title} | ${one.type} | ${one.required ? 'yes' : 'no'} |`).join('\n');
  const head = '| name | title | type | required |\n| --- | --- | --- | --- |';
  const size = records < 1000 ? 'n<1K' : records < 10_000 ? '1K<n<10K' : records < 100_000 ? '10K<n<100K' : 'n>100K';
  return `---
size_categories: ${size}
tags:
- rlfh
- argilla
- human-feedback
---

# ${name ?? 'Feedback'}

${records} records with feedback in the layout of Argilla 1.x.

## Fields

${head}
${rows(fields)}

## Questions

${head}
${rows(questions)}
${guidelines === null ? '' : `\n## Guidelines\n\n${guidelines}\n`}`;
}

import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, truncate, appendFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { beforeEach, describe, expect, it } from 'vitest';
import { TextField } from '../../../runtime/dataset/fields.js';
import { FeedbackDataset } from '../../../runtime/dataset/feedbackDataset.js';
import type { NewRecord } from '../../../runtime/dataset/newRecord.js';
import { LabelQuestion, MultiLabelQuestion, RankingQuestion, RatingQuestion, SpanQuestion, TextQuestion } from '../../../runtime/dataset/questions.js';
import type { FeedbackRecord, RankedItem, Span } from '../../../runtime/dataset/record.js';
import { writeFolder } from '../../../runtime/dataset/writeFolder.js';
import { mistake, temporaryFolder } from './files.js';

const empty = new FeedbackDataset({
  name: 'all',
  fields: [new TextField({ name: 'text' }), new TextField({ name: 'note', required: false })],
  questions: [
    new TextQuestion({ name: 'answer' }),
    new LabelQuestion({ name: 'constructor', labels: ['yes', 'no'] }),
    new MultiLabelQuestion({ name: 'many', labels: ['a', 'b', 'c'] }),
    new RatingQuestion({ name: 'stars', values: [0, 5] }),
    new RankingQuestion({ name: 'order', values: ['x', 'y'] }),
    new SpanQuestion({ name: 'spans', field: 'text', labels: ['who'] }),
  ],
  vectorsSettings: [{ name: 'mini', title: 'Mini', dimensions: 2 }],
});
const full: NewRecord = {
  id: 'r-1',
  fields: { text: 'Ann eats\r\n𝒳 "ü"', note: null },
  responses: [
    { annotator: 'ann', values: { answer: '', constructor: 'yes', many: ['c', 'a'], stars: 0, order: [{ value: 'y', rank: 1 }, { value: 'x', rank: null }], spans: [{ label: 'who', start: 0, end: 3 }] } },
    { annotator: 'bob', status: 'discarded', values: { answer: 'no' } },
    { values: { constructor: 'no' } },
  ],
  suggestions: { many: { value: ['b'], score: [0.5], agent: 'm', type: 'model' }, stars: { value: 5, score: 0.25 }, spans: { value: [{ label: 'who', start: 0, end: 3, score: 0.5 }] } },
  metadata: { nested: { list: [1, 'ü'] } },
  vectors: { mini: [0.5, -1] },
};
const filled = () => empty.addRecords([full, ...Array.from({ length: 1500 }, (_, i): NewRecord => ({ fields: { text: `text ${i}` }, responses: [{ annotator: `a${i % 3}`, values: { constructor: i % 2 ? 'yes' : 'no' } }] }))]);

describe('a folder', () => {
  it('is read as it was written, batch by batch', async () => {
    const folder = join(await temporaryFolder(), 'set');
    const dataset = await filled();
    await writeFolder(folder, dataset);
    const again = await FeedbackDataset.fromFolder(folder);
    expect(again.count).toBe(1501);
    // A null is what parquet has where a record says nothing of a field.
    const expected = (await dataset.records.toArray()).map((record) => ({ ...record, fields: { note: null, ...record.fields } }));
    expect(await again.records.toArray()).toEqual(expected);
    const lengths: number[] = [];
    for await (const batch of again.batches()) lengths.push(batch.length);
    expect(lengths).toEqual([1000, 501]);
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toContain('1501 records');
  });

  it('has the same bytes each time', async () => {
    const [a, b] = [join(await temporaryFolder(), 'set'), join(await temporaryFolder(), 'set')];
    await writeFolder(a, await filled());
    await writeFolder(b, await FeedbackDataset.fromFolder(a, { name: 'all' }));
    for (const name of ['argilla.yaml', 'README.md', 'data/train-00000-of-00001.parquet']) expect(await readFile(join(b, name)), name).toEqual(await readFile(join(a, name)));
  });

  it('reads several shards in the order of their names, and only what is asked for', async () => {
    const folder = join(await temporaryFolder(), 'set');
    await writeFolder(folder, await filled());
    const shard = join(folder, 'data', 'train-00000-of-00001.parquet');
    await cp(shard, join(folder, 'data', 'train-00001-of-00002.parquet'));
    await rename(shard, join(folder, 'data', 'train-00000-of-00002.parquet'));
    const dataset = await FeedbackDataset.fromFolder(folder);
    expect(dataset.count).toBe(3002);
    const seen: string[] = [];
    for await (const batch of dataset.batches({ fields: ['text'], questions: ['constructor'], suggestions: [], metadata: false, vectors: false })) {
      if (batch.offset === 0) expect([batch.field('note').get(0), batch.responses.get(0)[1]?.values]).toEqual([null, { constructor: 'no' }]);
      seen.push(batch.id.get(0));
      if (batch.offset === 1501) expect(batch.field('text').get(1)).toBe('text 0');
    }
    expect(seen).toHaveLength(4);
  });

  it('has another fingerprint when its data change', async () => {
    const folder = join(await temporaryFolder(), 'set');
    await writeFolder(folder, await filled());
    const dataset = await FeedbackDataset.fromFolder(folder);
    const before = await dataset.fingerprint();
    expect(await (await FeedbackDataset.fromFolder(folder)).fingerprint()).toBe(before);
    const file = join(folder, 'data', 'train-00000-of-00001.parquet');
    await utimes(file, 1, 1);
    expect(await dataset.fingerprint()).toBe(before);
    await appendFile(file, '\0');
    expect(await dataset.fingerprint()).not.toBe(before);
  });
});

/** The hub layout with one label question whose answers are given as they stand in the file. */
async function withAnswers(label: unknown[], metadata = label.map(() => '{}')): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'argilla.yaml'), 'fields: [{name: text}]\nquestions: [{name: label, type: label_selection, labels: [positive, negative]}]\n');
  const leaf = (name: string) => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }) as const;
  const parquet = parquetWriteBuffer({
    columnData: [{ name: 'text', data: label.map((_, i) => `t${i}`) }, { name: 'metadata', data: metadata }, { name: 'label', data: label }],
    schema: [
      { name: 'schema', num_children: 3, repetition_type: 'REQUIRED' },
      leaf('text'),
      leaf('metadata'),
      { name: 'label', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', repetition_type: 'OPTIONAL', num_children: 3 },
      leaf('user_id'), leaf('value'), leaf('status'),
    ],
  });
  await writeFile(join(folder, 'data', 'train.parquet'), new Uint8Array(parquet));
  return folder;
}
const answer = (user_id: string | null, value: string, status = 'submitted') => ({ user_id, value, status });
const reading = async (folder: string) => (await FeedbackDataset.fromFolder(folder, { shown: 'set' })).records.toArray();

describe('a folder says what is wrong with it', () => {
  it.each([
    ['a label outside the options', [[answer('ann', 'positve')]], ['data/unknown-label', 'record "0", annotator "ann"', '"positve"', 'Did you mean "positive"?']],
    ['two answers of one annotator', [[], [answer('ann', 'positive'), answer('ann', 'negative')]], ['data/duplicate-answer', 'record "1"', '"ann" answered "label" twice']],
    ['an unknown status', [[answer('ann', 'positive', 'done')]], ['data/status', 'record "0"', '"done"']],
  ])('%s', async (_, answers, expected) => {
    const folder = await withAnswers(answers);
    const said = await mistake(() => reading(folder));
    for (const part of expected) expect(said).toContain(part);
  });

  it('several people without a name are several people', async () => {
    const [record] = await reading(await withAnswers([[answer(null, 'positive'), answer(null, 'negative')]]));
    expect(record!.responses.map(({ values }) => values['label'])).toEqual(['positive', 'negative']);
  });

  it('a column of texts where answers should be, and metadata that are no object', async () => {
    const folder = await withAnswers([]);
    const write = (columnData: Parameters<typeof parquetWriteBuffer>[0]['columnData']) => writeFile(join(folder, 'data', 'train.parquet'), new Uint8Array(parquetWriteBuffer({ columnData })));
    await write([{ name: 'text', data: ['x'] }, { name: 'label', data: ['positive'] }]);
    expect(await mistake(() => reading(folder))).toContain('data/answer\nrecord "0": the column "label" has no list of answers.');
    expect(await mistake(async () => reading(await withAnswers([[]], ['[1]'])))).toContain('data/metadata\nrecord "0"');
  });

  it('what is not there', async () => {
    const folder = await temporaryFolder();
    expect(await mistake(() => FeedbackDataset.fromFolder(join(folder, 'no'), { shown: 'no' }))).toContain('data/no-folder\nThere is no folder "no"');
    expect(await mistake(() => FeedbackDataset.fromFolder(folder, { shown: 'set' }))).toContain('"set" has no argilla.yaml');
    await writeFile(join(folder, 'argilla.yaml'), 'fields: [{name: text}]\nquestions: [{name: label, type: text}]\n');
    expect(await mistake(() => FeedbackDataset.fromFolder(folder, { shown: 'set' }))).toContain('data/no-file');
  });

  it('parquet that is cut off, and columns that argilla.yaml names and nobody wrote', async () => {
    const folder = await withAnswers([[answer('ann', 'positive')]]);
    await writeFile(join(folder, 'argilla.yaml'), 'fields: [{name: body}]\nquestions: [{name: label, type: text}]\n');
    expect(await mistake(() => reading(folder))).toMatch(/data\/unknown-column\n.*"body".*\nhint: It has: text, metadata, label/);
    await truncate(join(folder, 'data', 'train.parquet'), 100);
    expect(await mistake(() => reading(folder))).toContain('data/parquet\n"set/data/train.parquet"');
  });
});

const hub = fileURLToPath(new URL('../../../../shared/oracle/hf/', import.meta.url));

interface ArgillaRecord {
  readonly fields: FeedbackRecord['fields'];
  readonly metadata: FeedbackRecord['metadata'];
  readonly vectors: FeedbackRecord['vectors'];
  readonly responses: readonly { readonly user_id: string; readonly status: string; readonly values: Readonly<Record<string, { readonly value: unknown }>> }[];
  readonly suggestions: readonly { readonly question_name: string; readonly value: unknown; readonly score: unknown; readonly type: string | null; readonly agent: string | null }[];
  readonly external_id: string | null;
}

/** What of a record both sides say: Argilla loses scores of spans and gives items' keys in another order. */
const comparable = (value: unknown): unknown => {
  if (!Array.isArray(value)) return value;
  return value.map((item: string | RankedItem | Span) => (typeof item === 'string' ? item : 'rank' in item ? [item.value, item.rank] : 'start' in item ? [item.label, item.start, item.end] : item));
};

describe.each(['emotion', 'dolly', 'all-types'])("Argilla's folder %s", (name) => {
  beforeEach((test) => test.skip(!existsSync(hub), 'the fixtures of Argilla are not there'));
  const argilla = () => JSON.parse(readFileSync(join(hub, name, 'records.from_huggingface.json'), 'utf8')) as ArgillaRecord[];

  it('is read as Argilla reads it', async () => {
    const dataset = await FeedbackDataset.fromFolder(join(hub, name));
    const ours = (await dataset.records.toArray()).map(({ id, fields, responses, suggestions, metadata, vectors }) => ({
      id, fields, metadata, vectors,
      responses: responses.map(({ annotator, status, values }) => [annotator, status, Object.entries(values).map(([question, value]) => [question, comparable(value)])]),
      suggestions: Object.entries(suggestions).map(([question, { value, score, type, agent }]) => [question, comparable(value), score, type, agent]),
    }));
    const theirs = argilla().map(({ external_id, fields, responses, suggestions, metadata, vectors }, i) => ({
      id: external_id ?? String(i), fields, metadata, vectors,
      responses: responses.map(({ user_id, status, values }) => [user_id, status, Object.entries(values).map(([question, { value }]) => [question, comparable(value)])]),
      suggestions: suggestions.map(({ question_name, value, score, type, agent }) => [question_name, comparable(value), score, type, agent]),
    }));
    expect(ours).toEqual(theirs);
  });

  it('keeps all of it when written again', async () => {
    const dataset = await FeedbackDataset.fromFolder(join(hub, name));
    const folder = join(await temporaryFolder(), 'again');
    await writeFolder(folder, dataset);
    const again = await FeedbackDataset.fromFolder(folder);
    expect(await again.records.toArray()).toEqual(await dataset.records.toArray());
    expect(again.questions).toEqual(dataset.questions);
  });
});

const listOf = (name: string, type: 'BYTE_ARRAY' | 'INT64', depth = 1): SchemaElement[] =>
  depth === 0
    ? [{ name, repetition_type: 'OPTIONAL', type, ...(type === 'BYTE_ARRAY' && { converted_type: 'UTF8' }) }]
    : [{ name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' }, { name: 'list', repetition_type: 'REPEATED', num_children: 1 }, ...listOf('element', type, depth - 1)];

/** A folder of Argilla 2.x: two records, the second one without feedback. */
async function argilla2(change: (settings: Record<string, any>) => void = () => {}): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'data'));
  await mkdir(join(folder, '.argilla'));
  const question = (name: string, settings: object) => ({ id: null, name, title: name, description: null, required: name === 'mood', settings });
  const settings = {
    guidelines: '',
    fields: [{ id: null, name: 'text', title: 'text', required: true, settings: { type: 'text', use_markdown: false } }],
    questions: [
      question('mood', { type: 'label_selection', options: [{ value: 'good', text: 'Good' }, { value: 'bad', text: 'Bad' }], visible_options: null }),
      question('best', { type: 'ranking', options: [{ value: 'a', text: 'a' }, { value: 'b', text: 'b' }] }),
      question('stars', { type: 'rating', options: [{ value: 1 }, { value: 2 }] }),
    ],
    vectors: [],
    metadata: [{ name: 'source', title: 'source', settings: { type: 'terms', values: ['mail', 'chat'], visible_for_annotators: true } }],
    allow_extra_metadata: false,
    distribution: { strategy: 'overlap', min_submitted: 1 },
  };
  change(settings);
  await writeFile(join(folder, '.argilla', 'settings.json'), JSON.stringify(settings));
  const columns: [string, unknown[], SchemaElement[]][] = [
    ['id', ['r1', 'r2'], listOf('id', 'BYTE_ARRAY', 0)],
    ['status', ['pending', 'pending'], listOf('status', 'BYTE_ARRAY', 0)],
    ['text', ['one', 'two'], listOf('text', 'BYTE_ARRAY', 0)],
    ['source', ['mail', null], listOf('source', 'BYTE_ARRAY', 0)],
    ['mood.responses', [['good', 'bad'], null], listOf('mood.responses', 'BYTE_ARRAY')],
    ['mood.responses.users', [['ann', 'bob'], null], listOf('mood.responses.users', 'BYTE_ARRAY')],
    ['mood.responses.status', [['submitted', 'draft'], null], listOf('mood.responses.status', 'BYTE_ARRAY')],
    ['best.responses', [[['b', 'a']], null], listOf('best.responses', 'BYTE_ARRAY', 2)],
    ['best.responses.users', [['bob'], null], listOf('best.responses.users', 'BYTE_ARRAY')],
    ['best.responses.status', [['submitted'], null], listOf('best.responses.status', 'BYTE_ARRAY')],
    ['mood.suggestion', [1n, 0n], listOf('mood.suggestion', 'INT64', 0)],
  ];
  const parquet = parquetWriteBuffer({
    columnData: columns.map(([name, data]) => ({ name, data })),
    schema: [{ name: 'schema', num_children: columns.length, repetition_type: 'REQUIRED' }, ...columns.flatMap(([, , schema]) => schema)],
    // The second label is null: datasets lists labels in order of appearance.
    kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features: { 'mood.suggestion': { names: [null, 'bad'], _type: 'ClassLabel' } } } }) }],
  });
  await writeFile(join(folder, 'data', 'train-00000-of-00001.parquet'), new Uint8Array(parquet));
  return folder;
}

describe("Argilla 2.x's layout", () => {
  it('is read as the same data set', async () => {
    const { fields, questions, guidelines, metadataProperties, records } = await FeedbackDataset.fromFolder(await argilla2());
    expect(fields.map(({ name }) => name)).toEqual(['text']);
    expect(questions.map(({ name, type, options }) => [name, type, options])).toEqual([
      ['mood', 'label', ['good', 'bad']],
      ['best', 'ranking', ['a', 'b']],
      ['stars', 'rating', [1, 2]],
    ]);
    expect([...(questions[0] as LabelQuestion).labels]).toEqual([['good', 'Good'], ['bad', 'Bad']]);
    expect(guidelines).toBeNull();
    expect(metadataProperties[0]).toMatchObject({ name: 'source', type: 'terms', values: ['mail', 'chat'] });
    expect(await records.toArray()).toEqual([
      {
        id: 'r1',
        fields: { text: 'one' },
        responses: [
          { annotator: 'ann', status: 'submitted', values: { mood: 'good' } },
          { annotator: 'bob', status: 'draft', values: { mood: 'bad', best: [{ value: 'b', rank: 1 }, { value: 'a', rank: 2 }] } },
        ],
        suggestions: { mood: { value: 'bad', score: null, type: null, agent: null } },
        metadata: { source: 'mail' },
        vectors: {},
      },
      { id: 'r2', fields: { text: 'two' }, responses: [], suggestions: {}, metadata: {}, vectors: {} },
    ]);
  });

  it('says what it cannot read', async () => {
    const folder = await argilla2(({ fields }) => fields.push({ name: 'photo', title: 'photo', required: false, settings: { type: 'image' } }));
    expect(await mistake(() => FeedbackDataset.fromFolder(folder, { shown: 'set' }))).toContain('"set/.argilla/settings.json": the field "photo" is of type image, and only texts are read.');
    await writeFile(join(folder, '.argilla', 'settings.json'), '{');
    expect(await mistake(() => FeedbackDataset.fromFolder(folder, { shown: 'set' }))).toContain('"set/.argilla/settings.json" is no JSON');
    await writeFile(join(folder, '.argilla', 'settings.json'), '[]');
    expect(await mistake(() => FeedbackDataset.fromFolder(folder, { shown: 'set' }))).toContain('does not describe a feedback data set: fields');
  });

  it("of Argilla's own making gives what was put in", async (test) => {
    const folder = new URL('../../../../shared/oracle/hf2x', import.meta.url).pathname;
    test.skip(!existsSync(folder), 'the outputs of Argilla are not there');
    const [first, second] = await (await FeedbackDataset.fromFolder(folder)).records.toArray();
    expect(first!.responses[0]!.values).toMatchObject({ label: 'a', ml: ['x', 'y'], rt: 4, tx: 't', sp: [{ label: 'PER', start: 0, end: 5 }] });
    expect(first!.suggestions['label']).toEqual({ value: 'b', score: 0.5, type: null, agent: 'm' });
    expect([first!.vectors, second!.suggestions]).toEqual([{ v: [1, 2, 3] }, {}]);
  });
});

it("settings of Argilla up to 1.12 (argilla.cfg) are read, in the server's words or in the client's", async () => {
  const folder = await withAnswers([[answer('ann', 'positive')]]);
  await rm(join(folder, 'argilla.yaml'));
  const server = { type: 'label_selection', options: [{ value: 'positive', text: 'Positive!' }, { value: 'negative', text: 'negative' }], visible_options: 20 };
  for (const question of [{ id: null, name: 'label', title: 'L', required: true, settings: server, labels: ['positive', 'negative'] }, { name: 'label', type: 'label_selection', labels: ['positive', 'negative'], visible_labels: null }]) {
    await writeFile(join(folder, 'argilla.cfg'), JSON.stringify({ fields: [{ name: 'text', title: 'Text', required: true, settings: { type: 'text', use_markdown: true } }], questions: [question], guidelines: null }));
    const { questions, fields, records } = await FeedbackDataset.fromFolder(folder);
    expect(fields[0]).toMatchObject({ name: 'text', useMarkdown: true });
    expect(questions[0]!.options).toEqual(['positive', 'negative']);
    expect((await records.at(0))!.responses[0]!.values).toEqual({ label: 'positive' });
  }
});

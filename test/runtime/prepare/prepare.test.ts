import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordBatchStreamReader, tableFromIPC } from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepare, Prepared, type PrepareOptions } from '../../../runtime/prepare/index.js';
import { TrainingTask } from '../../../runtime/task/index.js';
import { by, memory, type RecordInput } from '../memory.js';
import { answer, binary, call, column, each, field, list, loop, unified, variable, where } from '../task/run.js';

let cacheFolder: string;
beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'prepare-'));
});
afterEach(() => rm(cacheFolder, { recursive: true, force: true }));

const labels = ['joy', 'fear', 'love'];
const question = { name: 'label', type: 'label', options: labels };
const classify = TrainingTask.forTextClassification({ text: 'text', label: 'label' });

/** Every seventh record has no answer. */
const records = (count: number): RecordInput[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `r${i}`,
    fields: { text: `text ${i} ${'é😀'.repeat(i % 5)}` },
    responses: i % 7 === 0 ? [] : by('label', { ann: labels[i % 3]!, bob: labels[i % 3]!, cid: labels[(i + 1) % 3]! }),
  }));
const messages = (count: number, batchSize = 64) => memory(['text'], [question], records(count), { batchSize });
const run = (options: Partial<PrepareOptions> = {}, dataset = messages(100), task: TrainingTask = classify) =>
  prepare(task, dataset, { cacheFolder, ...options });

describe('prepared rows', () => {
  it('are all training rows by default, and every record is accounted for', async () => {
    const { train, test, counts, dropped, labels: order, manifest } = await run();
    expect(train.length).toBe(85);
    expect(test.length).toBe(0);
    expect([...test]).toEqual([]);
    expect(train.at(0)).toEqual({ text: 'text 1 é😀', label: 'fear' });
    expect(train.at(-1)).toEqual({ text: `text 99 ${'é😀'.repeat(4)}`, label: 'joy' });
    expect(train.withOrigin().at(1)).toEqual({ id: 1, record: 'r2', text: 'text 2 é😀é😀', label: 'love' });
    expect(train.at(85)).toBeUndefined();
    expect(counts).toEqual({
      records: 100,
      records_with_rows: 85,
      candidates: 100,
      rows: 85,
      train: { records: 85, rows: 85 },
      test: { records: 0, rows: 0 },
    });
    expect(dropped).toEqual([{ reason: 'no submitted answer to "label"', column: 'label', count: 15 }]);
    expect(order).toEqual(['joy', 'fear', 'love']);
    expect(manifest.columns).toEqual([
      { name: 'text', type: 'text' },
      { name: 'label', type: 'text' },
    ]);
  });

  it('can be walked, sliced and copied', async () => {
    const { train } = await run({}, messages(9000));
    const all = train.toArray();
    expect(all).toHaveLength(train.length);
    expect(train.slice(4000, 4200)).toEqual(all.slice(4000, 4200));
    expect(train.slice(-3)).toEqual(all.slice(-3));
    expect(train.slice(5, -train.length + 4)).toEqual([]);
    const target = join(cacheFolder, 'out');
    await (await run({}, messages(9000))).copyTo(target);
    expect((await Prepared.open(target)).train.toArray()).toEqual(all);
  });

  it('are Arrow files that others read, with whole rows', async () => {
    const { folder } = await run({ trainSize: 0.8 });
    const bytes = await readFile(join(folder, 'train.arrow'));
    const table = tableFromIPC(bytes);
    expect(tableFromIPC(RecordBatchStreamReader.from(bytes.subarray(8))).numRows).toBe(68);
    expect(table.schema.fields.map(({ name, type }) => `${name}: ${String(type)}`)).toEqual([
      'id: Int32',
      'record: Utf8',
      'text: Utf8',
      'label: Utf8',
    ]);
    expect(table.numRows).toBe(68);
    expect(await readdir(folder)).toEqual(['manifest.json', 'test.arrow', 'train.arrow']);
  });

  it('keep lists of labels, chats and numbers', async () => {
    const tags = memory(
      ['text'],
      [{ name: 'tags', type: 'multi_label', options: ['x', 'y', 'z'] }],
      [
        { fields: { text: 'a' }, responses: by('tags', { ann: ['y', 'q'] }) },
        { fields: { text: 'b' }, responses: by('tags', { ann: [] }) },
      ],
    );
    const tagged = await run({ trainSize: 0.5 }, tags, TrainingTask.forTextClassification({ text: 'text', label: 'tags' }));
    expect([...tagged.train, ...tagged.test].sort((a, b) => (a['text']! < b['text']! ? -1 : 1))).toEqual([
      { text: 'a', label: ['y', 'q'] },
      { text: 'b', label: [] },
    ]);
    expect(tagged.labels).toEqual(['x', 'y', 'z', 'q']);
    const chat = TrainingTask.fromProgram({
      name: 'chat',
      kind: 'sft',
      entries: [column('messages', list(call('user', field('text')), call('assistant', unified('label'))))],
    });
    const chats = await run({ trainSize: 0.5 }, messages(10), chat);
    expect(chats.train.at(0)).toEqual({
      messages: [
        { role: 'user', content: expect.stringMatching(/^text \d/) as string },
        { role: 'assistant', content: expect.stringMatching(/joy|fear|love/) as string },
      ],
    });
    const pairs = memory(
      ['a', 'b'],
      [{ name: 'like', type: 'rating' }],
      [{ fields: { a: 'x', b: 'y' }, responses: by('like', { ann: 2, bob: 2 }) }],
    );
    const similar = await run({}, pairs, TrainingTask.forSentenceSimilarity({ texts: ['a', 'b'], label: 'like' }));
    expect(similar.train.at(0)).toEqual({ 'sentence-1': 'x', 'sentence-2': 'y', label: 2 });
  });
});

describe('the split', () => {
  const several = TrainingTask.fromProgram({
    name: 'each',
    kind: 'text_classification',
    entries: [column('text', field('text')), loop(each, column('label', answer('label')))],
  });
  it.each([
    [10, 0.8, 6],
    [100, 0.29, 24],
    [1000, 0.7, 599],
    [21, 0.999, 17],
    [25, 0.05, 1],
  ])('of %d records by %d gives %d exactly', async (count, trainSize, expected) => {
    const { counts } = await run({ trainSize }, messages(count), several);
    expect(counts.train.records).toBe(expected);
    expect(counts.train.records + counts.test.records).toBe(counts.records_with_rows);
    expect(counts.train.rows).toBe(3 * expected);
    expect(counts.train.rows + counts.test.rows).toBe(counts.rows);
  });
  it('never has rows of one record on both sides, and loses none', async () => {
    const { train, test } = await run({ trainSize: 0.8 }, messages(5000), several);
    const [left, right] = [
      new Set(
        train
          .withOrigin()
          .toArray()
          .map(({ record }) => record),
      ),
      new Set(
        test
          .withOrigin()
          .toArray()
          .map(({ record }) => record),
      ),
    ];
    expect([...left].filter((record) => right.has(record))).toEqual([]);
    const ids = [...train.withOrigin(), ...test.withOrigin()].map(({ id }) => id).sort((a, b) => a - b);
    expect(ids).toEqual(Array.from({ length: train.length + test.length }, (_, i) => i));
    expect(left.size + right.size).toBe(5000 - Math.ceil(5000 / 7));
  });
  it('goes by the seed, and moves little where a record is added', async () => {
    const side = async (seed: number, count: number) =>
      new Set(
        (await run({ trainSize: 0.5, seed }, messages(count))).train
          .withOrigin()
          .toArray()
          .map(({ record }) => record),
      );
    const [one, two, more] = [await side(1, 400), await side(2, 400), await side(1, 403)];
    expect(one).not.toEqual(two);
    expect([...one].filter((record) => !more.has(record)).length).toBeLessThan(4);
  });
  it.each([
    [{ trainSize: 1.2 }],
    [{ trainSize: -0.1 }],
    [{ trainSize: 0 }],
    [{ testSize: 2 }],
    [{ trainSize: 0.5, testSize: 0.4 }],
    [{ trainSize: NaN }],
  ])('refuses %j', async (sizes) => {
    await expect(run(sizes)).rejects.toMatchObject({ code: 'data/split' });
  });
  it('takes a test size for the rest, and refuses to halve one record', async () => {
    expect((await run({ testSize: 0.2 })).counts.test.records).toBe(17);
    await expect(run({ trainSize: 0.5 }, messages(2))).rejects.toMatchObject({
      code: 'data/split',
      message: 'Only 1 record has rows, which cannot stand on both sides.',
    });
  });
});

describe('the cache', () => {
  const bytesOf = async (folder: string) =>
    Promise.all(['train.arrow', 'test.arrow', 'manifest.json'].map((name) => readFile(join(folder, name), 'base64')));
  it('gives equal bytes for equal input, however it comes in batches', async () => {
    const first = await run({ trainSize: 0.8 }, messages(10_000, 64));
    const bytes = await bytesOf(first.folder);
    await rm(first.folder, { recursive: true });
    const second = await run({ trainSize: 0.8 }, messages(10_000, 1000));
    expect(second.folder).toBe(first.folder);
    expect(await bytesOf(second.folder)).toEqual(bytes);
  });
  it('is read back, unless task, data, seed or size are others', async () => {
    const folders = [
      await run(),
      await run(),
      await run({ seed: 1 }),
      await run({ trainSize: 0.9 }),
      await run({}, messages(99)),
      await run({}, messages(100), TrainingTask.forTextClassification({ text: 'text', label: { question: 'label', ties: 'drop' } })),
    ].map(({ folder }) => folder);
    expect(new Set(folders).size).toBe(5);
    let asked = 0;
    const dataset = messages(100);
    await run({}, { ...dataset, batches: (projection) => (asked++, dataset.batches(projection)) });
    expect(asked).toBe(0);
  });
  it.each([
    ['a file cut off', (folder: string) => truncate(join(folder, 'train.arrow'), 100)],
    [
      'a byte that changed',
      async (folder: string) => {
        const path = join(folder, 'train.arrow');
        const bytes = await readFile(path);
        bytes[bytes.length >> 1]! ^= 1;
        await writeFile(path, bytes);
      },
    ],
    ['a file that is gone', (folder: string) => rm(join(folder, 'test.arrow'))],
    ['a manifest that is none', (folder: string) => writeFile(join(folder, 'manifest.json'), '{"version": 1, "fi')],
  ])('is made again where it has %s', async (_, damage) => {
    const { folder, train } = await run();
    const rows = train.toArray();
    await damage(folder);
    await expect(Prepared.open(folder)).rejects.toMatchObject({ code: 'data/not-prepared' });
    expect((await run()).train.toArray()).toEqual(rows);
    expect((await Prepared.open(folder)).train.toArray()).toEqual(rows);
  });
  it('does not trust a function that has no version', async () => {
    let suffix = 'a';
    const format = ({ id }: { id: string }) => ({ text: id + suffix });
    const task = (version?: string) => TrainingTask.forPretraining({ format, ...(version ? { version } : {}) });
    expect((await run({}, messages(2), task())).train.at(0)).toEqual({ text: 'r0a' });
    await run({}, messages(2), task('1'));
    suffix = 'b';
    expect((await run({}, messages(2), task())).train.at(0)).toEqual({ text: 'r0b' });
    expect((await run({}, messages(2), task('1'))).train.at(0)).toEqual({ text: 'r0a' });
  });
  it('has nothing half-written in it after an interrupt or an error', async () => {
    const controller = new AbortController();
    const stopping = run({ signal: controller.signal, onProgress: () => controller.abort() }, messages(30_000));
    await expect(stopping).rejects.toThrow();
    const waiting = new AbortController();
    const stuck = TrainingTask.forPretraining({
      format: () => {
        waiting.abort(new Error('interrupted'));
        return new Promise<never>(() => {});
      },
    });
    await expect(run({ signal: waiting.signal }, messages(3), stuck)).rejects.toThrow('interrupted');
    const failing = TrainingTask.forPretraining({
      format: ({ id }) => {
        if (id === 'r50') throw new Error('boom');
        return { text: id };
      },
    });
    await expect(run({}, messages(100), failing)).rejects.toMatchObject({ code: 'data/format-failed' });
    expect(await readdir(cacheFolder)).toEqual([]);
  });
  it('refuses data that change while they are read', async () => {
    const dataset = messages(10);
    let reads = 0;
    await expect(run({}, { ...dataset, fingerprint: async () => `version ${reads++}` })).rejects.toMatchObject({ code: 'data/changed' });
    expect(await readdir(cacheFolder)).toEqual([]);
  });
});

describe('nothing left', () => {
  it('names the question that nobody answered', async () => {
    const drafts = memory(
      ['text'],
      [question],
      [{ fields: { text: 'a' }, responses: [{ annotator: 'ann', status: 'draft', values: { label: 'joy' } }] }],
    );
    await expect(run({}, drafts)).rejects.toMatchObject({
      code: 'data/unanswered-question',
      message: 'Nobody submitted an answer to the question "label" of "sample" (1 answers are drafts or discarded).',
    });
  });
  it('says the most frequent reasons', async () => {
    const never = TrainingTask.fromProgram({
      name: 'never',
      kind: 'pretraining',
      entries: [column('text', field('text')), where(binary(variable('text'), '==', field('other')), 'text == other')],
    });
    const dataset = memory(
      ['text', 'other'],
      [],
      [{ fields: { text: 'a', other: 'b' } }, { fields: { other: 'b' } }, { fields: { text: 'a', other: 'b' } }],
    );
    await expect(run({}, dataset, never)).rejects.toMatchObject({
      code: 'data/nothing-left',
      message: 'The task "never" makes no row of the 3 records of "sample".',
      hint: 'Dropped: where text == other (2); text: field "text" is missing (1).',
    });
    await expect(run({}, messages(0))).rejects.toMatchObject({ code: 'data/nothing-left', message: 'There is no record in "sample".' });
  });
});

it('warns of one class, and drops texts that are no Unicode', async () => {
  const dataset = memory(
    ['text'],
    [question],
    [
      { fields: { text: 'fine 😀' }, responses: by('label', { ann: 'joy' }) },
      { fields: { text: 'half \ud83d' }, responses: by('label', { ann: 'joy' }) },
    ],
  );
  const { warnings, dropped, counts } = await run({}, dataset);
  expect(warnings).toEqual([{ code: 'data/one-class', message: 'All 1 rows have the label "joy".' }]);
  expect(dropped).toEqual([{ reason: 'is not well-formed Unicode (half of a surrogate pair)', column: 'text', count: 1 }]);
  expect(counts.candidates).toBe(2);
});

it('shows itself in a notebook', async () => {
  const show = (value: object) => (value as Record<symbol, () => Promise<Record<string, string>>>)[Symbol.for('Jupyter.display')]!();
  const prepared = await run({ trainSize: 0.8 });
  const whole = await show(prepared);
  expect(whole['text/plain']).toContain('no submitted answer to "label"');
  expect(whole['text/html']).toContain('text_classification');
  expect((await show(prepared.test))['text/plain']).toContain('17 rows');
});

it('tells how far it is', async () => {
  const told: { records: number; rows: number; total: number | undefined }[] = [];
  await run({ trainSize: 0.5, onProgress: ({ records, rows, total }) => told.push({ records, rows, total }) }, messages(100));
  expect(told.at(-1)).toEqual({ records: 100, rows: 85, total: 100 });
});

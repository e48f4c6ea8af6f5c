import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../runtime/error.js';
import { prepare, type PrepareOptions } from '../../../runtime/prepare/index.js';
import { preparedBundle } from '../../../runtime/show/prepared.js';
import { TrainingTask } from '../../../runtime/task/index.js';
import { by, memory, type RecordInput } from '../memory.js';
import { column, field, text } from '../task/run.js';

let cacheFolder: string;
beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'split-'));
});
afterEach(() => rm(cacheFolder, { recursive: true, force: true }));

const labels = ['common', 'rare'];
const classify = TrainingTask.forTextClassification({ text: 'text', label: 'label' });

/** A hundred records of ten authors, every tenth of them rare. */
const records = (count = 100): RecordInput[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `r${i}`,
    fields: { text: `text ${i}`, author: i % 20 === 19 ? null : `a${i % 10}` },
    metadata: { source: { page: i % 4 } },
    responses: by('label', { ann: labels[i % 10 === 3 ? 1 : 0]! }),
  }));
const run = (options: Partial<PrepareOptions>, input = records(), task: TrainingTask = classify) =>
  prepare(task, memory(['text', 'author'], [{ name: 'label', type: 'label', options: labels }], input, { batchSize: 16 }), { cacheFolder, seed: 3, ...options });

/** Numbers of the records on a side. */
const numbers = (rows: Iterable<{ readonly record: string }>): number[] => [...rows].map(({ record }) => Number(record.slice(1)));

describe('records stand together', () => {
  it('of a field with the same value; those without one stand alone', async () => {
    const { train, test, counts, manifest } = await run({ trainSize: 0.7, splitBy: 'author' });
    const authors = (side: number[]) => new Set(side.filter((i) => i % 20 !== 19).map((i) => i % 10));
    const [trained, tested] = [numbers(train.withOrigin()), numbers(test.withOrigin())];
    expect([...authors(trained)].filter((author) => authors(tested).has(author))).toEqual([]);
    expect(authors(trained).size + authors(tested).size).toBe(10);
    expect(counts.train.records).toBe(trained.length);
    expect(trained.length).toBeLessThanOrEqual(70);
    expect(trained.length).toBeGreaterThanOrEqual(60);
    expect(manifest.split).toEqual({ by: 'author', identical_texts_together: false, stratified: false });
    // Among the records without an author some are on each side, or all on one: each is its own group.
    expect(trained.filter((i) => i % 20 === 19).length).toBeGreaterThan(0);
  });

  it('of metadata with the same value, whatever it is', async () => {
    const { train, test } = await run({ trainSize: 0.5, splitBy: 'metadata.source' });
    const pages = (rows: Iterable<{ readonly record: string }>) => [...new Set(numbers(rows).map((i) => i % 4))].sort();
    expect(pages(train.withOrigin())).toHaveLength(2);
    expect([...pages(train.withOrigin()), ...pages(test.withOrigin())].sort()).toEqual([0, 1, 2, 3]);
  });

  it('all rows of one record', async () => {
    const task = TrainingTask.forPretraining({ format: (sample) => ['a', 'b', 'c'].map((part) => ({ text: `${sample.text} ${part}` })) });
    const { train, test } = await run({ trainSize: 0.5 }, records(10), task);
    expect([train.length, test.length]).toEqual([15, 15]);
    const tested = new Set(numbers(test.withOrigin()));
    expect(numbers(train.withOrigin()).some((i) => tested.has(i))).toBe(false);
  });

  it('and it is an error where all do, or there is no such field', async () => {
    const one = records(4).map((record) => ({ ...record, fields: { ...record.fields, author: 'a' } }));
    await expect(run({ trainSize: 0.5, splitBy: 'author' }, one)).rejects.toMatchObject({ code: 'data/split', message: expect.stringContaining('All 4 records with rows belong together') });
    await expect(run({ trainSize: 0.5, splitBy: 'autor' })).rejects.toMatchObject({ code: 'name/unknown-field', hint: 'Did you mean "author"?' });
  });
});

describe('identical texts of different records', () => {
  const twins = records().map((record, i) => ({ ...record, fields: { ...record.fields, text: `text ${i % 80}` } }));

  it('are counted, and those that the split takes apart', async () => {
    const { warnings, train, test } = await run({ trainSize: 0.5 }, twins);
    const texts = new Map([...train, ...test].map((row) => [row, row.text]));
    expect(new Set(texts.values()).size).toBe(80);
    const trained = new Set([...train].map((row) => row.text));
    const apart = [...test].filter((row) => trained.has(row.text)).length;
    expect(apart).toBeGreaterThan(0);
    expect(warnings).toEqual([
      { code: 'data/identical-texts', message: `20 records have the same texts as an earlier one, ${apart} of them on the other side of the split; "dedupe = true" keeps them together.` },
    ]);
    const whole = await run({}, twins);
    expect(whole.warnings.map(({ message }) => message)).toEqual(['20 records have the same texts as an earlier one.']);
  });

  it('stand on one side with dedupe, and nothing is left out', async () => {
    const { train, test, counts } = await run({ trainSize: 0.5, dedupe: true }, twins);
    const trained = new Set([...train].map((row) => row.text));
    expect([...test].filter((row) => trained.has(row.text))).toEqual([]);
    expect(counts.rows).toBe(100);
  });

  it('join what is split by a field', async () => {
    const chain = Array.from({ length: 12 }, (_, i) => ({ id: `r${i}`, fields: { text: `text ${i >> 1}`, author: `a${(i + 1) >> 1}` }, responses: by('label', { ann: 'common' }) }));
    const apart = [...chain, ...Array.from({ length: 12 }, (_, i) => ({ id: `s${i}`, fields: { text: `other ${i}`, author: `b${i}` }, responses: by('label', { ann: 'rare' }) }))];
    const { train, test } = await run({ trainSize: 0.5, dedupe: true, splitBy: 'author' }, apart);
    // Each record of the chain is tied to the next by its text or its author, so that all twelve stand together.
    for (const side of [train, test]) expect([0, 12]).toContain([...side.withOrigin()].filter(({ record }) => record.startsWith('r')).length);
    expect([train.length, test.length]).toEqual([12, 12]);
  });

  it('are compared by all the fields that the task reads, and by no other', async () => {
    const task = TrainingTask.fromProgram<'pretraining'>({ name: 'p', kind: 'pretraining', entries: [column('text', text(field('text'), field('author')))] });
    const [a, b] = records(2);
    const pairs = (first: [string, string], second: [string, string]) => [
      { ...a, fields: { text: first[0], author: first[1] } },
      { ...b, fields: { text: second[0], author: second[1] } },
    ];
    expect((await run({}, pairs(['x', 'y'], ['x', 'y']), task)).warnings).toHaveLength(1);
    expect((await run({}, pairs(['x', 'y'], ['x', 'z']), task)).warnings).toHaveLength(0);
    expect((await run({}, pairs(['xy', ''], ['x', 'y']), task)).warnings).toHaveLength(0);
    expect((await run({}, pairs(['x', 'y'], ['x', 'z']))).warnings.map(({ code }) => code)).toContain('data/identical-texts');
  });
});

describe('strata', () => {
  it('keep the share of each label on both sides, in the same number of records', async () => {
    const { train, test, counts } = await run({ trainSize: 0.8, stratify: true });
    expect([Object.fromEntries(train.counts('label')), Object.fromEntries(test.counts('label'))]).toEqual([{ common: 72, rare: 8 }, { common: 18, rare: 2 }]);
    expect(counts.train.records).toBe(80);
  });

  it('give what is left over to the largest remainders', async () => {
    const { train, test } = await run({ trainSize: 0.75, stratify: true }, records(33));
    expect([train.length, test.length]).toEqual([24, 9]);
    expect(Object.fromEntries(train.counts('label'))).toEqual({ common: 22, rare: 2 });
  });

  it('need a label', async () => {
    await expect(run({ trainSize: 0.5, stratify: true }, records(), TrainingTask.forPretraining({ text: 'text' }))).rejects.toBeInstanceOf(UserError);
  });
});

it('a split says how it was made', async () => {
  const { 'text/plain': shown } = (await preparedBundle(await run({ trainSize: 0.5, dedupe: true, stratify: true, splitBy: 'author' }))) as Record<string, string>;
  expect(shown).toContain('(split by author, identical texts together, stratified)');
});

it('a record keeps its side where others come or go, as far as the number allows', async () => {
  const [fewer, more] = [await run({ trainSize: 0.5 }), await run({ trainSize: 0.5 }, records(102))];
  const before = new Set(numbers(fewer.train.withOrigin()));
  const changed = numbers(more.train.withOrigin()).filter((i) => i < 100 && !before.has(i));
  expect(changed.length).toBeLessThanOrEqual(2);
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TrainingTask, kinds, type FormatOptions } from '../../../runtime/task/index.js';
import { by, memory } from '../memory.js';
import { column, field, make, where, literal, binary, variable } from './run.js';
import { FeedbackDataset, TextField, TextQuestion, type FormatFunction, type RowOf, type RowsGiven, type Sample } from '../../../runtime/index.js';
import { everything } from '../../language/data.js';

const dataset = memory(
  ['text'],
  [{ name: 'label', type: 'label' }],
  [
    { fields: { text: 'a' }, responses: by('label', { ann: 'joy' }) },
    { id: 'x2', fields: { text: 'b' } },
  ],
);

describe('a task by function', () => {
  const format = (format: FormatOptions<{ text: string }>['format']) => make(TrainingTask.forPretraining({ format }).program, dataset);
  it.each([
    ['one row', (record: { fields: Record<string, string | null> }) => ({ text: record.fields['text']! })],
    ['a promise', async (record: { fields: Record<string, string | null> }) => ({ text: record.fields['text']! })],
    ['a list', (record: { fields: Record<string, string | null> }) => [{ text: record.fields['text']! }]],
    [
      'a generator',
      function* (record: { fields: Record<string, string | null> }) {
        yield { text: record.fields['text']! };
      },
    ],
    [
      'an async generator',
      async function* (record: { fields: Record<string, string | null> }) {
        yield { text: record.fields['text']! };
      },
    ],
  ])('may give %s', async (_, give) => {
    expect((await format(give)).rows).toEqual([{ text: 'a' }, { text: 'b' }]);
  });
  it('counts what it leaves out', async () => {
    expect((await format(() => null)).drops).toEqual(['the function gave null', 'the function gave null']);
    expect((await format(() => [])).drops).toEqual(['the function gave no row', 'the function gave no row']);
    expect((await format(({ fields }) => [{ text: fields['text']! }, null])).drops).toEqual([
      'the function gave null',
      'the function gave null',
    ]);
    expect((await format(() => ({ text: null as never }))).drops).toEqual(['text: is null', 'text: is null']);
  });
  it('is told where it fails', async () => {
    const failing = format(({ id }) => {
      if (id === 'x2') throw new Error('boom');
      return { text: id };
    });
    await expect(failing).rejects.toMatchObject({ code: 'data/format-failed', message: 'The function failed on record "x2": boom' });
    await expect(format(() => 'text' as never)).rejects.toMatchObject({
      code: 'data/format-shape',
      hint: 'A row is an object: { readonly text: string }.',
    });
    await expect(format(() => ({ txt: 'a' }) as never)).rejects.toMatchObject({ code: 'data/format-shape', hint: 'Did you mean "text"?' });
    const changing = make(
      TrainingTask.forRewardModeling({ format: ({ id }) => ({ chosen: 'c', rejected: 'r', ...(id === 'x2' ? { prompt: 'p' } : {}) }) })
        .program,
      dataset,
    );
    await expect(changing).rejects.toMatchObject({ code: 'data/format-shape', message: expect.stringContaining('"prompt"') });
  });
});

it('unifies by majority for a classification task from names', async () => {
  const task = TrainingTask.forTextClassification({ text: 'text', label: { name: 'label' } });
  expect(task.projection).toEqual({ fields: ['text'], questions: ['label'], suggestions: [], metadata: false, vectors: false });
  expect((await make(task.program, dataset)).rows).toEqual([{ text: 'a', label: 'joy' }]);
  const spelled = TrainingTask.forTextClassification({
    text: { op: 'field', name: 'text' },
    label: { op: 'unify', question: 'label', strategy: 'majority', ties: 'first', statuses: ['submitted'] },
  });
  expect(spelled.fingerprint).toBe(task.fingerprint);
  expect(Object.isFrozen(task)).toBe(true);
});

it('has a fingerprint that is equal when the meaning is', () => {
  const entries = (spelled: string, least: number) => [
    column('text', field('text')),
    where(binary(variable('text'), '!=', literal(least)), spelled),
  ];
  const fingerprint = (spelled: string, least: number, kind = 'pretraining') =>
    TrainingTask.fromProgram({ name: spelled, kind, entries: entries(spelled, least) }).fingerprint;
  expect(fingerprint('text != 1', 1)).toBe(fingerprint('text  !=  1', 1));
  expect(fingerprint('a', 1)).not.toBe(fingerprint('a', 2));
  expect(fingerprint('a', 1, 'sft')).toBe(fingerprint('a', 1, 'supervised_fine_tuning'));
  expect(TrainingTask.forPretraining({ format: () => null }).cacheable).toBe(false);
  expect(TrainingTask.forPretraining({ format: () => null, version: '1' }).cacheable).toBe(true);
});

it('shows row types as they are in TypeScript', () => {
  const source = readFileSync(new URL('../../../runtime/task/kinds/rows.ts', import.meta.url), 'utf8');
  for (const { name, rowType } of kinds) expect(source).toContain(`  ${name}: ${rowType};`);
});

it('has a maker for every kind', () => {
  const makers = Object.getOwnPropertyNames(TrainingTask).filter((name) => /^for[A-Z]/.test(name));
  const names = makers.map((name) => name.slice(3).replace(/[A-Z]/g, (letter, at) => (at ? '_' : '') + letter.toLowerCase()));
  expect(names.sort()).toEqual(kinds.map(({ name }) => name).sort());
});

describe('what a formatting function gets', () => {
  const seen: unknown[] = [];
  const sampleOf = async (id: string) => {
    seen.length = 0;
    await make(TrainingTask.forPretraining({ format: (sample) => (sample.id === id && seen.push(sample), null) }).program, everything);
    return seen[0] as Sample;
  };

  it("is Argilla's sample: fields and questions by their names, everybody's answers, suggestions, metadata as text", async () => {
    const sample = await sampleOf('r1');
    expect(sample['text']).toBe('Ann 😀 ran');
    expect(sample['label']).toEqual([
      { user_id: 'ana', value: 'a', status: 'submitted' }, { user_id: 'ben', value: 'b', status: 'submitted' }, { user_id: 'cy', value: 'b', status: 'submitted' }, { user_id: 'dee', value: 'a', status: 'draft' },
    ]);
    expect(sample['order'][0].value).toEqual({ rank: [1, 2, 3], value: ['x', 'y', 'z'] });
    expect(sample['parts']).toEqual([{ user_id: 'ana', value: { start: [0], end: [3], label: ['name'], text: ['Ann'] }, status: 'submitted' }]);
    expect([sample['label-suggestion'], sample['label-suggestion-metadata'], sample['order-suggestion']]).toEqual(['c', { type: null, score: 0.25, agent: 'm1' }, null]);
    expect([sample.external_id, sample.metadata]).toEqual(['r1', '{"source": "mail", "words": 3}']);
  });

  it('has the answers aligned by annotator beside it, and the whole record', async () => {
    const { responses, record, fields } = await sampleOf('r1');
    expect(responses.map(({ annotator, values }) => [annotator, values['label'], values['note']])).toEqual([['ana', 'a', 'good'], ['ben', 'b', 'fine'], ['cy', 'b', undefined], ['dee', 'a', 'not ready']]);
    expect([record.metadata, fields['text']]).toEqual([{ source: 'mail', words: 3 }, 'Ann 😀 ran']);
  });

  it('gives a name to the data set before it gives it to the record', async () => {
    const dataset = await new FeedbackDataset({ fields: [new TextField({ name: 'id' })], questions: [new TextQuestion({ name: 'responses' })] }).addRecords([{ id: 'x', fields: { id: 'of the field' }, responses: [{ annotator: 'ana', values: { responses: 'hi' } }] }]);
    const { rows } = await make(TrainingTask.forPretraining({ format: (sample) => ({ text: `${String(sample.id)} ${String((sample as never as { responses: { value: string }[] }).responses[0]!.value)} ${sample.record.id}` }) }).program, dataset);
    expect(rows).toEqual([{ text: 'of the field hi x' }]);
  });

  it('may be given back as lists in lists, generators of lists, now or later', async () => {
    const rows = async (format: FormatOptions<{ text: string }>['format']) => (await make(TrainingTask.forPretraining({ format }).program, everything)).rows.map(({ text }) => text);
    const row = (text: string) => ({ text });
    expect(await rows(({ id }) => [[row(`${id}1`), [row(`${id}2`)]], null, row(`${id}3`)])).toEqual(['r1', 'r2', 'r3'].flatMap((id) => [1, 2, 3].map((n) => `${id}${n}`)));
    expect(await rows(function* ({ id }) { yield [row(`${id}a`), row(`${id}b`)]; yield row(`${id}c`); })).toEqual(['r1', 'r2', 'r3'].flatMap((id) => ['a', 'b', 'c'].map((n) => `${id}${n}`)));
    expect(await rows(async function* ({ id }) { yield row(id); })).toEqual(['r1', 'r2', 'r3']);
    expect(await rows(async ({ id }) => (id === 'r2' ? [row('late')] : null))).toEqual(['late']);
  });

  it('may be given in every way that its type allows, and in no other', async () => {
    type Give = FormatFunction<'pretraining'>;
    const generator: Give = function* ({ id }) { yield { text: id }; yield null; return; };
    const row: Give = ({ id }) => (id === 'r2' ? undefined : { text: id });
    const promises: Give = ({ id }) => [Promise.resolve({ text: id }), [{ text: id }]];
    const generators: Give = async (sample) => [generator(sample), generator(sample)];
    const asyncGenerator: Give = async function* (sample) { yield row(sample); yield promises(sample); };
    const rows = async (format: Give) => (await make(TrainingTask.forPretraining({ format }).program, everything)).rows.length;
    expect(await Promise.all([generator, row, promises, generators, asyncGenerator].map(rows))).toEqual([3, 2, 6, 6, 8]);
    // @ts-expect-error a column that is not of the kind
    void ((): RowOf<'pretraining'> => (null! as RowsGiven)(() => ({ txt: 'a' })));
    // @ts-expect-error nothing is given back
    void ((): RowOf<'pretraining'> => (null! as RowsGiven)(() => {}));
    // @ts-expect-error the rows of another kind, of a function that says so
    void ((): RowOf<'pretraining'> => (null! as RowsGiven)(null! as FormatFunction<'question_answering'>));
    void ((): RowOf<'pretraining'> => (null! as RowsGiven)(asyncGenerator));
    void ((): RowOf<'supervised_fine_tuning'> => (null! as RowsGiven)(null! as FormatFunction<'supervised_fine_tuning'>));
  });

  it('is refused where it is no text, number or truth', async () => {
    const give = (label: unknown) => make(TrainingTask.forTextClassification({ format: () => ({ text: 'a', label: label as string }) }).program, everything);
    await expect(give(() => 'joy')).rejects.toMatchObject({ code: 'data/format-shape', message: expect.stringContaining('"label" cannot be a function') });
    expect((await give(['a', undefined])).drops).toContain('label: is null');
    const both = make(TrainingTask.forSupervisedFineTuning({ format: () => ({ text: 'a', messages: [] }) }).program, everything);
    await expect(both).rejects.toMatchObject({ code: 'data/format-shape', hint: 'Give the columns of one of them, and no other.' });
  });
});

/** From real sources to rows: the folder layout and a table of real feedback. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FeedbackDataset } from '../../../runtime/dataset/feedbackDataset.js';
import { prepare } from '../../../runtime/prepare/index.js';
import { TrainingTask } from '../../../runtime/task/index.js';
import { answer, binary, column, each, field, literal, loop, variable, where } from '../task/run.js';

let cacheFolder: string;
beforeAll(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'prepare-'));
});
afterAll(() => rm(cacheFolder, { recursive: true, force: true }));

const emails = fileURLToPath(new URL('../../../../shared/data/popquorn/email_rewriting.csv', import.meta.url));

describe('e-mails rewritten by annotators', () => {
  beforeEach((test) => test.skip(!existsSync(emails), 'no popquorn/email_rewriting.csv beside the checkout'));

  const open = () =>
    FeedbackDataset.fromFile(emails, {
      name: 'emails',
      mapping: {
        record: 'instance_id',
        annotator: 'user_id',
        fields: [{ name: 'original', column: 'original email' }],
        questions: [{ name: 'revised', type: 'text', column: 'revised email' }],
        suggestions: [],
        metadata: [],
      },
    });
  it('make a preference of every rewriting that changes something', async () => {
    const preferences = TrainingTask.fromProgram({
      name: 'preferences',
      kind: 'dpo',
      entries: [
        loop(
          each,
          column('prompt', literal('Make it polite.')),
          column('chosen', answer('revised')),
          column('rejected', field('original')),
          where(binary(variable('chosen'), '!=', variable('rejected')), 'chosen != rejected'),
        ),
      ],
    });
    const { counts, train, test } = await prepare(preferences, await open(), { trainSize: 0.8, cacheFolder });
    expect(counts).toMatchObject({ records: 1429, rows: 2346, candidates: 2346, train: { records: 1143 }, test: { records: 286 } });
    // Line ends of the cells are as they were.
    expect([...train, ...test].filter((row) => String(row['chosen']).includes('\r')).length).toBe(1294);
  });
  it('make one example of the first rewriting of each', async () => {
    const first = TrainingTask.fromProgram({
      name: 'first',
      kind: 'sft',
      entries: [loop({ ...each, first: true }, column('text', answer('revised')))],
    });
    const { counts, test } = await prepare(first, await open(), { cacheFolder });
    expect(counts).toMatchObject({ records: 1429, rows: 1429 });
    expect(test.length).toBe(0);
  });
  it('are what a function sees', async () => {
    const task = TrainingTask.forDirectPreferenceOptimization({
      format: ({ fields, responses }) =>
        responses.map(({ values }) => ({ prompt: 'Make it polite.', chosen: String(values['revised']), rejected: fields['original']! })),
    });
    const { train } = await prepare(task, await open(), { cacheFolder });
    expect(train.length).toBe(2346);
    // The row's type is the kind's: a text or a chat.
    const { chosen } = train.at(0)!;
    expect(typeof chosen === 'string' ? chosen.length : chosen[0]?.content.length).toBeGreaterThan(0);
  });
});

it('takes the columns that a data set hands out', async () => {
  const { TextField, LabelQuestion } = {
    ...(await import('../../../runtime/dataset/fields.js')),
    ...(await import('../../../runtime/dataset/questions.js')),
  };
  const empty = new FeedbackDataset({
    fields: [new TextField({ name: 'text' })],
    questions: [new LabelQuestion({ name: 'label', labels: ['no', 'yes'] })],
  });
  const dataset = await empty.addRecords(
    ['yes', 'no', 'yes'].map((label, i) => ({ fields: { text: `text ${i}` }, responses: [{ annotator: 'ann', values: { label } }] })),
  );
  const task = TrainingTask.forTextClassification({ text: dataset.field('text'), label: dataset.question('label').unify('majority') });
  const { train, labels } = await prepare(task, dataset, { cacheFolder });
  expect(train.toArray()).toEqual([
    { text: 'text 0', label: 'yes' },
    { text: 'text 1', label: 'no' },
    { text: 'text 2', label: 'yes' },
  ]);
  expect(labels).toEqual(['no', 'yes']);
});

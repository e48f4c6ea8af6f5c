/** What is written for AutoTrain; `autotrain.python.test.ts` gives it to AutoTrain's own parser. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openModel, predict } from '../../runtime/frameworks/index.js';
import { able } from '../../runtime/frameworks/model.js';
import type { KindName, RowOf } from '../../runtime/task/kinds/rows.js';
import type { TrainerConfig } from '../../runtime/trainer.js';
import { workshop, type Attempt } from './training.js';

const shop = workshop();
const write = <K extends KindName>(kind: K, rows: readonly RowOf<K>[], more: Partial<TrainerConfig> & { trainSize?: number } = {}): Promise<Attempt> =>
  shop.train(kind, rows, { framework: 'autotrain', model: 'org/tiny', launch: { target: 'in_process' }, ...more });

async function written({ run, error }: Attempt) {
  if (error) throw error as Error;
  const lines = async (name: string): Promise<unknown[]> => (await readFile(join(run.folder, 'data', name), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as unknown);
  const text = await readFile(join(run.folder, 'autotrain.yaml'), 'utf8');
  return { text, configuration: parse(text) as Record<string, unknown> & { data: unknown; params: Record<string, unknown> }, train: await lines('train.jsonl'), valid: await lines('valid.jsonl').catch(() => undefined) };
}

const warnings = ({ events }: Attempt): string[] => events.flatMap((event) => (event.type === 'log' && event.level === 'warning' ? [event.message] : []));
const classified = (count: number): RowOf<'text_classification'>[] => Array.from({ length: count }, (_, i) => ({ text: `text ${i}, "quoted"\nand 😀`, label: i % 2 ? 'yes' : 'no' }));

describe('text classification', () => {
  it('is configured with AutoTrain\'s own keys, old names among them, and has its rows beside it', async () => {
    const attempt = await write('text_classification', classified(20), { name: 'my_topics', seed: 7, options: { epochs: 2, learning_rate: 1e-4, percentage_warmup: 0.2 } });
    const { configuration, text, train, valid } = await written(attempt);
    expect(configuration).toMatchObject({
      task: 'text_classification', base_model: 'org/tiny', project_name: 'my-topics', log: 'none', backend: 'local',
      data: { path: 'data', train_split: 'train', valid_split: 'valid', column_mapping: { text_column: 'text', target_column: 'target' } },
      params: { epochs: 2, lr: 1e-4, warmup_ratio: 0.2, batch_size: 8, max_seq_length: 128, seed: 7 },
    });
    expect(configuration).not.toHaveProperty('hub');
    expect(text).toContain('ALLOW_REMOTE_CODE=false autotrain --config autotrain.yaml');
    expect([...train, ...valid!]).toHaveLength(20);
    expect(train[0]).toEqual({ text: expect.stringContaining('"quoted"\nand 😀'), target: expect.stringMatching(/^(?:yes|no)$/) });
    expect((await attempt.run.manifest()).files.map(({ path }) => path).sort()).toEqual(['autotrain.yaml', 'data/train.jsonl', 'data/valid.jsonl']);
    expect(attempt.events.some((event) => event.type === 'log' && event.message.includes('Nothing is trained here'))).toBe(true);

    await expect(predict(attempt.run, ['x'])).rejects.toMatchObject({ code: 'run/cannot', hint: 'It is used outside tasklab.' });
    const model = await openModel(attempt.run);
    expect(() => able(model, 'generate', attempt.run)).toThrow(expect.objectContaining({ code: 'run/cannot' }));
    // The same rows and options: the same files.
    const again = await written(await write('text_classification', classified(20), { name: 'my_topics', seed: 7, options: { epochs: 2, lr: 1e-4, warmup_ratio: 0.2 } }));
    expect(again.text).toBe(text);
  });

  it('starts from a run beside it, or a folder', async () => {
    const first = await write('text_classification', classified(20), { name: 'first' });
    expect((await written(await write('text_classification', classified(20), { model: first.run }))).configuration['base_model']).toBe('../first-1');
    expect((await written(await write('text_classification', classified(20), { model: shop.folder }))).configuration['base_model']).toBe(shop.folder);
  });

  it('keeps AutoTrain from failing on labels of one side alone', async () => {
    const attempt = await write('text_classification', [...classified(40), ...Array.from({ length: 3 }, (_, i) => ({ text: `rare ${i}`, label: 'rare' }))], { trainSize: 0.9 });
    expect(warnings(attempt)).toEqual(['AutoTrain takes test rows only where they have the same labels as training rows, and "rare" is on one side alone: it will hold out a fifth of the training rows instead.']);
    const { configuration, valid } = await written(attempt);
    expect(configuration.data).toMatchObject({ valid_split: null });
    expect(valid).toHaveLength(5);
  });

  it.each([
    ['train/too-few-rows', classified(3), 1],
    ['train/no-rows', classified(20).map((row) => ({ ...row, label: ['yes', 'no'] })), 0.8],
    ['train/read-as-numbers', classified(20).map((row, i) => ({ ...row, label: `0${i % 2}` })), 0.8],
    ['train/read-as-numbers', classified(20).map((row, i) => ({ ...row, text: String(i) })), 0.8],
  ])('refuses with %s', async (code, rows, trainSize) => {
    expect((await write('text_classification', rows, { trainSize })).error).toMatchObject({ code });
  });

  it('takes ratings: digits that stay what they are', async () => {
    expect((await written(await write('text_classification', classified(20).map((row, i) => ({ ...row, label: String(1 + (i % 2)) }))))).train[0]).toMatchObject({ target: expect.stringMatching(/^[12]$/) });
  });
});

describe('language models', () => {
  const user = (content: string) => ({ role: 'user' as const, content });
  const assistant = (content: string) => ({ role: 'assistant' as const, content });

  it.each([
    ['supervised_fine_tuning', { text: 'a' }, 'llm-sft', null, { text_column: 'text' }, { text: 'a' }],
    ['supervised_fine_tuning', { messages: [user('q'), assistant('a')] }, 'llm-sft', 'tokenizer', { text_column: 'messages' }, { messages: [user('q'), assistant('a')] }],
    ['supervised_fine_tuning', { prompt: 'q ', completion: 'a' }, 'llm-sft', null, { text_column: 'text' }, { text: 'q a' }],
    ['supervised_fine_tuning', { prompt: [user('q')], completion: [assistant('a')] }, 'llm-sft', 'tokenizer', { text_column: 'messages' }, { messages: [user('q'), assistant('a')] }],
    ['reward_modeling', { prompt: 'q ', chosen: 'a', rejected: 'b' }, 'llm-reward', null, { text_column: 'chosen', rejected_text_column: 'rejected' }, { chosen: 'q a', rejected: 'q b' }],
    ['reward_modeling', { chosen: 'a', rejected: 'b' }, 'llm-reward', null, { text_column: 'chosen', rejected_text_column: 'rejected' }, { chosen: 'a', rejected: 'b' }],
    ['direct_preference_optimization', { prompt: 'q', chosen: 'a', rejected: 'b' }, 'llm-dpo', null, { prompt_text_column: 'prompt', text_column: 'chosen', rejected_text_column: 'rejected' }, { prompt: 'q', chosen: 'a', rejected: 'b' }],
    [
      'direct_preference_optimization', { prompt: [user('q')], chosen: [assistant('a')], rejected: [assistant('b')] }, 'llm-dpo', 'tokenizer', { prompt_text_column: 'prompt', text_column: 'chosen', rejected_text_column: 'rejected' },
      { prompt: 'q', chosen: [user('q'), assistant('a')], rejected: [user('q'), assistant('b')] },
    ],
  ] as const)('%s of %j', async (kind, row, task, template, columns, expected) => {
    const { configuration, train } = await written(await write(kind, [row, row] as never, { trainSize: 1, options: { lora_r: 8 } }));
    expect(configuration).toMatchObject({ task, data: { valid_split: null, chat_template: template, column_mapping: columns }, params: { lora_r: 8 } });
    expect(configuration.params).not.toHaveProperty('chat_template');
    expect(train).toEqual([expected, expected]);
  });

  it('says what AutoTrain does not do: held-out rows, prompts apart, answers of several messages', async () => {
    const pairs = Array.from({ length: 10 }, (_, i) => ({ prompt: `q${i} `, completion: 'a' }));
    expect(warnings(await write('supervised_fine_tuning', pairs))).toEqual([expect.stringContaining('learns from prompts too'), expect.stringContaining('the 2 test rows are written')]);
    const chats = [{ prompt: [user('q')], chosen: [assistant('a')], rejected: [assistant('b')] }, { prompt: [user('q')], chosen: [assistant('a'), user('x'), assistant('c')], rejected: [assistant('b')] }];
    expect(warnings(await write('direct_preference_optimization', chats, { trainSize: 1 }))).toEqual([expect.stringContaining('1 rows are left out')]);
  });
});

it('refuses, before anything is written, what AutoTrain lacks', async () => {
  await expect(write('text_classification', classified(4), { options: { hub_model: [] } })).rejects.toMatchObject({ hint: expect.stringContaining('options of their own') });
  await expect(write('text_classification', classified(4), { options: { lr: 'fast' } })).rejects.toMatchObject({ code: 'training/wrong-value' });
  await expect(write('text_classification', classified(4), { revision: 'main' })).rejects.toMatchObject({ code: 'training/revision' });
  await expect(write('text_classification', classified(4), { trust: `org/tiny@${'0'.repeat(40)}` })).rejects.toMatchObject({ code: 'training/trust' });
});

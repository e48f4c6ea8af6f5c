import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { predict } from '../../runtime/frameworks/index.js';
import type { LabelPrediction } from '../../runtime/frameworks/model.js';
import { evaluated, miniLm, missing, model, notRead, workshop, type Attempt } from './training.js';

const reason = missing('core');
if (reason) console.log(`skipped: SetFit (${reason})`);

const texts = {
  delivery: ['Where is my parcel?', 'The box came two weeks late.', 'It was left at the wrong door.', 'My order has not been shipped yet.', 'The courier never rang.', 'When will it be here?', 'The tracking number does not work.', 'The driver threw the package over the fence.', 'Delivery was promised for Monday.', 'My parcel got lost on its way.', 'The package arrived damaged.', 'Can you ship it to another address?'],
  payment: ['I was charged twice.', 'The invoice is wrong.', 'My card was declined at the till.', 'Please give me my money back.', 'The discount was not taken off.', 'How do I pay by bank transfer?', 'The refund has not reached my account.', 'Why is there a fee on my bill?', 'I paid more than the price in the shop.', 'My voucher code is not accepted.', 'The amount on the receipt is not right.', 'Can I pay in three instalments?'],
  praise: ['What a lovely lamp!', 'I am very happy with it.', 'Best purchase this year.', 'The staff were so kind.', 'Works perfectly, thank you.', 'My children adore it.', 'Great quality, I love the colour.', 'I would recommend it to all my friends.', 'Beautiful work, I am delighted.', 'Five stars, wonderful product.', 'Thank you for the excellent service.', 'It looks fantastic in our kitchen.'],
};
const rows = Object.entries(texts).flatMap(([label, some]) => some.map((text) => ({ text, label })));
const few = { num_iterations: 2, batch_size: 16 };
const messages = (attempt: Attempt): string[] => attempt.events.flatMap((event) => (event.type === 'log' ? [event.message] : []));

/** A pickle that makes a file when it is read. */
const trap = (file: string): Buffer => Buffer.from(`cbuiltins\nopen\n(S'${file}'\nS'w'\ntR.`);

describe.skipIf(reason)('SetFit', () => {
  const shop = workshop();

  it('learns labels from few texts, with a head that is no pickle and reads none', async () => {
    const folder = join(shop.folder, 'minilm');
    const sprung = join(shop.folder, 'sprung');
    await mkdir(folder);
    for (const name of readdirSync(miniLm)) await symlink(join(miniLm, name), join(folder, name));
    await writeFile(join(folder, 'model_head.pkl'), trap(sprung));
    const attempt = await shop.train('text_classification', rows, { framework: 'setfit', model: folder, options: few, trainSize: 0.5 });
    const { metrics, baseline, confusion } = evaluated(attempt);
    expect(metrics['accuracy']!).toBeGreaterThan(0.7);
    expect(metrics['accuracy']!).toBeGreaterThan(baseline!['accuracy']! + 0.3);
    expect(confusion!.labels).toEqual(['delivery', 'payment', 'praise']);
    expect(attempt.events.filter((event) => event.type === 'metric').map(({ name }) => name)).toContain('embedding_loss');
    const files = (await readdir(attempt.run.folder, { recursive: true })).filter((name) => !name.startsWith('tasklab'));
    expect(files).toContain('model_head.safetensors');
    expect(files.filter((name) => /\.(?:pkl|bin|pt|md)$/.test(name))).toEqual([]);

    await writeFile(join(attempt.run.folder, 'model_head.pkl'), trap(sprung));
    const [first, second] = await predict<LabelPrediction>(attempt.run, ['The parcel is late', 'I paid too much']);
    expect([first!.label, second!.label]).toEqual(['delivery', 'payment']);
    expect(Object.values(first!.scores).reduce((sum, score) => sum + score)).toBeCloseTo(1, 6);
    expect(existsSync(sprung)).toBe(false);
  });

  it('learns the same with a differentiable head twice, and tells both losses', async () => {
    const options = { ...few, num_iterations: 1, use_differentiable_head: true, num_epochs: [1, 6], max_length: 8 };
    const attempt = await shop.train('text_classification', rows, { framework: 'setfit', model: miniLm, options, trainSize: 0.5 });
    const { metrics, baseline } = evaluated(attempt);
    expect(metrics['accuracy']!).toBeGreaterThan(baseline!['accuracy']! + 0.3);
    const losses = (name: string, { events }: Attempt) => events.flatMap((event) => (event.type === 'metric' && event.name === name ? [event.value!] : []));
    const curve = losses('classifier_loss', attempt);
    expect(curve.at(-1)!).toBeLessThan(curve[0]!);
    expect(messages(attempt)).toContainEqual(expect.stringMatching(/^\d+ texts are longer than 8 tokens, and cut off there/));
    expect(await notRead(attempt.run, ['late', 'late '.repeat(9), 'late '.repeat(20)])).toEqual(['2 texts are longer than 8 tokens, and cut off there.']);
    const again = await shop.train('text_classification', rows, { framework: 'setfit', model: miniLm, options, trainSize: 0.5 });
    expect(losses('classifier_loss', again)).toEqual(curve);
  });

  it.each<[string, Record<string, unknown>]>([
    ['logistic', { ...few, head_params: { C: 10 } }],
    ['differentiable', { ...few, use_differentiable_head: true, num_epochs: [1, 2], head_learning_rate: 0.3, max_length: 24 }],
  ])('gives a text several labels, with a %s head', async (_, options) => {
    const several = rows.flatMap(({ text, label }, i) => {
      const other = rows[(i * 7 + 6) % rows.length]!;
      return [{ text, label: [label] }, { text: `${text} ${other.text}`, label: [...new Set([label, other.label])] }];
    });
    const attempt = await shop.train('text_classification', several, { framework: 'setfit', model: miniLm, options });
    const { metrics, baseline } = evaluated(attempt);
    expect(metrics['f1_micro']!).toBeGreaterThan(0.7);
    expect(messages(attempt).join()).not.toContain('settled');
    expect(metrics['f1_micro']!).toBeGreaterThan(baseline!['f1_micro']! + 0.2);
    const [both] = await predict<LabelPrediction>(attempt.run, ['I was charged twice. Where is my parcel?']);
    expect([...(both!.label as string[])].sort()).toEqual(['delivery', 'payment']);
  });

  it('heads say what scikit-learn and SetFit say', async () => {
    const { stdout } = await promisify(execFile)(process.env['TASKLAB_PYTHON']!, [join(import.meta.dirname, '../python/compare_heads.py')]);
    for (const [name, difference] of Object.entries(JSON.parse(stdout) as Record<string, number>)) expect.soft(difference, name).toBeLessThan(1e-6);
  });

  it.each([
    ['a head of several labels for rows of one', { multi_target_strategy: 'multi-output' }],
    ['a head without such an argument', { head_params: { depth: 3 } }],
  ])('refuses %s', async (_, options) => {
    const { error } = await shop.train('text_classification', rows, { framework: 'setfit', model: model('tiny/sentence'), options });
    expect(error).toMatchObject({ code: 'training/wrong-value' });
  });

  it('says that its head was not settled, which scikit-learn tells logs alone', async () => {
    const attempt = await shop.train('text_classification', rows, { framework: 'setfit', model: model('tiny/sentence'), options: { max_steps: 2, head_params: { max_iter: 3, C: 1000 } } });
    expect(messages(attempt)).toContain('The head was not settled when its 3 iterations were over: give head_params a larger max_iter, or a smaller C.');
  });

  it('says which labels only test rows have', async () => {
    const attempt = await shop.train('text_classification', [...rows, { text: 'Hello?', label: 'other' }], { framework: 'setfit', model: model('tiny/sentence'), options: { max_steps: 2 }, trainSize: 0.5 });
    const seen = evaluated(attempt).per_class!.map(({ label }) => label);
    expect(seen).toHaveLength(4);
    const [answer] = await predict<LabelPrediction>(attempt.run, ['What a lovely lamp!']);
    expect(Object.keys(answer!.scores)).toEqual(seen);
  });
});

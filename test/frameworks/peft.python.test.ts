import { cp, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { predict } from '../../runtime/frameworks/index.js';
import type { LabelPrediction } from '../../runtime/frameworks/model.js';
import { RunStore } from '../../runtime/run/store.js';
import { evaluated, missing, model, workshop } from './training.js';

const why = missing('core');
const shop = workshop();
beforeEach(({ skip }) => skip(Boolean(why), String(why)));

const subjects = ['The parcel', 'My order', 'The invoice', 'This camera', 'The battery', 'Your service', 'The refund', 'The film', 'The book', 'The hotel room'];
const findings = { bad: ['has not arrived yet.', 'arrived late again.', 'was charged twice.'], good: ['is wonderful, I love it!', 'is great value.', 'is better than I expected.'] };
const rows = Object.entries(findings).flatMap(([label, texts]) => texts.flatMap((text) => subjects.map((subject) => ({ text: `${subject} ${text}`, label }))));
const options = { per_device_train_batch_size: 4, learning_rate: 0.01, lr_scheduler_type: 'constant', eval_strategy: 'no' };
const texts = ['The camera arrived late again.', 'My book is wonderful, I love it!'];
const labels = (predictions: readonly LabelPrediction[]) => predictions.map(({ label }) => label);

describe('PEFT', () => {
  it('trains an adapter and keeps it alone; the next one stands on it; both are found again after a restart, and elsewhere', async () => {
    const attempt = await shop.train('text_classification', rows, { name: 'first', framework: 'peft', model: model('tiny/bert'), options: { ...options, num_train_epochs: 6 }, blocks: { lora: { r: 4, lora_alpha: 8 } } });
    const { metrics, baseline } = evaluated(attempt);
    expect(metrics['accuracy']!).toBeGreaterThan(0.8);
    expect(metrics['accuracy']!).toBeGreaterThan(baseline!['accuracy']!);
    expect(labels(await predict(attempt.run, texts))).toEqual(['bad', 'good']);

    const files = (await readdir(attempt.run.folder, { withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name).sort();
    expect(files).toEqual(['adapter_config.json', 'adapter_model.safetensors', 'tokenizer.json', 'tokenizer_config.json']);
    expect((await stat(join(attempt.run.folder, 'adapter_model.safetensors'))).size).toBeLessThan((await stat(join(model('tiny/bert'), 'model.safetensors'))).size / 10);
    const config = JSON.parse(await readFile(join(attempt.run.folder, 'adapter_config.json'), 'utf8')) as object;
    expect(config).toMatchObject({ base_model_name_or_path: './bert', r: 4, lora_alpha: 8, task_type: 'SEQ_CLS' });
    for (const name of files.filter((file) => file.endsWith('.json'))) expect(await readFile(join(attempt.run.folder, name), 'utf8')).not.toMatch(/"\/(?!")/);

    const other = rows.map(({ text, label }) => ({ text, label: [label, ...(text.includes('The ') ? ['thing'] : [])] }));
    const second = await shop.train('text_classification', other, { name: 'second', framework: 'peft', model: attempt.run, options: { ...options, num_train_epochs: 6 } });
    expect(evaluated(second).metrics['f1_micro']!).toBeGreaterThan(evaluated(second).baseline!['f1_micro']!);
    expect(JSON.parse(await readFile(join(second.run.folder, 'adapter_config.json'), 'utf8'))).toMatchObject({ base_model_name_or_path: '../first-1' });
    const before = await predict<LabelPrediction>(second.run, texts);
    // Runs are carried together: an adapter on a run needs nothing else but what that run needs.
    await cp(join(shop.folder, 'runs'), join(shop.folder, 'elsewhere'), { recursive: true });
    const moved = await new RunStore(join(shop.folder, 'elsewhere')).newest('second');
    expect(await predict(moved!, texts)).toEqual(before);
  });

  it('says what is wrong with an adapter', async () => {
    const config = { framework: 'peft', model: model('tiny/bert') };
    await expect(shop.train('text_classification', rows, { ...config, options: { r: 8 } })).rejects.toMatchObject({ code: 'name/unknown-option', hint: expect.stringContaining('block "lora"') });
    await expect(shop.train('text_classification', rows, { ...config, blocks: { lora: { rank: 8 } } })).rejects.toMatchObject({ code: 'name/unknown-option', message: expect.stringContaining('"rank"') });
    const { error } = await shop.train('text_classification', rows, { ...config, options: { max_steps: 1 }, blocks: { lora: { target_modules: ['nowhere'] } } });
    expect(error).toMatchObject({ code: 'training/wrong-value', message: expect.stringContaining("adapter"), hint: expect.stringContaining('target_modules') });
  });
});

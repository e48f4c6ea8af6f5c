import { readFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { predict } from '../../../runtime/frameworks/index.js';
import { work } from '../../../runtime/linear/worker.js';
import type { RunEvent } from '../../../runtime/run/event.js';
import type { Run } from '../../../runtime/run/run.js';
import { openRun, RunStore } from '../../../runtime/run/store.js';
import { newJob, rowsOf } from './job.js';
import { messages, prepared } from './messages.js';

let root: string;
let count = 0;
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'tasklab-linear-'))));
afterAll(() => rm(root, { recursive: true }));

type Rows = Parameters<typeof prepared>[1];

async function create(train: Rows, test: Rows | null, options: object = {}, data: Parameters<typeof prepared>[3] = {}): Promise<Run> {
  const folder = join(root, String(count++));
  const source = prepared(join(folder, 'data'), train, test, data);
  return new RunStore(join(folder, 'runs')).create(newJob(source, options), rowsOf(source));
}

const signal = new AbortController().signal;

async function eventsOf(run: Run): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run.events({ follow: false })) events.push(event);
  return events;
}

async function train(...args: Parameters<typeof create>): Promise<Run> {
  const run = await create(...args);
  await work(run.jobFolder, { signal });
  return run;
}

const warnings = (events: readonly RunEvent[]): string[] => events.flatMap((event) => (event.type === 'log' && event.level === 'warning' ? [event.message] : []));

describe('training', () => {
  it('beats the majority label on rows that it has not seen, and says so in the run', async () => {
    const all = messages(300);
    const run = await train(all.slice(0, 240), all.slice(240));
    const manifest = await run.manifest();
    expect(await run.status()).toBe('finished');
    expect(manifest.metrics!.accuracy).toBeGreaterThan(0.8);
    expect(manifest.baseline!.accuracy).toBeLessThan(0.4);
    expect(manifest.rows).toEqual({ train: 240, test: 60 });
    const events = await eventsOf(run);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => i));
    expect([events[0]!.type, events.at(-1)!.type]).toEqual(['started', 'finished']);
    const losses = events.flatMap((event) => (event.type === 'metric' && event.name === 'loss' ? [event.value!] : []));
    expect(losses.length).toBeGreaterThan(5);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
    const evaluated = events.find((event) => event.type === 'evaluated')!;
    expect(evaluated.metrics).toEqual(manifest.metrics);
    expect(evaluated.confusion!.counts.flat().reduce((a, b) => a + b)).toBe(60);
    expect(evaluated.per_class!.map((score) => score.label)).toEqual(manifest.labels);
  });

  it('gives the same bytes for the same rows and options', async () => {
    const all = messages(120);
    const [one, two] = [await train(all.slice(0, 100), all.slice(100)), await train(all.slice(0, 100), all.slice(100))];
    for (const name of ['config.json', 'vocabulary.json', 'model.safetensors', 'tasklab/manifest.json']) {
      expect(await readFile(join(one.folder, name))).toEqual(await readFile(join(two.folder, name)));
    }
  });

  it('loads again with nothing but its folder, and predicts in probabilities', async () => {
    const run = await train(messages(200), null);
    await rm(run.jobFolder, { recursive: true });
    const [first, empty] = await predict(await openRun(run.folder), ['Where is my parcel? The courier did not come.', '']);
    expect(first!.label).toBe('delivery');
    expect(Object.values(first!.scores).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(Object.keys(empty!.scores)).toEqual(['account', 'billing', 'delivery', 'praise', 'product']);
  });

  it('says that nothing is known of its quality where no rows are held out', async () => {
    const run = await train(messages(50), null);
    expect((await run.manifest()).metrics).toBeNull();
    expect(warnings(await eventsOf(run)).join()).toContain('No rows were held out');
  });

  it('gives the labels above one half where rows have several', async () => {
    const rows = messages(200).map(({ text, label }, i, all) => {
      const other = all[(i + 1) % all.length]!;
      return { text: `${text} ${other.text}`, label: [...new Set([label, other.label])] };
    });
    const run = await train(rows.slice(0, 160), rows.slice(160), { C: 10 }, { multiLabel: true });
    const manifest = await run.manifest();
    expect(manifest.multi_label).toBe(true);
    expect(manifest.metrics!.f1_micro).toBeGreaterThan(manifest.baseline!.f1_micro! + 0.3);
    const [both] = await predict(run, ['parcel courier tracking number late delivery invoice refund charged twice payment failed']);
    expect(both!.label).toEqual(['billing', 'delivery']);
    expect(both!.scores.praise).toBeLessThan(0.5);
  });

  it('counts a label that only test rows have and never gives it', async () => {
    const all = messages(120);
    const rare = all.slice(100).map((row, i) => (i < 3 ? { ...row, label: 'unseen' } : row));
    const run = await train(all.slice(0, 100), rare);
    const events = await eventsOf(run);
    expect(warnings(events)).toContain('No training row has the label "unseen", so the model will never give it; 3 test rows have it and will be wrong.');
    const { per_class } = events.find((event) => event.type === 'evaluated')!;
    expect(per_class!.find((score) => score.label === 'unseen')).toEqual({ label: 'unseen', precision: 0, recall: 0, f1: 0, support: 3 });
  });

  it('warns where the solver needs more iterations', async () => {
    const run = await train(messages(60), null, { max_iter: 2 });
    expect(warnings(await eventsOf(run)).join()).toContain('did not converge in 2 iterations');
  });

  it('takes labels named like what objects have', async () => {
    const rows = messages(60).map(({ text, label }) => ({ text, label: label === 'billing' ? '__proto__' : 'constructor' }));
    const [first] = await predict(await train(rows, rows), ['invoice refund charged twice']);
    expect(first!.label).toBe('__proto__');
    expect(Object.keys(first!.scores)).toEqual(['__proto__', 'constructor']);
  });
});

describe('rows that cannot be trained on', () => {
  const some = messages(20);
  it.each<[string, string, Rows, object, Parameters<typeof prepared>[3]]>([
    ['train/no-rows', 'no rows', [], {}, { labels: ['a', 'b'] }],
    ['train/one-class', 'one label', some.map((row) => ({ ...row, label: 'a' })), {}, { labels: ['a', 'b'] }],
    ['train/no-labels', 'lists without labels', some.map((row) => ({ ...row, label: [] })), {}, { multiLabel: true }],
    ['train/empty-vocabulary', 'empty texts', some.map((row) => ({ ...row, text: ' ' })), {}, {}],
    ['train/empty-vocabulary', 'only rare n-grams', some, { min_df: 1000 }, {}],
    ['data/unknown-label', 'a label that the task does not have', some, {}, { labels: ['billing', 'other'] }],
    ['training/wrong-value', 'no n-grams asked for', some, { word_ngrams: [], char_ngrams: [] }, {}],
  ])('fail with %s: %s', async (code, _, rows, options, data) => {
    const run = await create(rows, null, options, data);
    await expect(work(run.jobFolder, { signal })).rejects.toMatchObject({ code });
    expect(await run.status()).toBe('failed');
    expect((await eventsOf(run)).at(-1)).toMatchObject({ type: 'failed', code });
    expect(await readdir(run.folder)).toEqual(['tasklab']);
    await expect(predict(run, ['x'])).rejects.toMatchObject({ code: 'run/not-finished' });
  });

  it('fail where the file is no Arrow file, or has other columns', async () => {
    const run = await create(some, null);
    await writeFile(join(run.jobFolder, 'train.arrow'), 'text,label\n');
    await expect(work(run.jobFolder, { signal })).rejects.toMatchObject({ code: 'data/arrow' });
  });
});

describe('a stop', () => {
  it('leaves no half model, and the event says so', async () => {
    // As exact as float64 can be: many seconds, if nobody stopped it.
    const run = await create(messages(1000), null, { C: 1e9, tolerance: 1e-300, max_iter: 1_000_000 });
    const controller = new AbortController();
    const worker = work(run.jobFolder, { signal: controller.signal });
    while ((await run.status()) === 'created') await new Promise((resolve) => setImmediate(resolve));
    for await (const event of run.events()) if (event.type === 'progress') controller.abort();
    await worker;
    expect(await run.status()).toBe('stopped');
    expect((await eventsOf(run)).at(-1)!.type).toBe('stopped');
    expect(await readdir(run.folder)).toEqual(['tasklab']);
  });
});

describe('hostile model files', () => {
  async function broken(name: string, change: (bytes: Buffer) => Buffer, relist = true): Promise<unknown> {
    const run = await train(messages(30), null);
    const bytes = change(await readFile(join(run.folder, name)));
    await writeFile(join(run.folder, name), bytes);
    if (relist) {
      // As an attacker would: the manifest fits the changed file.
      const { createHash } = await import('node:crypto');
      const path = join(run.folder, 'tasklab/manifest.json');
      const manifest = JSON.parse(await readFile(path, 'utf8'));
      const entry = manifest.files.find((file: { path: string }) => file.path === name);
      Object.assign(entry, { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
      await writeFile(path, JSON.stringify(manifest));
    }
    return predict(run, ['x']);
  }
  const header = (edit: (header: Record<string, { dtype: string; shape: number[]; data_offsets: number[] }>) => unknown) => (bytes: Buffer): Buffer => {
    const length = Number(bytes.readBigUInt64LE());
    const json = JSON.parse(bytes.toString('utf8', 8, 8 + length));
    const text = Buffer.from(JSON.stringify(edit(json) ?? json));
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([size, text, bytes.subarray(8 + length)]);
  };

  it.each<[string, string, (bytes: Buffer) => Buffer]>([
    ['an enormous header', 'model.safetensors', (bytes) => (bytes.writeBigUInt64LE(2n ** 63n), bytes)],
    ['an empty file', 'model.safetensors', () => Buffer.alloc(0)],
    ['a cut file', 'model.safetensors', (bytes) => bytes.subarray(0, bytes.length - 8)],
    ['another type', 'model.safetensors', header((tensors) => void (tensors.idf!.dtype = 'I64'))],
    ['a shape that multiplies beyond the file', 'model.safetensors', header((tensors) => void (tensors.weight!.shape = [2 ** 40, 2 ** 10]))],
    ['offsets that overlap', 'model.safetensors', header((tensors) => void (tensors.weight!.data_offsets = tensors.idf!.data_offsets))],
    ['a tensor that is not there', 'model.safetensors', header(({ idf: _, ...others }) => others)],
    ['infinite weights', 'model.safetensors', (bytes) => (bytes.writeDoubleLE(Infinity, bytes.length - 8), bytes)],
    ['n-grams that are no texts', 'vocabulary.json', () => Buffer.from('[[1], [2]]')],
    ['fewer n-grams than weights', 'vocabulary.json', () => Buffer.from('[["a"], ["b"]]')],
    ['a configuration with more', 'config.json', (bytes) => Buffer.from(bytes.toString().replace('{', '{"code": "process.exit()",'))],
    ['sizes beyond reason', 'config.json', (bytes) => Buffer.from(bytes.toString().replace(/"ngrams": \[\s*1,\s*2/, '"ngrams": [1, 1e9'))],
  ])('are refused: %s', async (_, name, change) => {
    await expect(broken(name, change)).rejects.toMatchObject({ code: 'run/broken-model' });
  });

  it('are refused where they are not the ones that training wrote', async () => {
    await expect(broken('model.safetensors', (bytes) => (bytes.writeDoubleLE(1, bytes.length - 8), bytes), false)).rejects.toMatchObject({ code: 'run/broken-model' });
  });
});

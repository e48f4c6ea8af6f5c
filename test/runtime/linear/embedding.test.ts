import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { predict } from '../../../runtime/frameworks/index.js';
import { describe as describeModel } from '../../../runtime/linear/embedding/description.js';
import { learnEmbedding } from '../../../runtime/linear/embedding/learn.js';
import { embeddingOf } from '../../../runtime/linear/embedding/features.js';
import { modelFiles } from '../../../runtime/linear/embedding/modelFiles.js';
import { checkOnnx } from '../../../runtime/linear/embedding/onnxFile.js';
import { filesIn } from '../../../runtime/linear/embedding/source.js';
import { normalize, pool, type PoolingMode } from '../../../runtime/linear/embedding/pooling.js';
import { work } from '../../../runtime/linear/worker.js';
import type { RunEvent } from '../../../runtime/run/event.js';
import type { Run } from '../../../runtime/run/run.js';
import { openRun, RunStore } from '../../../runtime/run/store.js';
import type { WorkerContext } from '../../../runtime/run/worker.js';
import { Trainer } from '../../../runtime/trainer.js';
import { modelOf, randomTable, tableOnnx, wordTokenizer, writeModel } from './embeddingModel.js';
import { newJob, rowsOf } from './job.js';
import { messages, prepared } from './messages.js';

let root: string;
let count = 0;
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'tasklab-embedding-'))));
afterAll(() => rm(root, { recursive: true }));

const rows = messages(300);
const files = modelOf(rows.map(({ text }) => text));
const newFolder = (): string => join(root, String(count++));
const model = (changes: Readonly<Record<string, unknown>> = {}, without: readonly string[] = []): string =>
  writeModel(newFolder(), Object.fromEntries(Object.entries({ ...files, ...changes }).filter(([path]) => !without.includes(path))));

type Rows = Parameters<typeof prepared>[1];
async function create(path: string, train: Rows, test: Rows | null, options: object = {}, data: Parameters<typeof prepared>[3] = {}): Promise<Run> {
  const folder = newFolder();
  const source = prepared(join(folder, 'data'), train, test, data);
  return new RunStore(join(folder, 'runs')).create({ ...newJob(source, options), model: { from: 'folder', path } }, rowsOf(source));
}
async function train(...args: Parameters<typeof create>): Promise<Run> {
  const run = await create(...args);
  await work(run.jobFolder, { signal: new AbortController().signal });
  return run;
}
async function eventsOf(run: Run): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run.events({ follow: false })) events.push(event);
  return events;
}
const logs = (events: readonly RunEvent[]): string => events.flatMap((event) => (event.type === 'log' ? [event.message] : [])).join('\n');

describe('training on embeddings', () => {
  it('beats the majority label, tells how far it is, and gives the same bytes again', async () => {
    const folder = model();
    // Vectors of random words say little each, so they may be fitted closely.
    const once = () => train(folder, rows.slice(0, 240), rows.slice(240), { C: 100 });
    const [one, two] = [await once(), await once()];
    const manifest = await one.manifest();
    expect(manifest.metrics!.accuracy).toBeGreaterThan(manifest.baseline!.accuracy! + 0.3);
    expect(manifest.files.map(({ path }) => path).sort()).toEqual(['config.json', 'embedding.onnx', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json']);
    for (const { path } of manifest.files) expect(await readFile(join(one.folder, path))).toEqual(await readFile(join(two.folder, path)));
    const events = await eventsOf(one);
    const steps = events.flatMap((event) => (event.type === 'progress' ? [event] : []));
    expect(steps.slice(0, 10).map(({ step, total }) => [step, total])).toEqual(Array.from({ length: 10 }, (_, i) => [i + 1, 110]));
    expect(steps.map(({ step }) => step)).toEqual(steps.map(({ step }) => step).sort((a, b) => a - b));
    expect(steps.at(-1)!.step).toBe(steps.at(-1)!.total);
    expect(logs(events)).toContain('onnx/model.onnx: mean pooling, vectors of length 1, at most 64 tokens.');
    expect(logs(events)).toContain('240 rows, 48 numbers of a vector, 5 labels.');
  });

  it('leaves a run that stands alone, and says which model it was', async () => {
    const folder = model();
    const run = await train(folder, rows, null);
    const before = await predict(run, ['the invoice was charged twice', '']);
    await rm(folder, { recursive: true });
    await rm(run.jobFolder, { recursive: true });
    const after = await predict(await openRun(run.folder), ['the invoice was charged twice', '']);
    expect(after).toEqual(before);
    expect(after[0]!.label).toBe('billing');
    const { embedding } = JSON.parse(await readFile(join(run.folder, 'config.json'), 'utf8'));
    expect(embedding).toMatchObject({ model: folder.split('/').at(-1), revision: null, onnx: 'onnx/model.onnx', pooling: ['mean'], normalize: true, max_tokens: 64, size: 48 });
    expect(embedding.sha256.onnx).toBe((await run.manifest()).files.find(({ path }) => path === 'embedding.onnx')!.sha256);
  });

  it('says the same of a text alone as among others', async () => {
    const run = await train(model(), rows, null);
    const texts = rows.slice(0, 20).map(({ text }) => text);
    const together = await predict(run, texts);
    expect(await Promise.all(texts.map(async (text) => (await predict(run, [text]))[0]))).toEqual(together);
  });

  it('gives the labels above one half where rows have several', async () => {
    const several = rows.map(({ text, label }, i) => ({ text: `${text} ${rows[(i + 1) % 300]!.text}`, label: [...new Set([label, rows[(i + 1) % 300]!.label])] }));
    const run = await train(model(), several.slice(0, 240), several.slice(240), { C: 100 }, { multiLabel: true });
    const { metrics, baseline } = await run.manifest();
    expect(metrics!.f1_micro).toBeGreaterThan(baseline!.f1_micro! + 0.2);
    expect((await predict(run, ['parcel courier tracking number late delivery invoice refund charged twice']))[0]!.label).toEqual(['billing', 'delivery']);
  });

  it('counts the texts that are longer than the model takes', async () => {
    const long = rows.map((row, i) => (i < 3 ? { ...row, text: `${row.text} ${'x '.repeat(100)}` } : row));
    const run = await train(model(), long.slice(0, 240), long.slice(240));
    expect(logs(await eventsOf(run))).toContain('3 texts are longer than 64 tokens, and cut off there.');
    const said: string[] = [];
    await predict(run, [long[0]!.text, long[3]!.text], (message) => said.push(message));
    expect(said).toEqual(['1 text is longer than 64 tokens, and cut off there.']);
  });

  it('takes what a model does not say, and says so', async () => {
    const run = await train(model({}, ['modules.json', 'sentence_bert_config.json', 'tokenizer_config.json', 'config.json']), rows, null);
    expect(logs(await eventsOf(run))).toContain('The model does not say how it is used; taken: mean pooling, vectors of length 1, at most 512 tokens.');
  });

  it('stops between two texts', async () => {
    const controller = new AbortController();
    const { jobFolder, job } = await create(model(), rows, null).then(async (run) => ({ jobFolder: run.jobFolder, job: await run.job() }));
    const steps: number[] = [];
    let read = 0;
    const texts = function* () {
      for (const { text } of rows) yield (read++, text);
    };
    const emit: WorkerContext['emit'] = (event) => {
      if (event.type !== 'progress') return;
      steps.push(event.step);
      if (event.step === 2) controller.abort();
    };
    const learning = learnEmbedding(job.model!, { texts, rows: rows.length }, undefined, 100, { job, jobFolder, emit, signal: controller.signal });
    const thrown: unknown = await learning.catch((error: unknown) => error);
    expect(thrown).toBe(controller.signal.reason);
    expect([steps, read]).toEqual([[1, 2], 65]);
  });

  it('is refused where an option of n-grams is given, or the folder has no model, before anything is written', () => {
    const runs = new RunStore(join(newFolder(), 'runs'));
    const trainer = (path: string, options: Record<string, unknown>) => () => new Trainer({ name: 't', framework: 'linear', runs, model: path, options });
    const folder = model();
    expect(trainer(folder, { C: 2 })).not.toThrow();
    expect(trainer(folder, { word_ngrams: [1, 3] })).toThrowError(/option "word_ngrams" is one of n-grams/);
    expect(trainer(model({}, ['onnx/model.onnx']), {})).toThrowError(/has no ONNX file/);
    expect(trainer(model({}, ['tokenizer.json']), {})).toThrowError(/has no tokenizer.json/);
  });
});

describe('what loads the runtime of ONNX', () => {
  it('is a training or a question, and no check', () => {
    const spy = `data:text/javascript,${encodeURIComponent("process.on('exit', () => { process.report.excludeNetwork = true; console.log(process.report.getReport().sharedObjects.filter((path) => path.includes('onnxruntime')).length) })")}`;
    const program = join(newFolder(), 'support.task');
    const repository = resolve(import.meta.dirname, '../../..');
    writeModel(dirname(program), {
      'support.task': `dataset messages from folder "${join(repository, 'notebooks/data/messages')}"\ntask topics: text_classification on messages {\n  text = text\n  label = topic by majority\n}\ntraining t { task = topics; framework = linear; model = "${model()}" }\n`,
    });
    const run = (...args: string[]) => execFileSync(process.execPath, ['--import', spy, ...args], { cwd: dirname(program), encoding: 'utf8' });
    expect(run(join(repository, 'dist/magics/cli.js'), 'check', program)).toBe('1 data set, 1 task, 1 training: no mistakes.\n0\n');
    expect(run('--input-type=module', '-e', `import 'data:text/javascript,'; await import('${pathToFileURL(createRequire(import.meta.url).resolve('onnxruntime-node')).href}')`)).not.toBe('0\n');
  });
});

describe('files of a model', () => {
  it.each([
    [['model.onnx', 'onnx/model.onnx', 'onnx/model_quantized.onnx'], 'onnx/model.onnx'],
    [['model.onnx', 'onnx/model_int8.onnx'], 'model.onnx'],
    [['onnx/model_O4.onnx', 'onnx/model_quint8_avx2.onnx', 'onnx/model_quantized.onnx'], 'onnx/model_quantized.onnx'],
    [['onnx/model_qint8_arm64.onnx', 'onnx/model_quint8_avx2.onnx'], process.arch === 'arm64' ? 'onnx/model_qint8_arm64.onnx' : 'onnx/model_quint8_avx2.onnx'],
  ])('of %j it is %s', (paths, chosen) => {
    expect(modelFiles([...paths, 'tokenizer.json'], 'm').onnx).toBe(chosen);
  });

  it('leaves networks that it cannot read, and says which', () => {
    expect(() => modelFiles(['onnx/model_fp16.onnx', 'tokenizer.json'], 'm')).toThrowError(/it has onnx\/model_fp16.onnx/);
  });

  it('reads pooling, length, case and prompt where sentence-transformers writes them', async () => {
    const module = (path: string, type: string) => ({ path, type: `sentence_transformers.base.modules.x.${type}` });
    const folder = writeModel(newFolder(), {
      'modules.json': [module('0_Transformer', 'Transformer'), module('1_Pooling', 'Pooling')],
      '0_Transformer/sentence_bert_config.json': { max_seq_length: null, do_lower_case: true },
      '0_Transformer/tokenizer_config.json': { model_max_length: 1e30 },
      '0_Transformer/config.json': { max_position_embeddings: 77 },
      '0_Transformer/tokenizer.json': {},
      '1_Pooling/config.json': { pooling_mode: ['cls', 'max'] },
      'config_sentence_transformers.json': { prompts: { query: 'query: ' }, default_prompt_name: 'query' },
      'model.onnx': '',
    });
    expect(await describeModel(folder, filesIn(folder, 'm').settings, 'm')).toEqual({
      description: { pooling: ['cls', 'max'], normalize: false, max_tokens: 77, lower_case: true, prompt: 'query: ' },
      tokenizerFolder: '0_Transformer', unsupported: undefined, assumed: [],
    });
  });
});

describe('pooling', () => {
  const tokens = Float32Array.of(1, 8, 3, 2, 2, 5);
  it.each<[PoolingMode, number[]]>([
    ['cls', [1, 8]],
    ['lasttoken', [2, 5]],
    ['max', [3, 8]],
    ['mean', [2, 5]],
    ['mean_sqrt_len_tokens', [6 / Math.sqrt(3), 15 / Math.sqrt(3)]],
    ['weightedmean', [(1 + 6 + 6) / 6, (8 + 4 + 15) / 6]],
  ])('%s', (mode, expected) => {
    expect([...pool([mode], tokens, 3, 2)]).toEqual(expected);
  });

  it('puts several behind each other, and leaves zeros as they are', () => {
    expect([...pool(['max', 'cls'], tokens, 3, 2)]).toEqual([3, 8, 1, 8]);
    const zeros = new Float64Array(2);
    normalize(zeros);
    expect([...zeros]).toEqual([0, 0]);
  });
});

describe('hostile models', () => {
  const table = randomTable(wordTokenizer(rows.flatMap(({ text }) => text.match(/[\p{L}\p{N}]+/gu) ?? [])).vocabulary.length, 48);
  const onnx = (changes: Parameters<typeof tableOnnx>[1]): Record<string, unknown> => ({ 'onnx/model.onnx': tableOnnx(table, changes) });
  const good = (): Uint8Array => files['onnx/model.onnx'] as Uint8Array;

  it.each<[string, string, () => Record<string, unknown>]>([
    ['model/external-data', 'weights in another file', () => onnx({ external: 'weights.bin' })],
    ['model/external-data', 'weights in a file of the system', () => onnx({ external: '/etc/passwd' })],
    ['model/external-data', 'the same inside of branches', () => onnx({ external: 'weights.bin', nested: 3 })],
    ['model/custom-operators', 'an operator of its own', () => onnx({ domain: 'com.example.shell' })],
    ['model/broken-onnx', 'graphs without end', () => onnx({ nested: 500 })],
    ['model/broken-onnx', 'rubbish', () => ({ 'onnx/model.onnx': Buffer.from('<html>not found</html>') })],
    ['model/broken-onnx', 'an empty file', () => ({ 'onnx/model.onnx': Buffer.alloc(0) })],
    ['model/broken-onnx', 'a cut file', () => ({ 'onnx/model.onnx': good().subarray(0, good().length - 100) })],
    ['model/broken-onnx', 'a pointer of Git LFS', () => ({ 'onnx/model.onnx': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n' })],
    ['model/wrong-inputs', 'an input that no text gives', () => onnx({ inputs: { past_key_values: ['batch', 'sequence'] } })],
    ['model/wrong-inputs', 'one length for all texts', () => onnx({ shape: [1, 128], inputs: {} })],
    ['model/wrong-outputs', 'tokens where a vector should be', () => onnx({ output: 'sentence_embedding' })],
    ['model/cannot-run', 'a tokenizer of another model', () => ({ 'onnx/model.onnx': tableOnnx(table.slice(0, 3)) })],
    ['model/cannot-run', 'weights that are no numbers', () => ({ 'onnx/model.onnx': tableOnnx(table.map((row) => row.map(() => NaN))) })],
    ['model/broken-tokenizer', 'a tokenizer of another format', () => ({ 'tokenizer.json': { model: { type: 'Evil' } } })],
    ['model/broken-tokenizer', 'a tokenizer that is no JSON', () => ({ 'tokenizer.json': '{' })],
    ['model/broken-settings', 'modules outside of the folder', () => ({ 'modules.json': [{ path: '../../etc', type: 'x.Transformer' }] })],
    ['model/broken-settings', 'modules that are no list', () => ({ 'modules.json': { a: 1 } })],
    ['model/broken-settings', 'a pooling that is unknown', () => ({ '1_Pooling/config.json': { pooling_mode: 'magic' } })],
    ['model/unsupported-module', 'a module behind the pooling', () => ({ 'modules.json': [...(files['modules.json'] as object[]), { path: '3_Dense', type: 'sentence_transformers.models.Dense' }] })],
  ])('fail with %s: %s', async (code, _, changes) => {
    const run = await create(model(changes()), rows.slice(0, 40), null);
    await expect(work(run.jobFolder, { signal: new AbortController().signal })).rejects.toMatchObject({ code });
    expect(await run.status()).toBe('failed');
    expect(await readdir(run.folder)).toEqual(['tasklab']);
  });

  it('are refused where the run has another file than the training wrote', async () => {
    const run = await train(model(), rows.slice(0, 60), null);
    await writeFile(join(run.folder, 'embedding.onnx'), tableOnnx(table.map((row) => row.map((x) => -x))));
    await expect(predict(run, ['x'])).rejects.toMatchObject({ code: 'run/broken-model' });
  });

  it('do not keep a changed file as the one that was read', async () => {
    const folder = model();
    const run = await create(folder, rows, null);
    // It is asked between two texts: the model was read by then, and is not kept yet.
    const { signal } = new AbortController();
    let asked = 0;
    signal.throwIfAborted = () => void (++asked === 20 && writeFileSync(join(folder, 'onnx/model.onnx'), 'other'));
    await expect(work(run.jobFolder, { signal })).rejects.toMatchObject({ code: 'model/changed' });
    expect(await readdir(run.folder)).toEqual(['tasklab']);
  });

  it('never throw anything else, however their bytes are broken', () => {
    const whole = tableOnnx(table.slice(0, 4), { nested: 2 });
    for (let at = 0; at < whole.length; at++) {
      const bytes = Uint8Array.from(whole);
      bytes[at]! ^= 0xff;
      try {
        checkOnnx(bytes, 'm');
      } catch (error) {
        expect((error as { code?: string }).code).toMatch(/^model\//);
      }
    }
  });
});

describe('a text', () => {
  it('keeps its special tokens where it is cut, and is nothing where it has no tokens', async () => {
    const folder = model({ 'sentence_bert_config.json': { max_seq_length: 4 } });
    const { features } = await embeddingOf({ name: 'm', folder, files: filesIn(folder, 'm'), commit: null });
    const { vocab } = (JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8')) as { model: { vocab: Record<string, number> } }).model;
    const tokens = (text: string) => features.embedder.tokens.encode(text);
    expect(tokens('invoice parcel battery manual')).toEqual({ ids: ['[CLS]', 'invoice', 'parcel', '[SEP]'].map((token) => vocab[token]), cut: true });
    expect(tokens('invoice parcel').cut).toBe(false);
    expect((await features.embedder.embed('')).vector.length).toBe(48);
    await features.close();
  });
});

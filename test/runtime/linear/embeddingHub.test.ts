import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { predict } from '../../../runtime/frameworks/index.js';
import { locateModel } from '../../../runtime/linear/embedding/source.js';
import { work } from '../../../runtime/linear/worker.js';
import { RunStore } from '../../../runtime/run/store.js';
import { startHub, type LoopbackHub } from '../../hub/loopbackHub.js';
import { modelOf, writeModel } from './embeddingModel.js';
import { newJob, rowsOf } from './job.js';
import { messages, prepared } from './messages.js';

const folder = mkdtempSync(join(tmpdir(), 'tasklab-embedding-hub-'));
const rows = messages(120);
let hub: LoopbackHub;
beforeAll(async () => {
  const files = modelOf(rows.map(({ text }) => text));
  const whole = { ...files, 'onnx/model_O4.onnx': files['onnx/model.onnx'], 'model.safetensors': 'large', 'pytorch_model.bin': 'a pickle', 'README.md': '# A model', 'openvino/openvino_model.xml': '<x/>' };
  for (const name of ['team/embedder', 'team/private-embedder']) writeModel(join(folder, 'hub', name), whole);
  writeModel(join(folder, 'hub/team/no-onnx'), { 'tokenizer.json': {}, 'model.safetensors': 'large' });
  hub = await startHub(join(folder, 'hub'));
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => vi.unstubAllEnvs());

function cache(name: string, endpoint = hub.url): string {
  const home = join(folder, name);
  vi.stubEnv('HF_HOME', home);
  for (const variable of ['HF_HUB_CACHE', 'HF_TOKEN', 'HF_HUB_OFFLINE']) vi.stubEnv(variable, undefined);
  vi.stubEnv('HF_ENDPOINT', endpoint);
  return home;
}
const locate = (name: string, revision: string | null = null) => locateModel({ from: 'repository', name, revision }, folder);
const code = (found: Promise<unknown>) => found.then(() => 'found', (error: { code: string }) => error.code);
const needed = ['1_Pooling/config.json', 'config.json', 'modules.json', 'onnx/model.onnx', 'sentence_bert_config.json', 'tokenizer.json', 'tokenizer_config.json'];

describe('a model of the hub', () => {
  it('is fetched once, its ONNX file and settings alone, into the folders of huggingface_hub', async () => {
    const home = cache('once');
    const { folder: snapshot, commit } = await locate('team/embedder');
    expect(snapshot).toBe(join(home, 'hub/models--team--embedder/snapshots', commit!));
    expect(readdirSync(snapshot, { recursive: true, encoding: 'utf8' }).filter((path) => /\.\w+$/.test(path)).sort()).toEqual(needed);
    const before = hub.requests.length;
    await locate('team/embedder', 'v1');
    expect(hub.requests.slice(before).filter((request) => request.includes('/resolve/'))).toEqual([]);
  });

  it('trains, says its commit, and is needed no more', async () => {
    cache('trains');
    const data = prepared(join(folder, 'data'), rows, null);
    const run = await new RunStore(join(folder, 'runs')).create({ ...newJob(data, { C: 100 }), model: { from: 'repository', name: 'team/embedder', revision: 'v1' } }, rowsOf(data));
    await work(run.jobFolder, { signal: new AbortController().signal });
    const { commit } = await locate('team/embedder');
    const logs: string[] = [];
    for await (const event of run.events({ follow: false })) if (event.type === 'log') logs.push(event.message);
    expect(logs.join('\n')).toContain(`Embeds texts by "team/embedder" at ${commit!.slice(0, 12)}, onnx/model.onnx`);
    expect((await run.manifest()).model).toBe('team/embedder');
    cache('nothing', 'http://127.0.0.1:9');
    expect((await predict(run, ['an invoice and a refund']))[0]!.label).toBe('billing');
  });

  it('is read from the cache without a network', async () => {
    cache('offline');
    const { folder: snapshot } = await locate('team/embedder');
    const before = hub.requests.length;
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    expect((await locate('team/embedder')).folder).toBe(snapshot);
    expect(await code(locate('team/embedder', 'v1'))).toBe('model/unreachable');
    vi.stubEnv('HF_HUB_OFFLINE', undefined);
    vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9');
    expect((await locate('team/embedder')).folder).toBe(snapshot);
    expect(hub.requests.length).toBe(before);
  });

  it.each([
    ['model/no-repository', 'team/nothing', null],
    ['model/no-repository', '../x', null],
    ['model/no-repository', 'team/embedder', 'v2'],
    ['model/no-repository', 'team/embedder', '../main'],
    ['model/hub-denied', 'team/private-embedder', null],
    ['model/no-onnx', 'team/no-onnx', null],
  ])('fails with %s: %s at %s', async (expected, name, revision) => {
    cache('wrong');
    expect(await code(locate(name, revision))).toBe(expected);
  });

  it('opens with a token', async () => {
    cache('token');
    vi.stubEnv('HF_TOKEN', 'hf_secret');
    expect(await code(locate('team/private-embedder'))).toBe('found');
  });

  it('does not stay in the cache where it did not arrive whole, and is fetched again', async () => {
    const broken = await startHub(join(folder, 'hub'), { cutOff: 'onnx/model.onnx' });
    try {
      const home = cache('broken', broken.url);
      expect(await code(locate('team/embedder'))).toBe('model/cut-off');
      vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9');
      expect(await code(locate('team/embedder'))).toBe('model/unreachable');
      cache('broken', hub.url);
      expect(await code(locate('team/embedder'))).toBe('found');
      expect(readdirSync(join(home, 'hub/models--team--embedder/blobs')).filter((name) => name.endsWith('.incomplete'))).toEqual([]);
    } finally {
      await broken.close();
    }
  });

  it('is not written beside the cache, whatever a hub says for a commit', async () => {
    const hostile = await startHub(join(folder, 'hub'), { commit: '../../../outside' });
    try {
      const home = cache('hostile', hostile.url);
      expect(await code(locate('team/embedder'))).toBe('model/unreachable');
      expect(existsSync(home) ? readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((path) => /outside|config|onnx/.test(path)) : []).toEqual([]);
    } finally {
      await hostile.close();
    }
  });
});

import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { FeedbackDataset } from '../../../runtime/index.js';
import { startHub, type LoopbackHub } from '../../hub/loopbackHub.js';

const messages = resolve(import.meta.dirname, '../../../notebooks/data/messages');
const folder = mkdtempSync(join(tmpdir(), 'tasklab-test-'));
let hub: LoopbackHub;

beforeAll(async () => {
  for (const name of ['team/messages', 'team/private-messages', 'team/splits']) cpSync(messages, join(folder, 'hub', name), { recursive: true });
  const data = join(folder, 'hub/team/splits/data');
  cpSync(join(data, readdirSync(data)[0]!), join(data, 'test-00000-of-00001.parquet'));
  hub = await startHub(join(folder, 'hub'));
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => vi.unstubAllEnvs());

/** A cache of its own, and the loopback hub for the hub. */
function cache(name: string, endpoint = hub.url): string {
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  vi.stubEnv('HF_HOME', home);
  vi.stubEnv('HF_HUB_CACHE', undefined);
  vi.stubEnv('HF_TOKEN', undefined);
  vi.stubEnv('HF_HUB_OFFLINE', undefined);
  vi.stubEnv('HF_ENDPOINT', endpoint);
  return home;
}
const code = (open: Promise<unknown>) => open.then(() => 'opened', (error: { code: string }) => error.code);

describe('a data set of the hub', () => {
  it('is fetched once, into the folders of huggingface_hub', async () => {
    const home = cache('once');
    const dataset = await FeedbackDataset.fromHub('team/messages', { name: 'messages' });
    expect(dataset.count).toBe(413);
    expect(dataset.description).toMatch(/^hub "team\/messages" at [0-9a-f]{12}$/);
    const repository = join(home, 'hub/datasets--team--messages');
    expect(readdirSync(repository).sort()).toEqual(['blobs', 'refs', 'snapshots']);
    const before = hub.requests.length;
    await FeedbackDataset.fromHub('team/messages');
    expect(hub.requests.slice(before).filter((request) => request.includes('/resolve/'))).toEqual([]);
  });

  it('has the same data and settings as the folder', async () => {
    cache('same');
    const [fetched, local] = [await FeedbackDataset.fromHub('team/messages'), await FeedbackDataset.fromFolder(messages)];
    expect(await fetched.fingerprint()).toBe(await local.fingerprint());
  });

  it('is read from the cache without a network', async () => {
    cache('offline');
    await FeedbackDataset.fromHub('team/messages', { revision: 'v1' });
    const before = hub.requests.length;
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    expect((await FeedbackDataset.fromHub('team/messages', { revision: 'v1' })).count).toBe(413);
    expect(await code(FeedbackDataset.fromHub('team/messages', { revision: 'main' }))).toBe('data/unreachable');
    expect(hub.requests.length).toBe(before);
    vi.stubEnv('HF_HUB_OFFLINE', undefined);
    vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9');
    expect((await FeedbackDataset.fromHub('team/messages', { revision: 'v1' })).count).toBe(413);
  });

  it('says what is wrong with a name, a revision, a token', async () => {
    cache('wrong');
    expect(await code(FeedbackDataset.fromHub('messages'))).toBe('data/no-repository');
    expect(await code(FeedbackDataset.fromHub('../x'))).toBe('data/no-repository');
    expect(await code(FeedbackDataset.fromHub('team/nothing'))).toBe('data/no-repository');
    expect(await code(FeedbackDataset.fromHub('team/messages', { revision: 'v2' }))).toBe('data/no-repository');
    expect(await code(FeedbackDataset.fromHub('team/private-messages'))).toBe('data/hub-denied');
    vi.stubEnv('HF_TOKEN', 'hf_secret');
    expect(await code(FeedbackDataset.fromHub('team/private-messages'))).toBe('opened');
  });

  it('asks for a split where there are several, and fetches that one alone', async () => {
    const home = cache('splits');
    expect(await code(FeedbackDataset.fromHub('team/splits', { split: 'dev' }))).toBe('data/no-split');
    const before = hub.requests.length;
    expect((await FeedbackDataset.fromHub('team/splits', { split: 'test' })).count).toBe(413);
    expect(hub.requests.slice(before).filter((request) => /resolve.*train/.test(request))).toEqual([]);
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    expect((await FeedbackDataset.fromHub('team/splits')).count).toBe(413);
    vi.stubEnv('HF_HUB_OFFLINE', undefined);
    expect(await code(FeedbackDataset.fromHub('team/splits'))).toBe('data/split-needed');
    expect(readdirSync(join(home, 'hub'))).toEqual(['datasets--team--splits']);
  });

  it('says where it cannot be reached', async () => {
    cache('nowhere', 'http://127.0.0.1:9');
    await expect(FeedbackDataset.fromHub('team/messages')).rejects.toMatchObject({ code: 'data/unreachable', message: expect.stringContaining('team/messages') });
  });
});

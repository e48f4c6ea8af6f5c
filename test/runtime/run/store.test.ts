import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { work } from '../../../runtime/linear/worker.js';
import { openRun, RunStore } from '../../../runtime/run/store.js';
import { newJob, rowsOf } from '../linear/job.js';
import { messages, prepared } from '../linear/messages.js';

let root: string;
let store: RunStore;
let data: ReturnType<typeof prepared>;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tasklab-store-'));
  store = new RunStore(join(root, 'runs'));
  data = prepared(join(root, 'data'), messages(30), messages(10, 2));
});
afterEach(() => rm(root, { recursive: true }));

const create = (training = 'topics') =>
  store.create(newJob(data, {}, training), rowsOf(data));
const finish = async (training?: string) => {
  const run = await create(training);
  await work(run.jobFolder, { signal: new AbortController().signal });
  return run;
};

it('numbers the runs of a training and lists them by name', async () => {
  for (let i = 0; i < 10; i++) await create();
  await create('other');
  await mkdir(join(store.root, 'no-run'));
  expect((await store.list()).map((run) => run.name)).toEqual(['other-1', ...Array.from({ length: 10 }, (_, i) => `topics-${i + 1}`)]);
});

it('gives two trainings at once two names', async () => {
  const runs = await Promise.all(Array.from({ length: 8 }, () => create()));
  expect(new Set(runs.map((run) => run.name)).size).toBe(8);
});

it('knows the newest finished run', async () => {
  expect(await store.newest('topics')).toBeUndefined();
  await finish();
  const second = await finish();
  await create();
  await finish('topics-2');
  expect((await store.newest('topics'))!.name).toBe(second.name);
  expect((await store.open('topics')).name).toBe('topics-2');
  expect((await store.open('topics-1')).name).toBe('topics-1');
  await expect(store.open('nothing')).rejects.toMatchObject({ code: 'run/unknown', hint: expect.stringContaining('topics-1, topics-2') });
});

it.each(['../up', 'a/b', '', '.hidden', 'a\0b', 'x'.repeat(101)])('refuses %j as the name of a training', async (name) => {
  await expect(create(name)).rejects.toMatchObject({ code: 'run/unsafe-name' });
  expect(await readdir(root)).toEqual(['data']);
});

it('writes a job that holds everything, with no path of this machine', async () => {
  const run = await create();
  const text = await readFile(join(run.jobFolder, 'job.json'), 'utf8');
  expect(text).not.toContain(root);
  expect(JSON.parse(text)).toMatchObject({ version: 1, name: 'topics-1', framework: 'linear', options: { C: 1, max_iter: 100, char_ngrams: [3, 5] }, data: { train: 'train.arrow', test: 'test.arrow' } });
  expect((await readdir(run.jobFolder)).sort()).toEqual(['job.json', 'test.arrow', 'train.arrow']);
});

describe('the status', () => {
  it('is what the folder says', async () => {
    const run = await create();
    expect(await run.status()).toBe('created');
    await work(run.jobFolder, { signal: new AbortController().signal });
    expect(await run.status()).toBe('finished');
  });

  it('is finished only with all files in their size', async () => {
    const run = await finish();
    await truncate(join(run.folder, 'model.safetensors'), 100);
    expect(await run.status()).not.toBe('finished');
    await expect(run.manifest()).rejects.toMatchObject({ code: 'run/damaged' });
  });

  it('is not fooled by another process with the number of a dead worker', async () => {
    const run = await create();
    await writeFile(join(run.folder, 'tasklab/events.jsonl'), '{"v":1,"seq":0,"type":"started","total":null,"resumed_from":null}\n');
    const { hostname } = await import('node:os');
    const record = { version: 1, process: { pid: process.pid, started: 'at another time', host: hostname() } };
    await writeFile(join(run.folder, 'tasklab/worker.json'), JSON.stringify(record));
    expect(await run.status()).toBe('lost');
    await work(run.jobFolder, { signal: new AbortController().signal });
    expect(await run.status()).toBe('finished');
  });

  it('trusts the heartbeat of a worker on another machine', async () => {
    const run = await create();
    const record = { version: 1, process: { pid: 1, started: 'x', host: 'elsewhere.example' } };
    await writeFile(join(run.folder, 'tasklab/worker.json'), JSON.stringify(record));
    expect(await run.status()).toBe('running');
    const { utimes } = await import('node:fs/promises');
    await utimes(join(run.folder, 'tasklab/worker.json'), 0, 0);
    expect(await run.status()).toBe('created');
  });
});

it('lets one of several workers at once have a run, also where a dead one left its mark', async () => {
  const { lockRun } = await import('../../../runtime/run/lock.js');
  for (let round = 0; round < 20; round++) {
    const run = await create();
    if (round % 2 === 1) await writeFile(join(run.folder, 'tasklab/worker.json'), round % 4 === 1 ? '{' : JSON.stringify({ version: 1, process: { pid: 1, started: 'x', host: (await import('node:os')).hostname() } }));
    const tries = await Promise.allSettled(Array.from({ length: 6 }, () => lockRun(run.folder)));
    const winners = tries.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(winners).toHaveLength(1);
    for (const result of tries) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'run/already-running' });
    expect(await readdir(join(run.folder, 'tasklab'))).toEqual(['job', 'worker.json']);
    await winners[0]!.release();
  }
});

it('refuses a second worker, a finished run, a job folder out of its run, and broken jobs', async () => {
  const signal = new AbortController().signal;
  const run = await create();
  const both = await Promise.allSettled([work(run.jobFolder, { signal }), work(run.jobFolder, { signal })]);
  expect(both.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  await expect(work(run.jobFolder, { signal })).rejects.toMatchObject({ code: 'run/already-finished' });

  const moved = join(root, 'moved');
  const { cp } = await import('node:fs/promises');
  await cp(run.jobFolder, moved, { recursive: true });
  await expect(work(moved, { signal })).rejects.toMatchObject({ code: 'run/moved-job' });
  await work(moved, { signal, output: join(root, 'elsewhere') });
  expect(await (await openRun(join(root, 'elsewhere'))).status()).toBe('finished');

  for (const change of [{ version: 2 }, { data: { train: '../../secret', test: null } }, { output: '/etc' }, { more: 1 }]) {
    const job = JSON.parse(await readFile(join(run.jobFolder, 'job.json'), 'utf8'));
    await writeFile(join(moved, 'job.json'), JSON.stringify({ ...job, ...change }));
    await expect(work(moved, { signal })).rejects.toMatchObject({ code: 'run/broken-job' });
  }
});

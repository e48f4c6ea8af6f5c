/** What a worker of ours says where the machine lacks something, and what it leaves then. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunEvent } from '../../../runtime/run/event.js';
import type { Run } from '../../../runtime/run/run.js';
import { RunStore } from '../../../runtime/run/store.js';
import { work, type Training } from '../../../runtime/run/worker.js';
import { newJob, rowsOf } from '../linear/job.js';
import { messages, prepared } from '../linear/messages.js';

let folder = '';
let run: Run;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tasklab-worker-'));
  const data = prepared(join(folder, 'data'), messages(20, 1), messages(5, 2));
  run = await new RunStore(join(folder, 'runs')).create(newJob(data), rowsOf(data));
});
afterEach(() => rm(folder, { recursive: true }));

async function failed(training: Training): Promise<RunEvent> {
  let code = '';
  await work(run.jobFolder, training, { signal: new AbortController().signal }).catch((error: { code: string }) => void ({ code } = error));
  const events: RunEvent[] = [];
  for await (const event of run.events({ follow: false })) events.push(event);
  expect(events.at(-1)).toMatchObject({ type: 'failed', code });
  return events.at(-1)!;
}

it('says that memory does not suffice', async () => {
  expect(await failed(async () => void new ArrayBuffer(Number.MAX_SAFE_INTEGER) as never)).toMatchObject({ code: 'train/no-memory', message: expect.stringContaining('Array buffer allocation failed'), hint: 'Use fewer rows, shorter texts or a smaller model.', trace: null });
});

it('leaves neither files nor folders of a result that is not whole', async () => {
  // The last file is no place that can be written.
  const files = new Map(['a.txt', 'data/b.txt', 'data/deep/c.txt', 'tasklab/job/job.json/d.txt'].map((path) => [path, Buffer.from(path)]));
  expect(await failed(async () => ({ files, labels: null, multi_label: null, rows: { train: 1, test: 0 }, metrics: null, baseline: null }))).toMatchObject({ code: 'data/cannot-write' });
  expect(await readdir(run.folder)).toEqual(['tasklab']);
  expect(await run.status()).toBe('failed');
});

import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunEvent } from '../../runtime/run/event.js';
import type { Run } from '../../runtime/run/run.js';
import { openRun, RunStore } from '../../runtime/run/store.js';
import { Trainer } from '../../runtime/trainer.js';
import { prepare } from '../../runtime/prepare/index.js';
import { TrainingTask } from '../../runtime/task/index.js';
import { messages, prepared } from '../runtime/linear/messages.js';
import { by, memory } from '../runtime/memory.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const worker = join(root, 'dist/runtime/linear/worker.js');

let folder: string;
let runs: RunStore;
const started: Run[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tasklab-runs-'));
  runs = new RunStore(join(folder, 'runs'));
});
afterEach(async () => {
  for (const run of started.splice(0)) await run.stop({ graceMs: 2000 });
  await rm(folder, { recursive: true });
});

/** Solves as exactly as float64 allows, which takes a while. */
const slow = { C: 1e9, tolerance: 1e-300, max_iter: 1_000_000 };
const quick = () => prepared(join(folder, 'quick'), messages(120), messages(30, 2));
const long = () => prepared(join(folder, 'long'), messages(4000), null);

async function start(data: ReturnType<typeof prepared>, options: object = {}): Promise<Run> {
  const run = await new Trainer({ name: 'topics', framework: 'linear', runs, options: options as Record<string, unknown> }).start(data);
  started.push(run);
  return run;
}
async function firstProgress(run: Run): Promise<void> {
  for await (const event of run.events()) if (event.type === 'progress') return;
  throw new Error(`no progress: ${await run.logs()}`);
}
const pidOf = (run: Run): number => JSON.parse(readFileSync(join(run.folder, 'tasklab/launch.json'), 'utf8')).reference.pid;
async function all(run: Run): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run.events()) events.push(event);
  return events;
}

it('trains in a process of its own and predicts from its folder', async () => {
  const trainer = new Trainer({ name: 'topics', framework: 'linear', runs });
  const types = new Set<string>();
  for await (const event of trainer.train(quick())) types.add(event.type);
  expect([...types]).toEqual(['started', 'log', 'metric', 'progress', 'evaluated', 'finished']);
  expect(await trainer.run!.status()).toBe('finished');
  expect(pidOf(trainer.run!)).not.toBe(process.pid);
  expect(await trainer.run!.logs()).toBe('');
  const [first] = await trainer.predict(['Where is my parcel? The courier did not come.']);
  expect(first!.label).toBe('delivery');
  const again = new Trainer({ name: 'topics', framework: 'linear', runs });
  expect(await again.predict(['Where is my parcel? The courier did not come.'])).toEqual([first]);
});

it.each(['label', 'multi_label'])('trains on feedback with a question of type %s, prepared as for all frameworks', async (type) => {
  const rows = messages(200);
  const options = [...new Set(rows.map((row) => row.label))];
  const answers = (label: string) => (type === 'label' ? label : [label]);
  const records = rows.map(({ text, label }, i) => ({
    fields: { text },
    responses: by('topic', { ann: answers(label), bob: answers(label), cid: answers(options[i % options.length]!) }),
  }));
  const data = await prepare(TrainingTask.forTextClassification({ text: 'text', label: 'topic' }), memory(['text'], [{ name: 'topic', type, options }], records), {
    cacheFolder: join(folder, 'prepared'),
    trainSize: 0.8,
  });
  const trainer = new Trainer({ name: 'topics', framework: 'linear', runs, options: { C: 10 } });
  for await (const event of trainer.train(data)) if (event.type === 'evaluated') expect(event.rows).toBe(40);
  const manifest = await trainer.run!.manifest();
  expect(manifest).toMatchObject({ labels: options, multi_label: type === 'multi_label', rows: { train: 160, test: 40 }, prepared: { fingerprint: data.fingerprint } });
  expect(manifest.metrics!.accuracy).toBeGreaterThan(manifest.baseline!.accuracy! + 0.3);
  const [first] = await trainer.predict(['Where is my parcel? The courier did not come.']);
  expect(first!.label).toEqual(type === 'label' ? 'delivery' : ['delivery']);
});

it('throws what made the training fail', async () => {
  const trainer = new Trainer({ name: 'topics', framework: 'linear', runs });
  const types: string[] = [];
  const train = async () => {
    for await (const event of trainer.train(prepared(join(folder, 'one'), messages(20).map((row) => ({ ...row, label: 'a' })), null))) types.push(event.type);
  };
  await expect(train()).rejects.toMatchObject({ code: 'train/one-class' });
  expect(types.at(-1)).toBe('failed');
  expect(await trainer.run!.status()).toBe('failed');
  expect(await trainer.run!.logs()).toContain('train/one-class');
});

it('stops a run when asked: an event, no half model', async () => {
  const run = await start(long(), slow);
  await firstProgress(run);
  expect(await run.status()).toBe('running');
  expect(await run.stop()).toBe('stopped');
  expect((await all(run)).at(-1)).toMatchObject({ type: 'stopped', reason: 'asked to stop' });
  expect(await readdir(run.folder)).toEqual(['tasklab']);
});

it('kills a worker that does not stop', async () => {
  const run = await start(long(), slow);
  await firstProgress(run);
  process.kill(pidOf(run), 'SIGSTOP');
  expect(await run.stop({ graceMs: 500 })).toBe('stopped');
  expect((await all(run)).at(-1)).toMatchObject({ type: 'stopped', reason: expect.stringContaining('killed') });
});

it('sees that a killed worker is lost, and the job can be done again to the same bytes', async () => {
  const options = { C: 100, tolerance: 1e-6, max_iter: 1000 };
  const data = prepared(join(folder, 'middle'), messages(3000), null);
  const trainer = new Trainer({ name: 'topics', framework: 'linear', runs, options });
  const train = async () => {
    for await (const event of trainer.train(data)) if (event.type === 'started') process.kill(pidOf(trainer.run!), 'SIGKILL');
  };
  await expect(train()).rejects.toMatchObject({ code: 'run/lost' });
  const run = trainer.run!;
  expect(await run.status()).toBe('lost');
  await expect(trainer.predict(['x'])).rejects.toMatchObject({ code: 'run/not-finished' });

  await runs.launch(run, { runtime: 'node', module: pathToFileURL(worker) });
  started.push(run);
  const events = await all(run);
  expect(await run.status()).toBe('finished');
  expect(events.filter((event) => event.type === 'started')).toHaveLength(2);
  expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => i));
  const undisturbed = await start(data, options);
  await all(undisturbed);
  expect(await readFile(join(run.folder, 'model.safetensors'))).toEqual(await readFile(join(undisturbed.folder, 'model.safetensors')));
});

it('leaves the run running when its reader goes away, and stops it where that was asked for', async () => {
  const detached = new Trainer({ name: 'topics', framework: 'linear', runs, options: slow });
  const leave = new AbortController();
  const read = async () => {
    for await (const event of detached.train(long(), { signal: leave.signal })) if (event.type === 'progress') leave.abort();
  };
  await expect(read()).rejects.toMatchObject({ name: 'AbortError' });
  started.push(detached.run!);
  expect(await detached.run!.status()).toBe('running');
  expect(await detached.run!.stop()).toBe('stopped');

  const stopped = new Trainer({ name: 'topics', framework: 'linear', runs, options: slow });
  const halt = new AbortController();
  const types: string[] = [];
  for await (const event of stopped.train(long(), { signal: halt.signal, onAbort: 'stop' })) {
    types.push(event.type);
    if (event.type === 'progress') halt.abort();
  }
  expect(types.at(-1)).toBe('stopped');
});

it('outlives the process that started it', async () => {
  const data = quick();
  const script = `
    import { Trainer } from ${JSON.stringify(pathToFileURL(join(root, 'dist/runtime/trainer.js')).href)};
    import { RunStore } from ${JSON.stringify(pathToFileURL(join(root, 'dist/runtime/run/store.js')).href)};
    const run = await new Trainer({ name: 'topics', framework: 'linear', runs: new RunStore(${JSON.stringify(runs.root)}) }).start(${JSON.stringify(data)});
    process.stdout.write(run.folder);
    process.kill(process.pid, 'SIGKILL');`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  for await (const chunk of parent.stdout) printed += chunk;
  const run = await openRun(printed);
  expect((await all(run)).at(-1)!.type).toBe('finished');
});

it('gives a worker nothing of the environment that it does not need', async ({ skip }) => {
  skip(process.platform !== 'linux', 'only Linux shows the environment of a process');
  process.env.ARGILLA_API_KEY = 'secret-1';
  process.env.NODE_OPTIONS = '--no-warnings';
  try {
    const run = await start(long(), slow);
    await firstProgress(run);
    const names = readFileSync(`/proc/${pidOf(run)}/environ`, 'utf8').split('\0').map((entry) => entry.split('=')[0]);
    expect(names).toContain('PATH');
    expect(names).not.toContain('ARGILLA_API_KEY');
    expect(names).not.toContain('NODE_OPTIONS');
  } finally {
    delete process.env.ARGILLA_API_KEY;
    delete process.env.NODE_OPTIONS;
  }
});

it('runs a job folder by hand, carried elsewhere', async () => {
  const data = quick();
  const here = await start(data);
  await all(here);
  const there = join(folder, 'there');
  await cp(here.jobFolder, join(there, 'topics-1/tasklab/job'), { recursive: true });
  await promisify(execFile)(process.execPath, [worker, join(there, 'topics-1/tasklab/job')]);
  const carried = await openRun(join(there, 'topics-1'));
  expect(await carried.status()).toBe('finished');
  expect(await readFile(join(carried.folder, 'model.safetensors'))).toEqual(await readFile(join(here.folder, 'model.safetensors')));

  const failed = promisify(execFile)(process.execPath, [worker, join(folder, 'nowhere')]);
  await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('run/no-job') });
  await expect(promisify(execFile)(process.execPath, [worker])).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('run/usage') });
});

it('trains in this process where that is asked for', async () => {
  const trainer = new Trainer({ name: 'topics', framework: 'linear', runs, launch: { target: 'in_process' } });
  let last: RunEvent | undefined;
  for await (const event of trainer.train(quick())) last = event;
  expect(last!.type).toBe('finished');
  expect(existsSync(join(trainer.run!.folder, 'tasklab/worker.json'))).toBe(false);

  const stopped = new Trainer({ name: 'topics', framework: 'linear', runs, options: slow, launch: { target: 'in_process' } });
  const run = await stopped.start(long());
  await firstProgress(run);
  expect(await run.stop()).toBe('stopped');
  expect(() => new Trainer({ name: 'topics', framework: 'linear', runs, launch: { target: 'slurm' } })).toThrow(expect.objectContaining({ code: 'launch/not-available' }));
  expect(() => new Trainer({ name: 'topics', framework: 'linear', runs, launch: { target: 'local', options: { gpus: 1 } } })).toThrow('no option "gpus" in launch "local"');
});

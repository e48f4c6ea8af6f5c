import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { predict } from '../../../runtime/frameworks/index.js';
import { work as trainLinear } from '../../../runtime/linear/worker.js';
import { RunEvent } from '../../../runtime/run/event.js';
import { EventWriter } from '../../../runtime/run/eventLog.js';
import { isSecretName, mask, redact, redactAll, redactTexts } from '../../../runtime/run/redact.js';
import { Run } from '../../../runtime/run/run.js';
import { RunStore } from '../../../runtime/run/store.js';
import { work, type Training } from '../../../runtime/run/worker.js';
import { newJob, rowsOf } from '../linear/job.js';
import { messages, prepared } from '../linear/messages.js';
import { environment, key, names, texts } from './secrets.js';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tasklab-redact-'));
  await mkdir(join(folder, 'tasklab'));
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe('a text', () => {
  it.each(texts)('%j becomes %j', (text, left) => {
    expect(redact(text)).toBe(left);
    expect(redact(left)).toBe(left);
  });

  it.each(['sk-', 'sk-a-', 'sk-proj-', '-eyJ', 'eyJaaaaaaaaaa.', '://a:', '-----BEGIN PRIVATE KEY-----', '-----BEGIN ', 'Pwd=', 'hf_', 'A', 'a1-'])('of nothing but %j is read in no time', (part) => {
    const start = performance.now();
    redact(part.repeat(200_000 / part.length));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

it.each(names)('the variable %j: secret is %j', (name, secret) => expect(isSecretName(name)).toBe(secret));

it.each([
  ['HF_TOKEN_PATH', 'own/token'],
  ['HF_HOME', 'token'],
  ['XDG_CACHE_HOME', 'huggingface/token'],
])('the token that hf auth login has stored below %s is taken out, as soon as there is one', async (variable, file) => {
  for (const name of ['HF_TOKEN_PATH', 'HF_HOME', 'XDG_CACHE_HOME']) vi.stubEnv(name, undefined);
  vi.stubEnv(variable, variable === 'HF_TOKEN_PATH' ? join(folder, file) : folder);
  expect(redact('by stored-by-login')).toBe('by stored-by-login');
  await mkdir(join(folder, file, '..'), { recursive: true });
  await writeFile(join(folder, file), 'stored-by-login\n');
  expect(redact('by stored-by-login')).toBe(`by ${mask}`);
});

describe('plain data', () => {
  it('are redacted with the names of fields', () => {
    expect(redactAll({ message: [`key ${key}`], [key]: 1, n: null })).toEqual({ message: [`key ${mask}`], [mask]: 1, n: null });
  });

  it('that people read are redacted in their texts alone', () => {
    expect(redactTexts({ code: key, message: `by ${key}`, hint: null, metrics: { [key]: 1 } })).toEqual({ code: key, message: `by ${mask}`, hint: null, metrics: { [key]: 1 } });
  });

  it('every text of an event is redacted, or is known to be a name', () => {
    const isText = (schema: unknown): boolean => (schema instanceof z.ZodNullable ? isText(schema.unwrap()) : schema instanceof z.ZodString);
    const fields = RunEvent.options.flatMap(({ shape }) => Object.entries(shape).flatMap(([name, schema]) => (isText(schema) ? [name] : [])));
    const kept = [...new Set(fields)].filter((name) => redactTexts({ [name]: key })[name] === key);
    expect(kept.sort()).toEqual(['code', 'name', 'path', 'resumed_from']);
  });
});

it('keeps secrets out of events and logs', async () => {
  const events = new EventWriter(folder);
  events.write({ type: 'log', level: 'info', message: `Bearer ${key}` });
  events.close();
  expect(await readFile(join(folder, 'tasklab/events.jsonl'), 'utf8')).toContain(`"message":"Bearer ${mask}"`);
  await writeFile(join(folder, 'tasklab/worker.log'), `Authorization: ${key}\n`);
  expect(await new Run(folder).logs()).toBe(`Authorization: ${mask}\n`);
});

async function eventsOf(run: Run): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run.events({ follow: false })) events.push(event);
  return events;
}

describe('a training', () => {
  const signal = new AbortController().signal;
  const like: Readonly<Record<string, string>> = { billing: key, praise: 'ghp_0123456789abcdefghij' };
  const labels = Object.values(like).sort();
  const relabelled = (count: number, seed: number) => messages(count, seed).flatMap(({ text, label }) => (label in like ? [{ text, label: like[label]! }] : []));
  const create = (options: object = {}) => {
    const data = prepared(join(folder, 'data'), relabelled(200, 1), relabelled(50, 2));
    const job = newJob(data);
    return new RunStore(join(folder, 'runs')).create({ ...job, options: { ...job.options, ...options } }, rowsOf(data));
  };

  it('leaves labels as they are, whatever they look like: in its events, its manifest and what its model says', async () => {
    const run = await create();
    await trainLinear(run.jobFolder, { signal });
    expect((await run.manifest()).labels).toEqual(labels);
    const events = await eventsOf(run);
    expect(events).toContainEqual(expect.objectContaining({ type: 'evaluated', per_class: labels.map((label) => expect.objectContaining({ label })), confusion: expect.objectContaining({ labels: labels }) }));
    const [said] = await predict(run, ['Hello, invoice and also refund. bank statement, credit card']);
    expect(said!.label).toBe(key);
    expect(Object.keys(said!.scores).sort()).toEqual(labels);
  });

  const trained: Training = async ({ job }) => ({ files: new Map([['model.txt', Buffer.from('model')]]), labels: job.labels, multi_label: false, rows: { train: 1, test: 0 }, metrics: null, baseline: null });

  it('keeps secrets in options out of its manifest', async () => {
    const run = await create({ note: `by ${key}`, deep: [{ url: 'https://me:word@host.example' }] });
    await work(run.jobFolder, trained, { signal });
    expect(await run.manifest()).toMatchObject({ labels: labels, options: { note: `by ${mask}`, deep: [{ url: `https://me:${mask}@host.example` }] } });
  });

  it('keeps secrets in what goes wrong out of its events', async () => {
    const run = await create();
    await expect(work(run.jobFolder, () => Promise.reject(new Error(`refused: ${key}`)), { signal })).rejects.toThrow();
    const events = await readFile(join(run.folder, 'tasklab/events.jsonl'), 'utf8');
    expect(events).toContain(`refused: ${mask}`);
    expect(events).not.toContain(key);
  });
});

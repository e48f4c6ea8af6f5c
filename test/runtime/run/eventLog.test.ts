import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EventReader, EventWriter, lastEvent } from '../../../runtime/run/eventLog.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tasklab-events-'));
  await mkdir(join(folder, 'tasklab'));
  path = join(folder, 'tasklab/events.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const started = { type: 'started', total: 10, resumed_from: null } as const;
const loss = (step: number, value: number | null) => ({ type: 'metric', name: 'loss', value, step, split: 'train' }) as const;

it('reads what is written, piece by piece', async () => {
  const reader = new EventReader(folder);
  expect(await reader.next()).toEqual([]);
  const writer = new EventWriter(folder);
  writer.write(started);
  writer.write(loss(0, 1.5));
  expect((await reader.next()).map((event) => [event.seq, event.type])).toEqual([[0, 'started'], [1, 'metric']]);
  writer.write(loss(1, null));
  writer.close();
  expect(await reader.next()).toMatchObject([{ seq: 2, value: null }]);
  expect(await reader.next()).toEqual([]);
});

it('leaves a line that is not whole for later', async () => {
  const line = `${JSON.stringify({ v: 1, seq: 0, ...started })}\n`;
  const reader = new EventReader(folder);
  await writeFile(path, line.slice(0, 20));
  expect(await reader.next()).toEqual([]);
  await appendFile(path, line.slice(20));
  expect(await reader.next()).toMatchObject([{ type: 'started' }]);
});

it('cuts off a torn line when a worker goes on, even under a reader', async () => {
  const first = new EventWriter(folder);
  first.write(started);
  first.write({ type: 'log', level: 'info', message: 'Grüße 😀' });
  first.close();
  await appendFile(path, '{"v":1,"seq":2,"type":"progr');
  const reader = new EventReader(folder);
  expect(await reader.next()).toHaveLength(2);
  const second = new EventWriter(folder);
  second.write({ type: 'started', total: 10, resumed_from: 'checkpoint-5' });
  second.close();
  expect(await reader.next()).toMatchObject([{ seq: 2, type: 'started', resumed_from: 'checkpoint-5' }]);
  expect((await readFile(path, 'utf8')).trimEnd().split('\n')).toHaveLength(3);
});

it.each([
  ['is not JSON', 'hello'],
  ['is no event', JSON.stringify({ v: 1, seq: 1, type: 'exploded' })],
  ['is no event', JSON.stringify({ v: 1, seq: 1, ...loss(-1, 1) })],
  ['is no event', JSON.stringify({ v: 1, seq: 1, type: 'checkpoint', step: 1, path: '../../etc' })],
  ['has number 7 instead of 1', JSON.stringify({ v: 1, seq: 7, ...started })],
])('names the line that %s', async (what, line) => {
  await writeFile(path, `${JSON.stringify({ v: 1, seq: 0, ...started })}\n${line}\n`);
  await expect(new EventReader(folder).next()).rejects.toMatchObject({ code: 'run/broken-events', message: expect.stringContaining(what) });
  await expect(new EventReader(folder).next()).rejects.toThrow('Line 2');
});

it('knows the last event without reading all', async () => {
  expect(await lastEvent(folder)).toBeUndefined();
  const writer = new EventWriter(folder);
  writer.write(started);
  writer.write({ type: 'failed', code: 'train/x', message: 'm', hint: null, trace: null });
  writer.close();
  await appendFile(path, '{"torn');
  expect(await lastEvent(folder)).toMatchObject({ type: 'failed', seq: 1 });
});

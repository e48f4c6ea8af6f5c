import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EventWriter } from '../../../runtime/run/eventLog.js';
import { mask, redact, redactAll } from '../../../runtime/run/redact.js';
import { Run } from '../../../runtime/run/run.js';

const key = 'a-key-that-looks-like-nothing';
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tasklab-redact-'));
  await mkdir(join(folder, 'tasklab'));
  vi.stubEnv('OPENAI_API_KEY', key);
  vi.stubEnv('MAX_TOKENS', '1000000');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

it('takes the values of secret variables and what looks like a token out of texts', () => {
  expect(redact(`401 for ${key}, ${key}`)).toBe(`401 for ${mask}, ${mask}`);
  expect(redact('sk-proj-AbCd_efghijklmnopqrstuvwx-yz0123 and hf_abcdefghijklmnop.')).toBe(`${mask} and ${mask}.`);
  expect(redactAll({ message: [`key ${key}`], [key]: 1, n: null })).toEqual({ message: [`key ${mask}`], [mask]: 1, n: null });
});

it('leaves what is no secret', () => {
  const text = 'sk-learn, monkey business, 1000000 rows, ftjob-abc123, ft:gpt-4.1-mini:org::AbCd1234';
  expect(redact(text)).toBe(text);
});

it('keeps secrets out of events and logs', async () => {
  const events = new EventWriter(folder);
  events.write({ type: 'log', level: 'info', message: `Bearer ${key}` });
  events.close();
  expect(await readFile(join(folder, 'tasklab/events.jsonl'), 'utf8')).toContain(`"message":"Bearer ${mask}"`);
  await writeFile(join(folder, 'tasklab/worker.log'), `Authorization: ${key}\n`);
  expect(await new Run(folder).logs()).toBe(`Authorization: ${mask}\n`);
});

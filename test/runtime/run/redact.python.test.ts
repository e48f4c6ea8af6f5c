/** Workers in Python hide what TypeScript hides. Their part needs nothing but Python. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { pythonVariables } from '../../../runtime/launch/python.js';
import type { RunEvent } from '../../../runtime/run/event.js';
import { mask } from '../../../runtime/run/redact.js';
import { RunStore } from '../../../runtime/run/store.js';
import { newJob, rowsOf } from '../linear/job.js';
import { prepared } from '../linear/messages.js';
import { environment, key, names, texts } from './secrets.js';

const program = process.env['TASKLAB_PYTHON'] || process.env['TASKLAB_TEST_PYTHON'] || 'python3';
const isThere = spawnSync(program, ['--version']).status === 0;
beforeEach(({ skip }) => skip(!isThere, 'there is no python3'));

const folder = mkdtempSync(join(tmpdir(), 'tasklab-redact-'));
afterAll(() => rmSync(folder, { recursive: true }));

function python(args: readonly string[], { input = '', env = {} }: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', input, maxBuffer: 2 ** 26, env: { PATH: process.env['PATH'], HOME: folder, ...pythonVariables, ...environment, ...env } });
  expect(status, stderr).toBe(0);
  return { stdout, stderr };
}

/** What Python gives for each of these, by a function of its. */
const each = (name: 'redact' | 'is_secret_name', given: readonly string[], env?: NodeJS.ProcessEnv): unknown =>
  JSON.parse(python(['-S', '-c', `import json, sys; from tasklab_worker.redact import ${name}; print(json.dumps([${name}(one) for one in json.load(sys.stdin)]))`], { input: JSON.stringify(given), ...(env && { env }) }).stdout);

it('takes the same out of texts, and leaves the same', () => {
  expect(each('redact', texts.map(([text]) => text))).toEqual(texts.map(([, left]) => left));
});

it('knows the same names of variables', () => {
  expect(each('is_secret_name', names.map(([name]) => name))).toEqual(names.map(([, secret]) => secret));
});

it('reads texts of nothing but beginnings in no time', () => {
  const start = performance.now();
  each('redact', ['sk-', 'sk-a-', 'sk-proj-', '-eyJ', 'eyJaaaaaaaaaa.', '://a:', '-----BEGIN PRIVATE KEY-----', '-----BEGIN ', 'Pwd=', 'hf_', 'A', 'a1-'].map((part) => part.repeat(200_000 / part.length)));
  expect(performance.now() - start).toBeLessThan(20_000);
});

it.each([
  ['HF_TOKEN_PATH', 'own/token'],
  ['HF_HOME', 'token'],
  ['XDG_CACHE_HOME', 'huggingface/token'],
])('takes out the token that hf auth login has stored below %s', (variable, file) => {
  const home = join(folder, variable);
  mkdirSync(join(home, file, '..'), { recursive: true });
  expect(each('redact', ['by stored-by-login'], { [variable]: join(home, variable === 'HF_TOKEN_PATH' ? file : '') })).toEqual(['by stored-by-login']);
  writeFileSync(join(home, file), 'stored-by-login\n');
  expect(each('redact', ['by stored-by-login'], { [variable]: join(home, variable === 'HF_TOKEN_PATH' ? file : '') })).toEqual([`by ${mask}`]);
});

it('leaves labels in events and the manifest as they are; options, logs and errors are without secrets', async () => {
  const labels = [key, 'ghp_0123456789abcdefghij'];
  const data = prepared(join(folder, 'data'), [{ text: 'a', label: labels[0]! }], [{ text: 'b', label: labels[1]! }], { labels });
  const job = newJob(data);
  const run = await new RunStore(join(folder, 'runs')).create({ ...job, options: { ...job.options, note: `by ${key}` }, blocks: { lora: { url: 'https://me:word@host.example' } } }, rowsOf(data));
  const { stdout, stderr } = python([resolve('test/python/finish_run.py'), run.jobFolder]);
  expect(await run.manifest()).toMatchObject({ labels, options: { note: `by ${mask}` }, blocks: { lora: { url: `https://me:${mask}@host.example` } } });
  const events: RunEvent[] = [];
  for await (const event of run.events({ follow: false })) events.push(event);
  expect(events).toEqual([
    expect.objectContaining({ type: 'log', message: `labels: ${mask} ${mask}` }),
    expect.objectContaining({ type: 'evaluated', per_class: labels.map((label) => expect.objectContaining({ label })), confusion: expect.objectContaining({ labels }) }),
    expect.objectContaining({ type: 'finished' }),
  ]);
  expect(stdout).toContain(`{'code': 'predict/input', 'message': '${mask} ${mask}', 'hint': '${mask} ${mask}'}`);
  expect(stdout).toContain(`'ValueError: ${mask} ${mask}'`);
  expect(stdout).not.toContain(key);
  expect(stderr).toContain('ValueError');
});

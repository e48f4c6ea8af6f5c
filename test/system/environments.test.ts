import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { RawClient, startKernel, type KernelProcess } from '../kernel/rawClient.js';
import { tasklab, workFolder } from './tasklab.js';

const program = (file: string) => `dataset notes from file "${file}" {
  record = record
  annotator = who
  field text = text
  question topic: label("a", "b") = topic
}
task topics: text_classification on notes { text = text; label = topic }
training topic_model { task = topics; framework = transformers; model = "some/model" }
`;
const rows = 'record,who,text,topic\n' + Array.from({ length: 8 }, (_, i) => `${i},ann,note ${i},${i % 2 ? 'a' : 'b'}`).join('\n');

const folder = workFolder({ 'notes.csv': rows, 'notes.task': program('notes.csv') });
const empty = join(folder, 'environments');
const before = { ...process.env };
beforeEach(() => {
  process.env = { ...before, TASKLAB_ENVIRONMENTS: empty, TASKLAB_PYTHON: '', TASKLAB_PYTHON_SPAN_MARKER: '' };
});
afterAll(() => void (process.env = before));

describe('environments on the command line', () => {
  it('are listed', async () => {
    const { status, stdout } = await tasklab(folder, ['envs']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/core +missing +– +tasklab envs install core/);
    expect(stdout).toMatch(/span_marker +missing/);
    const { stdout: json } = await tasklab(folder, ['envs', 'list', 'core', '--json']);
    expect(JSON.parse(json)).toMatchObject({ name: 'core', state: 'missing', remnants: 0 });
  });

  it('are asked for by name', async () => {
    expect(await tasklab(folder, ['envs', 'install', 'cora'])).toMatchObject({ status: 2, stderr: expect.stringContaining('core, span_marker') });
    expect(await tasklab(folder, ['envs', 'install'])).toMatchObject({ status: 2, stderr: expect.stringContaining('core, span_marker') });
    expect(await tasklab(folder, ['envs', 'remove', 'core'])).toMatchObject({ status: 0, stdout: expect.stringContaining('is not installed') });
  });

  it('leave nothing where Ctrl-C ends their install', async () => {
    const begun = (): boolean => {
      try {
        return readdirSync(empty).some((name) => name.startsWith('.core-'));
      } catch {
        return false;
      }
    };
    const { status, stderr } = await tasklab(folder, ['envs', 'install', 'core'], begun);
    expect(status, stderr).toBe(130);
    expect(readdirSync(empty)).toEqual([]);
  });

  it('that are missing are named before anything is trained, with command, size and time', async () => {
    const { status, stderr } = await tasklab(folder, ['train', 'notes.task', 'topic_model']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/error environment\/missing[^]*tasklab envs install core[^]*MB[^]*minutes[^]*TASKLAB_PYTHON/);
  });
});

describe('the doctor', () => {
  it('says what is there and what to do, and that nothing is wrong', async () => {
    const { status, stdout } = await tasklab(folder, ['doctor']);
    expect(stdout).toMatch(new RegExp(`^good +Node: ${process.versions.node.replaceAll('.', '\\.')}$`, 'm'));
    expect(stdout).toMatch(/^note +environment core: not installed .*\n +→ tasklab envs install core/m);
    expect(stdout).toMatch(/^good +space for runs: \d+ MB free/m);
    expect(status).toBe(0);
  });

  it('ends with 1 where something is wrong', async () => {
    process.env['TASKLAB_PYTHON'] = '/nowhere/python';
    const { status, stdout, stderr } = await tasklab(folder, ['doctor', '--json']);
    expect(status).toBe(1);
    expect(stdout.trim().split('\n').map((line) => JSON.parse(line)).find(({ subject }) => subject === 'environment core')).toMatchObject({ state: 'wrong', advice: expect.stringContaining('TASKLAB_PYTHON') });
    expect(stderr).toContain('environment/not-ready');
  });
});

describe('%train in a notebook offers to install what is missing', () => {
  const withKernel = async (work: (client: RawClient) => Promise<void>): Promise<void> => {
    const handler = new URL('../../dist/magics/handler.js', import.meta.url).href;
    let kernel: KernelProcess | undefined;
    let client: RawClient | undefined;
    try {
      kernel = await startKernel({ handler, env: { TASKLAB_HOME: join(folder, '.tasklab') } });
      client = new RawClient(kernel.connection);
      expect((await client.execute(`%%task\n${program(join(folder, 'notes.csv'))}`)).reply).toMatchObject({ status: 'ok' });
      await work(client);
    } finally {
      client?.close();
      await kernel?.stop();
    }
  };
  const end = async (client: RawClient, cell: string) => (await client.whole(cell)).find(({ channel, message }) => channel === 'shell' && message.header.msg_type === 'execute_reply')!.message.content;

  it('and takes no for an answer; a front end that asks nobody gets the error', () =>
    withKernel(async (client) => {
      const asked = await client.send('shell', 'execute_request', { code: '%train topic_model', allow_stdin: true });
      const question = await client.answer(asked, 'n');
      expect(question.content.prompt).toMatch(/"core" is not installed \(about \d+ MB.*Install it now\? \[y\/N\] $/);
      expect(await end(client, asked)).toMatchObject({ status: 'error', ename: 'environment/missing' });
      const alone = await client.send('shell', 'execute_request', { code: '%train topic_model', allow_stdin: false });
      expect(await end(client, alone)).toMatchObject({ status: 'error', ename: 'environment/missing', traceback: expect.arrayContaining([expect.stringContaining('%envs install core')]) });
    }));

  it('and on yes installs, which an interrupt ends without a trace', () =>
    withKernel(async (client) => {
      const cell = await client.send('shell', 'execute_request', { code: '%train topic_model', allow_stdin: true });
      await client.answer(cell, 'y');
      await client.find(({ message }) => /core: making a virtual environment/.test(message.content.data?.['text/plain']));
      await client.send('control', 'interrupt_request');
      expect((await end(client, cell)).status).toBe('error');
      await expect.poll(() => readdirSync(empty), { timeout: 20_000 }).toEqual([]);
      const { reply, outputs } = await client.execute('%doctor');
      expect(reply).toMatchObject({ status: 'ok' });
      expect(outputs[0]!.content.data['text/html']).toContain('environment core');
    }));
});

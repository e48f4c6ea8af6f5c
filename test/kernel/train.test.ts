import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KernelClient } from '../../dist/kernel/client/index.js';
import { run, until } from './session.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tasklab-train-')));
let kernel: KernelClient;
beforeAll(async () => {
  cpSync(fileURLToPath(new URL('../../notebooks/data/messages', import.meta.url)), join(folder, 'messages'), { recursive: true });
  kernel = await KernelClient.start({ cwd: folder, env: { ...process.env, TASKLAB_HOME: join(folder, '.tasklab') } });
});
afterAll(async () => {
  await kernel?.shutdown();
  rmSync(folder, { recursive: true, force: true });
});

/** Solves as exactly as float64 allows, which takes a while. */
const program = `%%task
dataset messages from folder "messages"
task topics: text_classification on messages { text = text; label = topic }
training long {
  task = topics; framework = linear
  options { C = 1e9; tolerance = 1e-300; max_iter = 1000000 }
}`;

it('an interrupt of %train leaves the run running, and says so and how it is stopped', async () => {
  const { reply } = await run(kernel, program);
  expect(reply['traceback']).toBeUndefined();
  await run(kernel, 'const keep = 41');
  const execution = kernel.execute('%train long');
  // It makes progress.
  await until(execution, ({ header }) => header.msg_type === 'update_display_data');
  const begin = performance.now();
  await kernel.interrupt();
  let said = '';
  for await (const { header, content } of execution) if (header.msg_type === 'stream') said += content['text'];
  expect(await execution.reply).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
  // The aim is 200 ms on a quiet machine; who does not listen is left behind after two seconds.
  expect(performance.now() - begin).toBeLessThan(1500);
  const [, name] = /^The run "([\w-]+)" goes on\. %runs shows it, %attach \1 follows it, %stop \1 ends it\.$/m.exec(said) ?? [];
  expect(said).toContain(`The run "${name}" goes on.`);
  expect((await run(kernel, 'keep + 1')).result).toBe('42');

  const listed = async (): Promise<string> => (await run(kernel, '%runs')).messages.map(({ content }) => content.data?.['text/plain'] ?? content.text ?? '').join('');
  expect(await listed()).toMatch(new RegExp(`${name}.*running`));
  expect((await run(kernel, `%stop ${name}`)).reply).toMatchObject({ status: 'ok' });
  expect(await listed()).toMatch(new RegExp(`${name}.*stopped`));
});

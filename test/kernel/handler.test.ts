import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from '../../dist/kernel/client/index.js';
import { run } from './session.js';

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start({ handler: new URL('./handler.mjs', import.meta.url).href });
  await run(kernel, 'const keep = 41');
});
afterAll(() => kernel?.shutdown());

describe('a handler of magics', () => {
  it("reads the program's variables, writes and shows in its cell", async () => {
    const { messages, stdout, reply } = await run(kernel, '%show keep');
    expect(reply.status).toBe('ok');
    expect(stdout).toBe('cell[2] keep\n');
    expect(messages.slice(2).map(({ header, content }) => [header.msg_type, content.data['text/plain']])).toEqual([
      ['display_data', '41'],
      ['update_display_data', 'number'],
    ]);
  });

  it('reports mistakes before anything runs', async () => {
    const { reply } = await run(kernel, '%wrong\nkeep = 0 as any');
    expect(reply).toMatchObject({ ename: 'magic/unknown', evalue: 'There is no magic "%wrong".', traceback: ['cell:1:1 %wrong'] });
  });

  it('is asked first for completion, help and ends of cells, and knows what happened in the process of the cells', async () => {
    await run(kernel, '%show keep');
    expect(await kernel.request('shell', 'complete_request', { code: '%s', cursor_pos: 2 })).toMatchObject({ matches: expect.arrayContaining(['%show']) });
    expect(await kernel.request('shell', 'inspect_request', { code: '%s', cursor_pos: 2, detail_level: 0 })).toMatchObject({ data: { 'text/markdown': '**magic**' } });
    expect(await kernel.request('shell', 'is_complete_request', { code: '%s {' })).toEqual({ status: 'complete' });
  });

  async function interrupted(code: string): Promise<{ stdout: string; reply: Record<string, any>; ms: number }> {
    const execution = kernel.execute(code);
    let stdout = '';
    let begin = 0;
    for await (const { header, content } of execution) {
      if (header.msg_type !== 'stream') continue;
      stdout += String(content['text']);
      if (begin > 0) continue;
      begin = performance.now();
      await kernel.interrupt();
    }
    return { stdout, reply: await execution.reply, ms: performance.now() - begin };
  }

  it('may end well when it is interrupted; what stands below it does not run', async () => {
    const { stdout, reply } = await interrupted('%tidy\nconsole.log("below")');
    expect(stdout).toBe('waits\nended well\n');
    expect(reply).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    expect((await run(kernel, 'keep + 1')).result).toBe('42');
  });

  it('is left behind where it does not end', async () => {
    const { reply, ms } = await interrupted('%deaf');
    expect(reply).toMatchObject({ ename: 'KeyboardInterrupt' });
    expect(ms).toBeGreaterThan(1500);
    expect((await run(kernel, 'keep + 1')).result).toBe('42');
  });
});

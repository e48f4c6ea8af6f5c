import { expect, it } from 'vitest';
import { KernelClient } from '../../dist/kernel/client/index.js';

it('the first %%task cell is completed before anything ran', async () => {
  const kernel = await KernelClient.start();
  try {
    const code = '%%task\ntask topics: text_cl';
    expect(await kernel.request('shell', 'complete_request', { code, cursor_pos: code.length })).toMatchObject({ matches: ['text_classification'], cursor_start: code.length - 'text_cl'.length });
    const strategy = '%%task\ntask t: text_classification on d { label = q by major';
    expect(await kernel.request('shell', 'complete_request', { code: strategy, cursor_pos: strategy.length })).toMatchObject({ matches: expect.arrayContaining(['majority']) });
  } finally {
    await kernel.shutdown();
  }
});

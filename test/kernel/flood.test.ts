import { existsSync, readFileSync } from 'node:fs';
import * as zmq from 'zeromq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from '../../dist/kernel/client/index.js';
import { eventually, run, until } from './session.js';

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start({ handler: '' });
});
afterAll(() => kernel?.shutdown());

const megabytes = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

describe('a loop that prints without end, beside a client that does not listen', () => {
  it('is bounded in memory and can be interrupted', async ({ skip }) => {
    if (!existsSync('/proc/self/status')) return skip('no /proc to read memory from');
    const deaf = new zmq.Subscriber({ linger: 0, receiveHighWaterMark: 1 });
    deaf.connect(`tcp://127.0.0.1:${kernel.connection.iopub_port}`);
    deaf.subscribe();
    try {
      await run(kernel, '1');
      const before = megabytes(kernel.pid!);
      const execution = kernel.execute('for (;;) console.log("x".repeat(10_000))');
      let bytes = 0;
      await until(execution, ({ header, content }) => header.msg_type === 'stream' && (bytes += content.text.length) > 10e6);
      let most = 0;
      const end = performance.now() + 1500;
      await eventually(() => {
        most = Math.max(most, megabytes(kernel.pid!));
        return performance.now() > end;
      });
      const interrupted = kernel.interrupt();
      deaf.close();
      await interrupted;
      expect(await execution.reply).toMatchObject({ ename: 'KeyboardInterrupt' });
      expect(most - before).toBeLessThan(150);
      expect((await run(kernel, '2')).result).toBe('2');
    } finally {
      deaf.close();
    }
  });
});

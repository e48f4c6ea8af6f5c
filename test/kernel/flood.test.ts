import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import * as zmq from 'zeromq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from '../../dist/kernel/client/index.js';
import { RawClient } from './rawClient.js';
import { eventually, run, until } from './session.js';

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start({ handler: '' });
});
afterAll(() => kernel?.shutdown());

const megabytes = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

const hash = (texts: Iterable<string>): string => {
  const sum = createHash('sha256');
  for (const text of texts) sum.update(text);
  return sum.digest('hex');
};

describe('all of it is there before the cell ends, in order:', () => {
  it('100,000 lines, printed to both streams in turn at the end', async () => {
    const { stdout, stderr, types, reply } = await run(kernel, 'for (let i = 0; i < 100_000; i++) console.log("line " + i);\nfor (let i = 0; i < 1000; i++) (i % 2 ? console.error : console.log)("last " + i)');
    const lines = Array.from({ length: 100_000 }, (_, i) => `line ${i}\n`);
    const last = (odd: number) => Array.from({ length: 1000 }, (_, i) => `last ${i}\n`).filter((_, i) => i % 2 === odd);
    expect(reply.status).toBe('ok');
    expect(hash([stdout])).toBe(hash([...lines, ...last(0)]));
    expect(stderr).toBe(last(1).join(''));
    // Text is joined into few messages: a front end draws each of them.
    expect(types.length).toBeLessThan(1500);
  });

  it('50 MB of displays with prints between them', async () => {
    const { messages, reply } = await run(kernel, `for (let i = 0; i < 50; i++) {
      display({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': String(i).padEnd(2 ** 20, 'x') }) });
      console.log('shown ' + i);
    }`);
    const shown = messages.slice(1).map(({ content }) => content.text ?? content.data['text/html']);
    expect(reply.status).toBe('ok');
    expect(hash(shown)).toBe(hash(Array.from({ length: 50 }, (_, i) => [String(i).padEnd(2 ** 20, 'x'), `shown ${i}\n`]).flat()));
  });

  it('one line of 30 MB, of characters that take several bytes', async () => {
    const { stdout } = await run(kernel, 'console.log("é😀".repeat(5_000_000))');
    expect(hash([stdout])).toBe(hash(['é😀'.repeat(5_000_000), '\n']));
  });

  it('10 MB that native code writes to the descriptors 1 and 2', async () => {
    const { stdout, stderr } = await run(kernel, `import { writeSync } from 'node:fs';
for (const fd of [1, 2]) for (let i = 0, text = Buffer.from('native '.repeat(150_000)); i < 5; i++) {
  for (let at = 0; at < text.length; ) try { at += writeSync(fd, text, at) } catch (error) { if ((error as any).code !== 'EAGAIN') throw error }
}`);
    for (const text of [stdout, stderr]) expect(hash([text])).toBe(hash(['native '.repeat(750_000)]));
  });

  it('what processes of the user write, with and without waiting for them', async () => {
    const { stdout, stderr } = await run(kernel, `import { spawn, spawnSync } from 'node:child_process';
spawnSync('sh', ['-c', 'echo out; echo err >&2'], { stdio: 'inherit' });
const background = spawn('sh', ['-c', 'for i in 1 2 3; do echo back $i; done'], { stdio: 'inherit' });
await new Promise((done) => background.on('exit', done));
const piped = spawn('sh', ['-c', 'echo piped']);
piped.stdout.pipe(process.stdout);
await new Promise((done) => piped.on('close', done));`);
    expect(stdout.split('\n').sort()).toEqual(['', 'back 1', 'back 2', 'back 3', 'out', 'piped']);
    expect(stderr).toBe('err\n');
  });

  it('what is printed after the cell ended belongs to it still', async () => {
    const late = new RawClient(kernel.connection);
    try {
      const cell = await late.send('shell', 'execute_request', { code: 'setTimeout(() => console.log("late")); 1' });
      const { content } = await late.find(({ message }) => message.header.msg_type === 'stream' && message.parent.msg_id === cell);
      expect(content).toEqual({ name: 'stdout', text: 'late\n' });
    } finally {
      late.close();
    }
  });
});

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

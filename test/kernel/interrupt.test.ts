import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as zmq from 'zeromq';
import { KernelClient } from '../../dist/kernel/client/index.js';
import { RawClient } from './rawClient.js';
import { collect, eventually, isAlive, pythonWith, run, until } from './session.js';

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start({ handler: '' });
  await run(kernel, 'const keep = 41');
});
afterAll(() => kernel?.shutdown());

/** Other work on the machine only slows. */
const quickest = (times: readonly number[]): number => Math.min(...times);

/** Starts a cell, and resolves when it runs. */
async function start(code: string) {
  const execution = kernel.execute(`console.log('runs');\n${code}`);
  await until(execution, (m) => m.header.msg_type === 'stream');
  return execution;
}

describe('an interrupt stops, with the variables kept,', () => {
  it.each([
    ['a loop', 'while (true) {}'],
    ['a loop behind an await', 'await new Promise((r) => setTimeout(r, 1)); while (true) {}'],
    ['a loop of microtasks', 'while (true) await null'],
    ['a loop in a timer', 'setTimeout(() => { while (true) {} }, 1); await new Promise(() => {})'],
    ['a promise that never settles', 'await new Promise(() => {})'],
    ['a hopeless regular expression', '/(a+)+b/.test("a".repeat(40))'],
    ['a loop that prints', 'while (true) console.log("x")'],
    ['a loop that catches all', 'while (true) { try { while (true) {} } catch {} }'],
    ['a finally that loops', 'try { while (true) {} } finally { while (true) {} }'],
    ['Atomics.wait', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'],
    ['a finally that loops behind an await', 'try { await new Promise(() => {}) } finally { while (true) {} }'],
    ['a value that is shown without end', '({ [Symbol.for("Jupyter.display")]: () => { while (true) {} } })'],
    ['a program that the cell waits for', `import { execSync } from 'node:child_process';\nexecSync('sleep 600; echo never')`],
  ])('%s', async (_, code) => {
    const execution = await start(code);
    const begin = performance.now();
    await kernel.interrupt();
    expect(await execution.reply).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    // The aim is 200 ms on a quiet machine.
    expect(performance.now() - begin).toBeLessThan(1500);
    expect((await run(kernel, 'keep + 1')).result).toBe('42');
  });

  it.each(['while (true) {}', 'await new Promise((r) => setTimeout(r, 1)); while (true) {}', 'await new Promise(() => {})', 'let n = 0; while (true) n++'])('%s, in under 200 ms', async (code) => {
    const times: number[] = [];
    for (let i = 0; i < 3; i++) {
      const execution = await start(code);
      const begin = performance.now();
      await kernel.interrupt();
      await execution.reply;
      times.push(performance.now() - begin);
    }
    expect(quickest(times)).toBeLessThan(200);
  });

  it('a loop at the top level, its variables as they were', async () => {
    const execution = await start('let n = 0, twice = 0;\nouter: for (;;) { n++; for (;;) { twice += 2; if (twice === 2 * n) continue outer; } }');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await kernel.interrupt();
    expect(await execution.reply).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt', evalue: 'The cell was interrupted.' });
    const { result } = await run(kernel, '[n > 100, [2 * n, 2 * n - 2].includes(twice)]');
    expect(result).toBe('[ true, true ]');
  });

  it('a loop at the top level that a getter holds up', async () => {
    const execution = await start('const slow = { get one(): number { while (true) {} } };\nlet sum = 0; while (true) sum += slow.one');
    await kernel.interrupt();
    expect(await execution.reply).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    expect((await run(kernel, 'sum')).result).toBe('0');
  });

  it('and does nothing where nothing runs', async () => {
    await kernel.interrupt();
    expect((await run(kernel, 'keep')).result).toBe('41');
  });

  it('by SIGINT as well', async () => {
    const execution = await start('await new Promise(() => {})');
    process.kill(kernel.pid!, 'SIGINT');
    expect(await execution.reply).toMatchObject({ ename: 'KeyboardInterrupt' });
  });
});

describe('while a cell is busy', () => {
  it('control and completion are answered', async () => {
    const execution = await start('while (true) {}');
    expect(await kernel.request('control', 'kernel_info_request')).toMatchObject({ status: 'ok', implementation: 'tasklab' });
    expect(await kernel.request('shell', 'complete_request', { code: 'Math.flo', cursor_pos: 8 })).toMatchObject({ status: 'ok' });
    await kernel.interrupt();
    await execution.reply;
  });
});

describe('while a cell is busy, in time', () => {
  it('control is answered in under 50 ms, the heartbeat in under 20, completion in under 100', async () => {
    const heartbeat = new zmq.Request({ linger: 0 });
    heartbeat.connect(`tcp://${kernel.connection.ip}:${kernel.connection.hb_port}`);
    const execution = await start('while (true) {}');
    const times = { control: [] as number[], heartbeat: [] as number[], completion: [] as number[] };
    const timed = async (into: number[], action: () => Promise<unknown>): Promise<void> => {
      const begin = performance.now();
      await action();
      into.push(performance.now() - begin);
    };
    try {
      for (let i = 0; i < 10; i++) {
        await timed(times.control, () => kernel.request('control', 'comm_info_request'));
        await timed(times.completion, () => kernel.request('shell', 'complete_request', { code: `const c${i} = 'x'; c${i}.toUpp`, cursor_pos: 25 }));
        await timed(times.heartbeat, async () => {
          await heartbeat.send('ping');
          expect(String(await heartbeat.receive())).toBe('ping');
        });
      }
    } finally {
      heartbeat.close();
      await kernel.interrupt();
      await execution.reply;
    }
    expect(quickest(times.control)).toBeLessThan(50);
    expect(quickest(times.heartbeat)).toBeLessThan(20);
    expect(quickest(times.completion)).toBeLessThan(100);
  });
});

describe('an interrupt leaves alone', () => {
  it('the processes in the background, where code of the cell is what is to end', async () => {
    const { stdout } = await run(kernel, `import { spawn } from 'node:child_process';\nconst background = spawn('sleep', ['600']); console.log(background.pid)`);
    const execution = await start('while (true) {}');
    await kernel.interrupt();
    await execution.reply;
    expect(isAlive(Number(stdout))).toBe(true);
    await run(kernel, 'background.kill()');
    await eventually(() => !isAlive(Number(stdout)));
  });
});

describe('the end of the process that runs cells', () => {
  it('for want of memory is said, with what is lost', async () => {
    const small = await KernelClient.start({ handler: '', env: { ...process.env, NODE_OPTIONS: '--max-old-space-size=300' } });
    try {
      await run(small, 'const gone = 1');
      const { reply, stdout } = await run(small, 'console.log("begins"); const all: number[][] = []; for (;;) all.push(new Array(100_000).fill(1.5));');
      expect(reply).toMatchObject({ status: 'error', ename: 'kernel/process-ended', evalue: expect.stringMatching(/out of memory.*variables are lost/) });
      expect(stdout).toContain('begins\n');
      expect((await run(small, 'typeof (globalThis as any).gone')).result).toBe("'undefined'");
    } finally {
      await small.shutdown();
    }
  });

  it.each([
    ['process.kill(process.pid, "SIGSEGV"); while (true) {}', /SIGSEGV/],
    ['process.kill(process.pid, "SIGKILL"); while (true) {}', /SIGKILL/],
    ['setTimeout(() => process.exit(0)); await new Promise(() => {})', /exit code 0/],
  ])('is reported in its cell: %s', async (code, how) => {
    expect((await run(kernel, code)).reply).toMatchObject({ ename: 'kernel/process-ended', evalue: expect.stringMatching(how) });
    expect((await run(kernel, 'const keep = 41; keep')).result).toBe('41');
  });

  it('is reported where it comes between cells, and the next one runs', async () => {
    const { stdout } = await run(kernel, 'console.log(process.pid)');
    const client = new RawClient(kernel.connection);
    try {
      await client.request('shell', 'kernel_info_request');
      process.kill(Number(stdout), 'SIGKILL');
      await client.find(({ message }) => message.header.msg_type === 'stream' && message.content.name === 'stderr' && message.content.text.includes('kernel/process-ended'));
    } finally {
      client.close();
    }
    expect((await run(kernel, '1 + 1')).result).toBe('2');
  });


  it('is reported in the cell, and the next one runs', async () => {
    await run(kernel, 'const gone = 1');
    const { reply, stdout } = await run(kernel, `console.log('last words'); process.exit(3)`);
    expect(reply).toMatchObject({ status: 'error', ename: 'kernel/process-ended', evalue: expect.stringMatching(/exit code 3.*variables are lost/) });
    expect(stdout).toBe('last words\n');
    expect(await run(kernel, `typeof (globalThis as any).gone + (1 + 1)`)).toMatchObject({ result: "'undefined2'" });
  });

  it('aborts what was queued behind it', async () => {
    const executions = ['process.abort()', '1'].map((code) => kernel.execute(code));
    const [first, second] = await Promise.all(executions.map((execution) => execution.reply));
    expect(first).toMatchObject({ ename: 'kernel/process-ended', evalue: expect.stringContaining('SIGABRT') });
    expect(second!.status).toBe('aborted');
  });
});

describe('nothing is left', () => {
  it('when the kernel is killed while a cell loops', async () => {
    const doomed = await KernelClient.start({ handler: '' });
    const execution = doomed.execute('console.log(process.pid); while (true) {}');
    const { content } = await until(execution, (m) => m.header.msg_type === 'stream');
    const child = Number(content.text);
    expect(isAlive(child)).toBe(true);
    doomed.kill();
    await expect(execution.reply).rejects.toMatchObject({ code: 'kernel/died' });
    await eventually(() => !isAlive(child));
  });

  it('when the client is killed while a cell loops', async () => {
    const client = new URL('../../dist/kernel/client/index.js', import.meta.url).href;
    const script = `
      import { KernelClient } from '${client}';
      const kernel = await KernelClient.start({ handler: '' });
      const cell = kernel.execute('console.log(process.ppid + " " + process.pid); while (true) {}');
      for await (const { header, content } of cell) if (header.msg_type === 'stream') process.stdout.write(content.text);`;
    const doomed = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(doomed.stdout, 'data')) as [Buffer];
    const pids = line.toString().trim().split(' ').map(Number);
    expect(pids.map(isAlive)).toEqual([true, true]);
    doomed.kill('SIGKILL');
    await eventually(() => !pids.some(isAlive));
  });

  it.each(['the kernel', 'the process that runs cells'])('of what cells started when %s is killed', async (what) => {
    const doomed = await KernelClient.start({ handler: '' });
    const execution = doomed.execute(`import { execSync, spawn } from 'node:child_process';
      const background = spawn('sleep', ['600']);
      console.log(process.pid + ' ' + background.pid);
      execSync('echo $$; exec sleep 600', { stdio: 'inherit' });`);
    let text = '';
    await until(execution, ({ header, content }) => header.msg_type === 'stream' && /\d+ \d+\n\d+\n/.test((text += content.text)));
    const pids = text.trim().split(/\s+/).map(Number);
    expect(pids.map(isAlive)).toEqual([true, true, true]);
    process.kill(what === 'the kernel' ? doomed.pid! : pids[0]!, 'SIGKILL');
    await eventually(() => !pids.some(isAlive));
    if (what === 'the kernel') return;
    expect(await execution.reply).toMatchObject({ ename: 'kernel/process-ended' });
    await doomed.shutdown();
  });

  it('when the Jupyter server is killed while a cell loops', async ({ skip }) => {
    const python = pythonWith('jupyter_client');
    skip(python === undefined, 'no Python with jupyter_client (npm test makes one; TASKLAB_TEST_PYTHON names another)');
    const main = fileURLToPath(new URL('../../dist/kernel/main.js', import.meta.url));
    const script = `
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
manager = KernelManager()
manager._kernel_spec = KernelSpec(argv=${JSON.stringify([process.execPath, main, '{connection_file}', ''])}, language="typescript")
manager.start_kernel()
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=60)
client.execute('console.log(process.ppid + " " + process.pid); while (true) {}', store_history=False)
while True:
    message = client.get_iopub_msg(timeout=60)
    if message["msg_type"] == "stream":
        print(message["content"]["text"], flush=True)`;
    const server = spawn(python!, ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(server.stdout, 'data')) as [Buffer];
    const pids = line.toString().trim().split(' ').map(Number);
    expect(pids.map(isAlive)).toEqual([true, true]);
    server.kill('SIGKILL');
    await eventually(() => !pids.some(isAlive));
  });

  it('when the kernel is shut down', async () => {
    const other = await KernelClient.start({ handler: '' });
    const { result } = await collect(other.execute('process.pid'));
    await other.shutdown();
    await eventually(() => !isAlive(Number(result)));
    expect(isAlive(other.pid!)).toBe(false);
  });
});

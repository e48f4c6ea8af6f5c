import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as zmq from 'zeromq';
import { KernelClient } from '../../dist/kernel/client/index.js';
import type { Message } from '../../dist/kernel/messages.js';
import { Wire } from '../../dist/kernel/wire.js';
import { collect, eventually, run } from './session.js';

let kernel: KernelClient;
let iopub: zmq.Subscriber;
/** All that the kernel publishes: a front end keeps listening to a cell that ended. */
const published: Message<any>[] = [];

beforeAll(async () => {
  kernel = await KernelClient.start({ handler: '' });
  const { ip, iopub_port: port, key } = kernel.connection;
  iopub = new zmq.Subscriber({ linger: 0 });
  iopub.connect(`tcp://${ip}:${port}`);
  iopub.subscribe();
  const wire = new Wire(key);
  void (async () => {
    for await (const frames of iopub) published.push(wire.unpack(frames));
  })();
  // Subscribed when a status arrives.
  while (published.length === 0) await kernel.info();
});
afterAll(async () => {
  iopub?.close();
  await kernel?.shutdown();
});

/** Runs a cell; resolves with the id of its request. */
async function cell(code: string): Promise<string> {
  const { messages, reply } = await run(kernel, code);
  expect(reply['traceback']).toBeUndefined();
  return messages[0]!.parent.msg_id!;
}

const outputsOf = (id: string): string[] =>
  published
    .filter(({ header, parent }) => parent.msg_id === id && !['status', 'execute_input', 'execute_result'].includes(header.msg_type))
    .map(({ header: { msg_type: type }, content }) => (type === 'stream' ? `${content.name} ${content.text}` : type === 'clear_output' ? type : `${type} ${content.data['text/plain']}`));

/** A later cell that lets `go` happen and waits until it did. */
const later = (): Promise<string> => cell(`console.log('begins'); go.resolve(); await went; console.log('ends');`);

describe('what comes late belongs to the cell that began it:', () => {
  it.each([
    ['a timer', `go.wait.then(() => setTimeout(() => { console.log('late'); done(); }, 1));`, ['stdout late\n']],
    ['an interval', `const ticks = setInterval(() => { if (!go.gone) return; clearInterval(ticks); console.log('late'); done(); }, 1);`, ['stdout late\n']],
    ['an immediate', `go.wait.then(() => setImmediate(() => { console.log('late'); done(); }));`, ['stdout late\n']],
    ['a microtask', `go.wait.then(() => queueMicrotask(() => { console.log('late'); done(); }));`, ['stdout late\n']],
    ['an async function', `(async () => { await go.wait; await null; console.log('late'); await new Promise((r) => setTimeout(r, 1)); console.error('later'); done(); })();`, ['stdout late\n', 'stderr later\n']],
    ['a promise of Node', `go.wait.then(() => import('node:fs')).then((fs: any) => fs.promises.readdir('/')).then(() => { console.log('late'); done(); });`, ['stdout late\n']],
    ['a display', `go.wait.then(() => { display('late'); clearOutput(); done(); });`, ["display_data 'late'", 'clear_output']],
    ['a rejection that nobody handles', `go.wait.then(() => { setTimeout(done, 1); throw new Error('nobody'); });`, [expect.stringMatching(/^stderr Unhandled rejection: Error: nobody/)]],
    ['a rejection in a timer', `go.wait.then(() => setTimeout(() => { void Promise.reject(new Error('nobody')); setTimeout(done, 1); }, 1));`, [expect.stringMatching(/^stderr Unhandled rejection: Error: nobody/)]],
    ['an error in a timer', `go.wait.then(() => setTimeout(() => { setTimeout(done, 1); throw new Error('nobody'); }, 1));`, [expect.stringMatching(/^stderr Uncaught Error: nobody/)]],
  ])('%s', async (_, code, outputs) => {
    await run(kernel, `let done = () => {}; const went = new Promise<void>((r) => { done = r; });\nconst go: any = { gone: false }; go.wait = new Promise<void>((r) => { go.resolve = () => { go.gone = true; r(); }; });`);
    const early = await cell(`${code}\nundefined`);
    const late = await later();
    await eventually(() => outputsOf(early).length >= outputs.length && outputsOf(late).join('').includes('ends'));
    expect(outputsOf(early)).toEqual(outputs);
    expect(outputsOf(late).join('')).toMatch(/^stdout begins\n(stdout )?ends\n$/);
  });

  it('after an interrupt too', async () => {
    const looping = kernel.execute(`setTimeout(() => { console.log('in'); while (true) {} }, 1); await new Promise(() => {});`);
    for await (const message of looping) if (message.header.msg_type === 'stream') break;
    await kernel.interrupt();
    await looping.reply;
    const next = await cell(`setTimeout(() => console.log('own'), 1); await new Promise((r) => setTimeout(r, 5)); console.log('end');`);
    await eventually(() => outputsOf(next).join('').includes('end'));
    expect(outputsOf(next).join('')).toMatch(/^stdout own\n(stdout )?end\n$/);
  });

  it('and nobody sees it', async () => {
    expect((await run(kernel, `[Promise.resolve(1), setTimeout.name]`)).result).toBe("[ Promise { 1 }, 'setTimeout' ]");
    expect((await run(kernel, `import { promisify } from 'node:util'; await promisify(setTimeout)(1, 'value' as any)`)).result).toBe("'value'");
    expect((await collect(kernel.execute(`await new Promise((resolve) => setTimeout(function (this: NodeJS.Timeout, ...given: number[]) { resolve([typeof this.ref, ...given]); }, 1, 2, 3))`))).result).toBe("[ 'function', 2, 3 ]");
  });
});

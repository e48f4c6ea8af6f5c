import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RawClient, startKernel, type KernelProcess } from './rawClient.js';

let kernel: KernelProcess;
let client: RawClient;
beforeAll(async () => {
  kernel = await startKernel();
  client = new RawClient(kernel.connection);
  await client.execute('const keep = 41');
});
afterAll(async () => {
  client?.close();
  await kernel?.stop();
});

const start = (code: string, options: object = { allow_stdin: true }): Promise<string> => client.send('shell', 'execute_request', { code, ...options });
const questionOf = (cell: string) => client.find(({ channel, message }) => channel === 'stdin' && message.parent.msg_id === cell);
const resultOf = async (cell: string): Promise<unknown> => {
  const all = await client.whole(cell);
  const result = all.find(({ message }) => message.header.msg_type === 'execute_result');
  return result ? result.message.content.data['text/plain'] : all.find(({ channel }) => channel === 'shell')!.message.content;
};

/** Runs a cell whose one question is answered; what was asked, and the cell's result. */
async function asked(code: string, answer: string): Promise<[question: object, result: unknown]> {
  const cell = await start(code);
  const { content } = await client.answer(cell, answer);
  return [content, await resultOf(cell)];
}

describe('a cell asks its user', () => {
  it.each([
    ['prompt("name? ")', 'name? ', 'Zoë 😀', "'Zoë 😀'"],
    ['prompt("name? ")', 'name? ', '', "''"],
    ['prompt("name?", "Ann")', 'name? [Ann] ', '', "'Ann'"],
    ['prompt("name?", "Ann")', 'name? [Ann] ', 'Bob', "'Bob'"],
    ['prompt()', '', 'x', "'x'"],
    ['confirm("Delete it?")', 'Delete it? [y/N] ', 'Yes', 'true'],
    ['confirm("Delete it?")', 'Delete it? [y/N] ', '', 'false'],
    ['await input("name? ")', 'name? ', 'Ann', "'Ann'"],
  ])('%s, asked as %j, answered %j', async (code, prompt, answer, result) => {
    expect(await asked(code, answer)).toEqual([{ prompt, password: false }, result]);
  });

  it('for a password that is not shown', async () => {
    expect(await asked('(await input("key? ", { password: true })).length', 'secret')).toEqual([{ prompt: 'key? ', password: true }, '6']);
  });

  it('who may end the input instead', async () => {
    expect(await asked('prompt("?")', '\x04')).toEqual([expect.anything(), 'null']);
    expect(await asked('confirm("?")', '\x04')).toEqual([expect.anything(), 'false']);
    expect((await asked('await input("?")', '\x04'))[1]).toMatchObject({ ename: 'kernel/input-ended' });
  });

  it('several times, one after the other', async () => {
    const cell = await start('const all = await Promise.all([input("a"), input("b")]); [...all, prompt("c")].join()');
    for (const [prompt, answer] of [['a', '1'], ['b', '2'], ['c', '3']] as const) expect((await client.answer(cell, answer)).content.prompt).toBe(prompt);
    expect(await resultOf(cell)).toBe("'1,2,3'");
  });

  it('while timers go on behind input()', async () => {
    const cell = await start('let ticks = 0; const timer = setInterval(() => console.log(`tick ${++ticks}`), 1); const line = await input("?"); clearInterval(timer); line');
    await client.find(({ message }) => message.parent.msg_id === cell && message.header.msg_type === 'stream' && message.content.text.includes('tick 3'));
    await client.answer(cell, 'enough');
    expect(await resultOf(cell)).toBe("'enough'");
  });

  it('and control, completion and help are answered meanwhile', async () => {
    const cell = await start('prompt("?")');
    await questionOf(cell);
    expect(await client.request('control', 'kernel_info_request')).toMatchObject({ status: 'ok' });
    expect(await client.request('shell', 'complete_request', { code: 'Math.flo', cursor_pos: 8 })).toMatchObject({ matches: expect.arrayContaining(['floor']) });
    await client.answer(cell, 'x');
    expect(await resultOf(cell)).toBe("'x'");
  });
});

describe('an interrupt ends the wait for an answer,', () => {
  it.each(['prompt("?")', 'for (;;) try { prompt("?") } catch {}', 'confirm("?")', 'await input("?")'])('with the variables kept: %s', async (code) => {
    const cell = await start(code);
    const question = await questionOf(cell);
    const begin = performance.now();
    await client.request('control', 'interrupt_request');
    expect(await resultOf(cell)).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    // The aim is 200 ms on a quiet machine.
    expect(performance.now() - begin).toBeLessThan(1500);
    // The answer comes too late, with and without saying to what.
    await client.send('stdin', 'input_reply', { value: 'stale' }, question.header);
    await client.send('stdin', 'input_reply', { value: 'stale' });
    await client.request('control', 'kernel_info_request');
    expect((await client.execute('keep + 1')).outputs[0]!.content.data['text/plain']).toBe('42');
    expect((await asked('prompt("again?")', 'fresh'))[1]).toBe("'fresh'");
  });
});

describe('an answer counts', () => {
  it('only from the front end that runs the cell, and only to the question that is open', async () => {
    const other = new RawClient(kernel.connection);
    try {
      const cell = await start('const first = prompt("first?"); `${first} ${prompt("second?")}`');
      const question = await questionOf(cell);
      await other.send('stdin', 'input_reply', { value: 'of another' }, question.header);
      await other.request('control', 'kernel_info_request');
      await client.answer(cell, '1');
      await client.find(({ channel, message }) => channel === 'stdin' && message.parent.msg_id === cell && message.content.prompt === 'second?');
      await client.send('stdin', 'input_reply', { value: 'to the first' }, question.header);
      await client.answer(cell, '2');
      expect(await resultOf(cell)).toBe("'1 2'");
      expect(other.received.filter(({ channel }) => channel === 'stdin')).toEqual([]);
    } finally {
      other.close();
    }
  });

  it('without a parent too: some clients send none', async () => {
    const cell = await start('prompt("?")');
    await questionOf(cell);
    await client.send('stdin', 'input_reply', { value: 'plain' });
    expect(await resultOf(cell)).toBe("'plain'");
  });
});

describe('there is no answer', () => {
  const asked = (): number => client.received.filter(({ channel }) => channel === 'stdin').length;
  let before = 0;
  beforeEach(() => {
    before = asked();
  });

  it.each(['prompt("?")', 'confirm("?")', 'await input("?")'])('in a front end that passes no questions on: %s', async (code) => {
    const { reply } = await client.execute(code, { allow_stdin: false });
    expect(reply).toMatchObject({ status: 'error', ename: 'kernel/no-stdin', traceback: expect.arrayContaining([expect.stringContaining('hint: ')]) });
    expect(asked()).toBe(before);
    expect((await client.execute('keep')).outputs[0]!.content.data['text/plain']).toBe('41');
  });

  it('from a front end that is gone', async () => {
    const other = new RawClient(kernel.connection);
    const cell = await other.send('shell', 'execute_request', { code: 'console.log(process.pid); await new Promise((r) => process.once("SIGUSR2", r)); prompt("?")', allow_stdin: true });
    const { content } = await client.find(({ message }) => message.parent.msg_id === cell && message.header.msg_type === 'stream');
    other.close();
    // Some turns of the kernel's event loop, in which it sees the connection end.
    for (let i = 0; i < 20; i++) await client.request('control', 'kernel_info_request');
    process.kill(Number(content.text), 'SIGUSR2');
    const { content: error } = await client.find(({ message }) => message.parent.msg_id === cell && message.header.msg_type === 'error');
    expect(error).toMatchObject({ ename: 'kernel/no-stdin', evalue: expect.stringContaining('gone') });
    await client.find(({ message }) => message.parent.msg_id === cell && message.content.execution_state === 'idle');
    expect(asked()).toBe(before);
  });

  it('for a cell that has ended', async () => {
    const cell = await start('const late = input("forgotten?").catch((error) => error.code); 1');
    await client.whole(cell);
    expect((await client.execute('await late')).outputs[0]!.content.data['text/plain']).toBe("'kernel/no-cell'");
  });

  it('when the process that asks is ended', async () => {
    const cell = await start('setTimeout(() => process.exit(3), 50); await input("?")');
    expect(await resultOf(cell)).toMatchObject({ ename: 'kernel/process-ended' });
    const question = await questionOf(cell);
    await client.send('stdin', 'input_reply', { value: 'x' }, question.header);
    expect((await client.execute('1 + 1')).outputs[0]!.content.data['text/plain']).toBe('2');
  });
});

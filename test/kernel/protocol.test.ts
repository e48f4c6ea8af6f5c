import * as zmq from 'zeromq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from '../../dist/kernel/client/index.js';
import { Wire, WireError } from '../../dist/kernel/wire.js';
import { RawClient } from './rawClient.js';
import { run } from './session.js';

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start({ handler: '' });
});
afterAll(() => kernel?.shutdown());

describe('signatures', () => {
  const frames = (wire: Wire): Buffer[] => wire.pack('kernel_info_request', {}).map((frame) => Buffer.from(frame));

  it('are checked', () => {
    const wire = new Wire('secret');
    expect(wire.unpack(frames(wire)).header.msg_type).toBe('kernel_info_request');
    expect(() => wire.unpack(frames(new Wire('other')))).toThrow(WireError);
    const changed = frames(wire);
    changed[5] = Buffer.from('{"code":"1"}');
    expect(() => wire.unpack(changed)).toThrow(/signature/);
    expect(() => wire.unpack([Buffer.from('noise')])).toThrow(WireError);
  });

  it.each(['shell', 'control'] as const)('a wrong one on %s is not answered, and the next message is', async (channel) => {
    const { connection } = kernel;
    const socket = new zmq.Dealer({ linger: 0 });
    socket.connect(`tcp://127.0.0.1:${connection[`${channel}_port`]}`);
    try {
      await socket.send(new Wire('wrong').pack('kernel_info_request', {}));
      const right = new Wire(connection.key);
      await socket.send(right.pack('comm_info_request', {}));
      const answer = right.unpack(await socket.receive());
      expect(answer.header.msg_type).toBe('comm_info_reply');
    } finally {
      socket.close();
    }
  });
});

describe('requests', () => {
  it('kernel_info', async () => {
    expect(await kernel.request('shell', 'kernel_info_request')).toMatchObject({
      status: 'ok',
      protocol_version: '5.5',
      implementation: 'tasklab',
      language_info: {
        name: 'typescript',
        mimetype: 'application/typescript',
        file_extension: '.ts',
        codemirror_mode: { name: 'tasklab', mime: 'application/typescript' },
        pygments_lexer: 'typescript',
      },
    });
  });

  it.each([
    ['1 + 1', 'complete'],
    ['function f() {', 'incomplete'],
    ['let x = )', 'invalid'],
  ])('is_complete: %s', async (code, status) => {
    expect(await kernel.request('shell', 'is_complete_request', { code })).toMatchObject({ status });
  });

  it('completes what earlier cells declared, counting characters beyond the BMP once', async () => {
    await run(kernel, 'const remembered = { colour: 1 }');
    const code = '"😀"; remembered.col';
    expect(await kernel.request('shell', 'complete_request', { code, cursor_pos: [...code].length })).toMatchObject({
      status: 'ok',
      matches: expect.arrayContaining(['colour']),
      cursor_start: [...code].length - 3,
      cursor_end: [...code].length,
    });
  });

  it('inspects', async () => {
    const reply = await kernel.request('shell', 'inspect_request', { code: 'parseInt', cursor_pos: 4, detail_level: 0 });
    expect(reply).toMatchObject({ status: 'ok', found: true });
    expect((reply['data'] as Record<string, string>)['text/plain']).toContain('parseInt');
  });

  it('and of a kind that it does not know, without harm', async () => {
    expect(await kernel.request('shell', 'totally_unknown_request', {})).toMatchObject({ status: 'error', ename: 'kernel/unknown-request' });
    expect((await run(kernel, '1 + 1')).result).toBe('2');
  });

  it('keeps a history', async () => {
    await run(kernel, '"first of history"');
    await run(kernel, '"second of history"');
    const ask = (content: object) => kernel.request('shell', 'history_request', { raw: true, ...content });
    expect((await ask({ hist_access_type: 'tail', n: 2, output: false }))['history']).toMatchObject([
      [1, expect.any(Number), '"first of history"'],
      [1, expect.any(Number), '"second of history"'],
    ]);
    expect((await ask({ hist_access_type: 'search', pattern: '*second*', n: 5, output: true }))['history']).toMatchObject([
      [1, expect.any(Number), ['"second of history"', "'second of history'"]],
    ]);
    const range = (await ask({ hist_access_type: 'range', session: 0, start: 1, stop: 2, output: false }))['history'];
    expect(range).toMatchObject([[1, 1, expect.any(String)]]);
  });

  it('knows no comms, no subshells and no debugger, and says so', async () => {
    expect(await kernel.request('shell', 'comm_info_request')).toEqual({ status: 'ok', comms: {} });
    expect(await kernel.request('control', 'create_subshell_request')).toMatchObject({ status: 'error', ename: 'kernel/no-subshells' });
    expect(await kernel.request('control', 'debug_request', { type: 'request', seq: 3, command: 'initialize' })).toMatchObject({ type: 'response', request_seq: 3, command: 'initialize', success: false });
    expect(await kernel.request('shell', 'kernel_info_request')).toMatchObject({ supported_features: [] });
  });

  it('names its ports', async () => {
    const { shell_port, iopub_port, stdin_port, hb_port, control_port } = kernel.connection;
    expect(await kernel.request('shell', 'connect_request')).toEqual({ status: 'ok', shell_port, iopub_port, stdin_port, hb_port, control_port });
  });
});

describe('cells that wait behind one that fails', () => {
  const statuses = async (codes: readonly string[], options = {}): Promise<string[]> => {
    const executions = codes.map((code) => kernel.execute(code, options));
    return (await Promise.all(executions.map(({ reply }) => reply))).map(({ status }) => status);
  };

  it('do not run', async () => {
    const { reply: before } = await run(kernel, 'let ran = 0');
    expect(await statuses(['throw new TypeError("x")', 'ran++', 'ran++'])).toEqual(['error', 'aborted', 'aborted']);
    const { result, reply } = await run(kernel, 'ran');
    expect(result).toBe('0');
    expect(reply.execution_count).toBe(before.execution_count + 2);
  });

  it('run where the failing one asks for that', async () => {
    await run(kernel, 'let went = 0');
    expect(await statuses(['throw new TypeError("x")', 'went++'], { stop_on_error: false })).toEqual(['error', 'ok']);
    expect((await run(kernel, 'went')).result).toBe('1');
  });
});

describe('a silent cell', () => {
  it('shows nothing, fails silently too, and leaves the history as it is', async () => {
    const { reply } = await run(kernel, '"loud"');
    const silent = await run(kernel, 'console.log("a"); process.stderr.write("b"); display(1); var set = 3; 4', { silent: true });
    expect(silent.messages).toEqual([]);
    expect(silent.reply).toMatchObject({ status: 'ok', execution_count: reply.execution_count });
    const failing = await run(kernel, 'throw new RangeError("quiet")', { silent: true });
    expect(failing.messages).toEqual([]);
    expect(failing.reply).toMatchObject({ status: 'error', ename: 'RangeError' });
    expect(await kernel.request('shell', 'history_request', { hist_access_type: 'tail', n: 1 })).toMatchObject({ history: [[1, reply.execution_count, '"loud"']] });
    expect((await run(kernel, 'set')).result).toBe('3');
  });

  it('does not swallow what an earlier cell prints later', async () => {
    const client = new RawClient(kernel.connection);
    try {
      const loud = await client.send('shell', 'execute_request', { code: 'const later = () => console.log("later"); 1' });
      await client.whole(loud);
      await client.execute('setTimeout(later, 20)', { silent: true });
      const { parent } = await client.find(({ message }) => message.header.msg_type === 'stream' && message.content.text === 'later\n');
      expect(parent.msg_id).toBe(loud);
    } finally {
      client.close();
    }
  });
});

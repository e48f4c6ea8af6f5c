import * as zmq from 'zeromq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from '../../dist/kernel/client/index.js';
import { Wire, WireError } from '../../dist/kernel/wire.js';
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

  it('knows no comms, and says so of others', async () => {
    expect(await kernel.request('shell', 'comm_info_request')).toEqual({ status: 'ok', comms: {} });
    expect(await kernel.request('control', 'create_subshell_request')).toMatchObject({ status: 'error' });
  });
});

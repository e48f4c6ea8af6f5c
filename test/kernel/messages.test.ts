/** Every message that the kernel sends, over sessions that provoke each kind, against the message specification. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contents, header } from './messageSpec.js';
import { RawClient, startKernel, type Channel, type KernelProcess, type Received } from './rawClient.js';

const kinds = (received: readonly Received[]): string[] => received.map(({ channel, message }) => `${channel} ${message.header.msg_type}`);

/** What is wrong with a message by the specification. */
function mistakes({ channel, message }: Received): string[] {
  const kind = `${channel} ${message.header.msg_type}`;
  const parts: [string, { safeParse(value: unknown): { success: boolean; error?: unknown } } | undefined, unknown][] = [
    ['header', header, message.header],
    ['parent', Object.keys(message.parent).length > 0 ? header.partial({ date: true }) : undefined, message.parent],
    ['content', contents[kind], message.content],
  ];
  if (!contents[kind]) return [`${kind} is no message of the specification`];
  return parts.flatMap(([part, schema, value]) => {
    const checked = schema?.safeParse(value);
    return checked && !checked.success ? [`${kind}, ${part}: ${String(checked.error)} in ${JSON.stringify(value)}`] : [];
  });
}

let kernel: KernelProcess;
let client: RawClient;
beforeAll(async () => {
  kernel = await startKernel();
  client = new RawClient(kernel.connection);
});
afterAll(async () => {
  client?.close();
  await kernel?.stop();
});

describe('a session that provokes every kind of message', () => {
  it('sends those of the specification, each in its form', async () => {
    for (const channel of ['shell', 'control'] as const) await client.request(channel, 'kernel_info_request');

    const cells: [string, object?][] = [
      ['1 + 1'],
      ['const a = { b: 1 }', { user_expressions: { good: 'a.b', bad: 'nowhere' } }],
      ['console.log("out"); console.error("err")'],
      ['const handle = display(1); handle.update(2)'],
      ['throw new RangeError("too far")'],
      ['const wrong: number = "text"'],
      ['let x = )'],
      ['1', { silent: true }],
      ['1', { store_history: false }],
      ['display.page("much to read")'],
      [''],
      ['console.log("gone"); console.clear(); console.log("stays")'],
      ['process.exit(3)'],
      ['prompt("name? ")', { allow_stdin: false }],
    ];
    for (const [code, options] of cells) await client.execute(code, options);
    await client.request('shell', 'execute_request', {});

    const asking = await client.send('shell', 'execute_request', { code: '[prompt("name? "), await input("word? ", { password: true })]', allow_stdin: true });
    await client.answer(asking, 'Ann');
    await client.answer(asking, 'secret');
    await client.whole(asking);
    const queued = await Promise.all(['throw 1', '2', '3'].map((code) => client.send('shell', 'execute_request', { code })));
    for (const id of queued) await client.whole(id);

    const requests: [string, object?][] = [
      ['inspect_request', { code: 'parseInt', cursor_pos: 4, detail_level: 0 }],
      ['inspect_request', { code: '    ', cursor_pos: 2, detail_level: 1 }],
      ['complete_request', { code: 'Math.flo', cursor_pos: 8 }],
      ['complete_request', { code: '', cursor_pos: 0 }],
      ['is_complete_request', { code: 'f(' }],
      ['is_complete_request', { code: '1' }],
      ['is_complete_request', { code: ')' }],
      ['history_request', { hist_access_type: 'tail', n: 3, output: true, raw: true }],
      ['history_request', { hist_access_type: 'range', session: 0, start: 1, stop: 3, output: false, raw: true }],
      ['history_request', { hist_access_type: 'search', pattern: '*a*', unique: true, output: false, raw: true }],
      ['connect_request'],
      ['comm_info_request', { target_name: 'none' }],
      // As a client with a defect sends them: answered all the same.
      ['inspect_request'],
      ['complete_request'],
      ['is_complete_request'],
      ['history_request'],
    ];
    for (const [type, content] of requests) await client.request('shell', type, content);
    const comm = { comm_id: 'c-1', target_name: 'jupyter.widget', data: {} };
    const opened = await client.send('shell', 'comm_open', comm);
    await client.find(({ message }) => message.header.msg_type === 'comm_close' && message.parent.msg_id === opened && message.content.comm_id === 'c-1');
    for (const type of ['comm_msg', 'comm_close']) await client.send('shell', type, comm);

    for (const type of ['interrupt_request', 'create_subshell_request', 'delete_subshell_request', 'list_subshell_request']) await client.request('control', type);
    await client.request('control', 'debug_request', { type: 'request', seq: 7, command: 'debugInfo', arguments: {} });
    await client.request('control', 'shutdown_request', { restart: false });
    await client.find(({ channel, message }) => channel === 'iopub' && message.header.msg_type === 'shutdown_reply');

    expect(client.received.flatMap(mistakes)).toEqual([]);
    expect([...new Set(kinds(client.received))].sort()).toEqual(Object.keys(contents).sort());
  });

  it('is checked by a specification that finds what is missing and what is too much', () => {
    const { channel, message } = client.received.find((one) => one.message.header.msg_type === 'kernel_info_reply')!;
    const { banner: _, ...less } = message.content;
    expect(mistakes({ channel, message: { ...message, content: less } })[0]).toContain('banner');
    expect(mistakes({ channel, message: { ...message, content: { ...message.content, extra: 1 } } })[0]).toContain('extra');
    expect(mistakes({ channel: 'iopub', message })).toEqual(['iopub kernel_info_reply is no message of the specification']);
  });

  it('says the ids of one session, each once, and the name of its user', () => {
    const headers = client.received.map(({ message }) => message.header);
    expect(new Set(headers.map(({ session }) => session)).size).toBe(1);
    expect(new Set(headers.map(({ msg_id }) => msg_id)).size).toBe(headers.length);
  });

  it('is busy before all that belongs to a request and idle behind it', () => {
    const byRequest = new Map<string, string[]>();
    for (const { channel, message } of client.received) {
      const { msg_id: id } = message.parent;
      if (channel !== 'iopub' || id === undefined) continue;
      byRequest.set(id, [...(byRequest.get(id) ?? []), message.content.execution_state ?? message.header.msg_type]);
    }
    expect(byRequest.size).toBeGreaterThan(30);
    for (const [, all] of byRequest) {
      expect([all[0], all.at(-1)]).toEqual(['busy', 'idle']);
      expect(all.slice(1, -1)).not.toContain('idle');
    }
  });
});

const wrongKey = '0'.repeat(64);
describe('a message that is not signed with the key', () => {
  it.each<[Channel & ('shell' | 'control' | 'stdin'), string]>([
    ['shell', 'execute_request'],
    ['control', 'shutdown_request'],
    ['stdin', 'input_reply'],
  ])('on %s is rejected and counted; the next one is answered', async (channel, type) => {
    const signed = await startKernel();
    const right = new RawClient(signed.connection);
    const wrong = new RawClient(signed.connection, { key: wrongKey });
    try {
      const asking = channel === 'stdin' ? await right.send('shell', 'execute_request', { code: 'prompt("?")', allow_stdin: true }) : undefined;
      if (asking) await right.find(({ channel: from }) => from === 'stdin');
      for (let i = 0; i < 2; i++) await wrong.send(channel, type, { code: 'globalThis.broken = true', value: 'forged' });
      while (!signed.errors().includes('(2 so far)')) await new Promise((resolve) => setImmediate(resolve));
      expect(signed.errors()).toContain(`a message on the ${channel} channel was rejected (1 so far): The signature is wrong.`);
      if (asking) {
        await right.answer(asking, 'honest');
        const whole = await right.whole(asking);
        expect(whole.find(({ message }) => message.header.msg_type === 'execute_result')!.message.content.data['text/plain']).toBe("'honest'");
      }
      const { outputs } = await right.execute('typeof (globalThis as any).broken');
      expect(outputs[0]!.content.data['text/plain']).toBe("'undefined'");
    } finally {
      wrong.close();
      right.close();
      await signed.stop();
    }
  });

  it('by another digest than the connection names is none of ours', async () => {
    const signed = await startKernel({ signature_scheme: 'hmac-sha512' });
    const right = new RawClient(signed.connection);
    const wrong = new RawClient(signed.connection, { signature_scheme: 'hmac-sha256' });
    try {
      await wrong.send('shell', 'kernel_info_request');
      while (!signed.errors().includes('(1 so far)')) await new Promise((resolve) => setImmediate(resolve));
      expect(await right.request('shell', 'kernel_info_request')).toMatchObject({ status: 'ok' });
    } finally {
      wrong.close();
      right.close();
      await signed.stop();
    }
  });
});

describe('the welcome on iopub', () => {
  it('goes to every client, and names its own subscription', async () => {
    const welcomed = await startKernel();
    const clients = ['', 'stream', ''].map((topic) => new RawClient(welcomed.connection, { topic }));
    try {
      for (const [i, subscription] of ['', 'stream', ''].entries()) {
        await clients[i]!.find(({ message }) => message.header.msg_type === 'iopub_welcome' && message.content.subscription === subscription && Object.keys(message.parent).length === 0);
      }
    } finally {
      for (const one of clients) one.close();
      await welcomed.stop();
    }
  });
});

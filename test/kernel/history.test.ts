import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RawClient, startKernel } from './rawClient.js';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'tasklab-test-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));
const folder = (): string => join(data, 'tasklab/history');

/** A kernel with the user's Jupyter data in `data`, and a client of it. */
async function session(body: (client: RawClient) => Promise<void>, history = 'on'): Promise<void> {
  const kernel = await startKernel({ env: { JUPYTER_DATA_DIR: data, TASKLAB_HISTORY: history } });
  const client = new RawClient(kernel.connection);
  try {
    await body(client);
  } finally {
    client.close();
    await kernel.stop();
  }
}

const typed = { allow_stdin: true };
const ask = async (client: RawClient, content: object): Promise<unknown[]> => (await client.request('shell', 'history_request', { raw: true, output: false, ...content })).history;

describe('the history', () => {
  it('outlives the kernel, by the number of its session', async () => {
    await session(async (client) => {
      for (const code of ['1 + 1', 'const a = "ä\\n"', '1 + 1']) await client.execute(code, typed);
      expect(await ask(client, { hist_access_type: 'tail', n: 2, output: true })).toEqual([[1, 2, ['const a = "ä\\n"', null]], [1, 3, ['1 + 1', '2']]]);
    });
    await session(async (client) => {
      await client.execute('2 + 2', typed);
      expect(await ask(client, { hist_access_type: 'tail', n: 3 })).toEqual([[1, 2, 'const a = "ä\\n"'], [1, 3, '1 + 1'], [2, 1, '2 + 2']]);
      expect(await ask(client, { hist_access_type: 'tail', n: 2, output: true })).toEqual([[1, 3, ['1 + 1', null]], [2, 1, ['2 + 2', '4']]]);
      expect(await ask(client, { hist_access_type: 'search', pattern: '? + ?' })).toEqual([[1, 1, '1 + 1'], [1, 3, '1 + 1'], [2, 1, '2 + 2']]);
      expect(await ask(client, { hist_access_type: 'search', pattern: '1*', unique: true })).toEqual([[1, 3, '1 + 1']]);
      expect(await ask(client, { hist_access_type: 'search', pattern: '*', n: 1 })).toEqual([[2, 1, '2 + 2']]);
      for (const earlier of [1, -1]) expect(await ask(client, { hist_access_type: 'range', session: earlier, start: 2, stop: 4 })).toEqual([[1, 2, 'const a = "ä\\n"'], [1, 3, '1 + 1']]);
      for (const own of [0, 2]) expect(await ask(client, { hist_access_type: 'range', session: own, start: 1 })).toEqual([[2, 1, '2 + 2']]);
      expect(await ask(client, { hist_access_type: 'range', session: 7, start: 0 })).toEqual([]);
    });
  });

  it('is for the user alone, and of what the user typed', async () => {
    await session(async (client) => {
      await client.execute('"by a program"', { allow_stdin: false });
      await client.execute('"untold"', { ...typed, store_history: false });
      await client.execute('"silent"', { ...typed, silent: true });
      await client.execute('"typed"', typed);
      await client.execute(`"${'x'.repeat(100_000)}"`, typed);
      expect(await ask(client, { hist_access_type: 'tail', n: 9 })).toHaveLength(3);
    });
    await session(async (client) => expect(await ask(client, { hist_access_type: 'tail', n: 9 })).toEqual([[1, 2, '"typed"']]));
    expect([statSync(folder()).mode & 0o777, statSync(join(folder(), '1.jsonl')).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  it('keeps nothing where the user wants that', async () => {
    await session(async (client) => {
      await client.execute('1', typed);
      expect(await ask(client, { hist_access_type: 'tail', n: 9 })).toEqual([[1, 1, '1']]);
    }, 'off');
    expect(readdirSync(data)).toEqual([]);
  });

  it('of two kernels at once has two sessions', async () => {
    await session(async (first) => {
      await session(async (second) => {
        await Promise.all([first.execute('"first"', typed), second.execute('"second"', typed)]);
        const numbers = await Promise.all([first, second].map(async (client) => (await ask(client, { hist_access_type: 'range', session: 0, start: 0 }))[0]));
        expect(numbers.map((entry) => (entry as number[])[0]).sort()).toEqual([1, 2]);
      });
    });
  });

  it('goes on where a file is damaged or the folder cannot be made', async () => {
    mkdirSync(folder(), { recursive: true });
    writeFileSync(join(folder(), '3.jsonl'), 'not JSON\n');
    writeFileSync(join(folder(), 'notes.txt'), 'of somebody else');
    await session(async (client) => {
      await client.execute('1', typed);
      expect(await ask(client, { hist_access_type: 'tail', n: 9 })).toEqual([[4, 1, '1']]);
    });
    rmSync(data, { recursive: true });
    writeFileSync(data, '');
    await session(async (client) => {
      await client.execute('1', typed);
      expect(await ask(client, { hist_access_type: 'tail', n: 9 })).toEqual([[1, 1, '1']]);
    });
  });

  it('forgets the oldest of many sessions', async () => {
    mkdirSync(folder(), { recursive: true });
    for (let session = 1; session <= 130; session++) writeFileSync(join(folder(), `${session}.jsonl`), '[1,"old"]\n');
    await session(async (client) => void (await client.execute('1', typed)));
    const kept = readdirSync(folder()).map((name) => Number.parseInt(name)).sort((a, b) => a - b);
    expect([kept[0], kept.at(-1), kept.length]).toEqual([31, 131, 101]);
  });
});

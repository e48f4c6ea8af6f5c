import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { Session } from '../../magics/session.js';
import { UserError } from '../../runtime/error.js';
import type { Prepared } from '../../runtime/prepare/index.js';
import { startHub, type LoopbackHub } from '../hub/loopbackHub.js';
import { emotion, everything, writeData } from './data.js';

/** A folder for a program: `program.task`, what it includes and uses, and the rows of each of its tasks. */
const programs = join(import.meta.dirname, 'programs');
const folder = mkdtempSync(join(tmpdir(), 'tasklab-test-'));
let hub: LoopbackHub;

beforeAll(async () => {
  await writeData(folder);
  hub = await startHub(join(folder, 'hub'));
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  for (const [name, value] of Object.entries({ HF_HOME: join(folder, 'cache'), HF_HUB_CACHE: undefined, HF_TOKEN: undefined, HF_HUB_OFFLINE: undefined, HF_ENDPOINT: hub.url })) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

/** The notebook's own. */
const variables: Readonly<Record<string, unknown>> = { notebookVariable: emotion, everything };

/** The rows of every task with the record that each is made of, what was dropped and why, and what else is said. */
async function result(name: string): Promise<string> {
  const session = new Session({ folder, home: join(folder, 'home'), scope: (variable) => variables[variable] });
  const text = readFileSync(join(programs, name, 'program.task'), 'utf8');
  const { names, diagnostics } = await session.declare({ name: 'program.task', text, lineOffset: 0 });
  const lines = diagnostics.map(({ severity, code, span }) => `${severity} ${code}: ${text.slice(span.start, span.end)}`);
  for (const { name: task } of names.filter(({ kind }) => kind === 'task')) {
    lines.push('', `task ${task}`);
    try {
      const { train, dropped, counts } = await session.prepare(task, {});
      expectAccounted(counts, dropped, train);
      for (const { id: _, record, ...row } of train.withOrigin()) lines.push(`${record} ${JSON.stringify(row)}`);
      for (const { count, column, reason } of dropped) lines.push(`${count} dropped: ${column ? `${column}: ` : ''}${reason}`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      lines.push(`${error.code}: ${error.message}`);
    }
  }
  return `${lines.join('\n').trimStart()}\n`;
}

/** What could have become a row is a row or a drop, and every record is one that has rows or the reason of some drop. */
function expectAccounted({ records, records_with_rows: withRows, candidates, rows, train, test }: Prepared['counts'], dropped: Prepared['dropped'], made: Prepared['train']): void {
  const drops = dropped.reduce((sum, { count }) => sum + count, 0);
  expect(rows + drops).toBe(candidates);
  expect([train.rows + test.rows, made.length]).toEqual([rows, rows]);
  expect(new Set([...made.withOrigin()].map(({ record }) => record)).size).toBe(withRows);
  expect(drops).toBeGreaterThanOrEqual(records - withRows);
}

it.each(readdirSync(programs))('%s gives the rows that it says', async (name) => {
  const at = join(programs, name, 'rows.txt');
  const found = await result(name);
  if (process.env['UPDATE'] === '1') writeFileSync(at, found);
  expect(existsSync(at) ? readFileSync(at, 'utf8') : '').toBe(found);
});

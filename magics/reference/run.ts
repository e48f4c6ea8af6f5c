import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printDiagnostic } from '../../dsl/index.js';
import { UserError } from '../../runtime/error.js';
import { ProgramError } from '../programError.js';
import { Session } from '../session.js';
import { prelude } from './examples.js';
import type { RunExample } from './page.js';

/** Runs the reference's examples in a folder that has its data: rows and drops of every task, or the message that is asked for. */
export async function withExamples<T>(folder: string, work: (run: RunExample) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'tasklab-reference-'));
  try {
    return await work(async (program, shows) => {
      const session = new Session({ folder, home, params: shows === 'type/parameter' ? { limit: 'many' } : {} });
      if (!program.includes('from file "data/reviews')) await session.declare({ name: 'data.task', text: prelude, lineOffset: 0 }, {});
      return shows === undefined ? rowsOf(session, program) : messageOf(session, program, shows);
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function messageOf(session: Session, text: string, code: string): Promise<string> {
  const { own } = await session.examine({ name: 'example.task', text, lineOffset: 0 });
  const found = own.find((diagnostic) => diagnostic.code === code);
  if (!found) throw new Error(`The example of ${code} shows ${own.map((one) => one.code).join(', ') || 'nothing'}.`);
  return printDiagnostic(found);
}

async function rowsOf(session: Session, text: string): Promise<string> {
  const { names, diagnostics } = await session.declare({ name: 'example.task', text, lineOffset: 0 });
  if (diagnostics.length > 0) throw new ProgramError(diagnostics);
  const tasks = names.filter(({ kind }) => kind === 'task').map(({ name }) => name);
  const parts = await Promise.all(tasks.map(async (task) => [...(tasks.length > 1 ? [`${task}:`] : []), ...(await linesOf(session, task))].join('\n')));
  return parts.join('\n');
}

async function linesOf(session: Session, task: string): Promise<string[]> {
  try {
    const { train, dropped } = await session.prepare(task, {});
    return [...Array.from(train, (row) => JSON.stringify(row)), ...dropped.map(({ count, column, reason }) => `${count} dropped: ${column === undefined ? '' : `${column}: `}${reason}`)];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.toLines();
  }
}

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ProgramError } from '../../magics/programError.js';
import { Session } from '../../magics/session.js';

interface Cell {
  readonly id: string;
  readonly cell_type: string;
  readonly source: readonly string[];
  readonly outputs?: readonly unknown[];
  readonly execution_count?: number | null;
}

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFile(join(root, path), 'utf8');
const notebook = JSON.parse(await read('notebooks/quickstart.ipynb')) as { nbformat: number; nbformat_minor: number; metadata: { kernelspec: unknown }; cells: readonly Cell[] };
const readme = await read('README.md');
const blocks = [...readme.matchAll(/^```\w*\n([^]*?)^```/gm)].map(([, text]) => text!);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'programs-'));
  await cp(join(root, 'notebooks/data/messages'), join(folder, 'notebooks/data/messages'), { recursive: true });
  await writeFile(join(folder, 'reviews.csv'), 'review,rating\nfine,good\ndull,bad\n');
});
afterAll(() => rm(folder, { recursive: true }));

/** What a program is told when it is declared in a folder; nothing where it is right. */
async function mistakes(text: string, name: string, where: string): Promise<readonly string[]> {
  try {
    const { diagnostics } = await new Session({ folder: where, home: join(folder, 'home') }).declare({ name, text, lineOffset: 0 });
    return diagnostics.map(({ message }) => message);
  } catch (error) {
    if (error instanceof ProgramError) return error.toLines();
    throw error;
  }
}

describe('the README', () => {
  const program = blocks.find((block) => block.startsWith('dataset '))!;

  test('shows a program without mistakes', async () => {
    expect(await mistakes(program, 'support.task', folder)).toEqual([]);
  });

  test('shows what is said of a mistake as it is said', async () => {
    const shown = blocks.find((block) => block.startsWith('support.task:'))!;
    expect((await mistakes(program.replace('label = topic ', 'label = topci '), 'support.task', folder)).join('\n')).toBe(shown.trimEnd());
  });

  test('names files that there are', async () => {
    const named = [...readme.matchAll(/\]\(([^):]+)\)/g)].map(([, path]) => path!);
    expect(named.length).toBeGreaterThan(3);
    for (const path of named) await expect(readFile(join(root, path)), path).resolves.toBeDefined();
  });
});

describe('the quickstart', () => {
  test('is a notebook of this kernel, without outputs and with an id for each cell', () => {
    expect(notebook).toMatchObject({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec: { name: 'tasklab', language: 'typescript' } } });
    expect(new Set(notebook.cells.map(({ id }) => id)).size).toBe(notebook.cells.length);
    for (const { id, outputs, execution_count: count } of notebook.cells.filter(({ cell_type: type }) => type === 'code')) expect({ id, outputs, count }).toEqual({ id, outputs: [], count: null });
  });

  test('suggests programs that are right', async () => {
    const prose = notebook.cells.filter(({ cell_type: type }) => type === 'markdown').map(({ source }) => source.join('')).join('\n');
    const programs = [...prose.matchAll(/`((?:dataset|task|training) \w+[^`]+)`/g)].map(([, text]) => text!);
    expect(programs.length).toBeGreaterThan(0);
    for (const program of programs) expect(await mistakes(program, 'cell', folder), program).toEqual([]);
  });

  test('has a task whose every part does something: answers that are missing, ties and short messages all drop records', async () => {
    const session = new Session({ folder: join(root, dirname('notebooks/quickstart.ipynb')), home: join(folder, 'home') });
    for (const { id, source } of notebook.cells) {
      const [magic, ...lines] = source;
      if (magic === '%%task\n') await session.declare({ name: id, text: lines.join(''), lineOffset: 1 });
    }
    const { dropped } = await session.prepare('topic_task', { trainSize: 0.8, seed: 42 });
    expect(dropped.map(({ reason }) => reason).sort()).toEqual(['no submitted answer to "topic"', 'tie in "topic"', 'where length(text) >= 30']);
  });
});

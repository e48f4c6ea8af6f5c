import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { executeNotebook, installKernelspec, notebookText, parseNotebook, readNotebook, withParameters, type Notebook, type NotebookOutput } from '../../dist/kernel/client/index.js';
import { pythonWith } from './session.js';

const folder = mkdtempSync(join(tmpdir(), 'tasklab-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const code = (source: string, ...tags: string[]) => ({ cell_type: 'code', metadata: tags.length > 0 ? { tags } : {}, execution_count: null, outputs: [], source });
const notebook = (...cells: object[]): Notebook =>
  parseNotebook(JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: cells.map((cell, i) => ({ id: `c${i}`, ...cell })) }), 'made.ipynb');
const none = { cwd: folder, handler: '' };

/** Every rule by which outputs reach a notebook. */
const rich = notebook(
  { cell_type: 'markdown', metadata: {}, source: '# Title\nText' },
  code('console.log(1); console.log(2);\nconsole.error(3); console.log(4)'),
  code("import { newDisplay } from 'tslab';\nconst place = newDisplay(); place.text('first'); place.text('second'); 7"),
  code("place.html('<b>third</b>')"),
  code('  '),
  code('1', 'skip-execution'),
  code("throw new Error('expected')", 'raises-exception'),
  code('display([1, 2]); undefined'),
);

describe('executeNotebook', () => {
  it('collects outputs cell by cell', async () => {
    const { cells } = await executeNotebook(rich, none);
    expect(cells[1]!.outputs).toEqual([
      { output_type: 'stream', name: 'stdout', text: '1\n2\n' },
      { output_type: 'stream', name: 'stderr', text: '3\n' },
      { output_type: 'stream', name: 'stdout', text: '4\n' },
    ]);
    expect(cells[2]!.outputs).toMatchObject([
      { output_type: 'display_data', data: { 'text/html': '<b>third</b>' } },
      { output_type: 'execute_result', execution_count: 2, data: { 'text/plain': '7' } },
    ]);
    expect(cells[6]!.outputs).toMatchObject([{ output_type: 'error', ename: 'Error', evalue: 'expected' }]);
    expect(cells.map((cell) => cell.execution_count)).toEqual([undefined, 1, 2, 3, null, null, 4, 5]);
  });

  it('writes the same file for the same notebook', async () => {
    const [a, b] = await Promise.all([executeNotebook(rich, none), executeNotebook(rich, none)]);
    expect(notebookText(a)).toBe(notebookText(b));
  });

  it('stops at the first cell that fails, and hands over what ran', async () => {
    const failed = executeNotebook(notebook(code('1'), code("throw new TypeError('bad')"), code('2')), none);
    await expect(failed).rejects.toMatchObject({ code: 'notebook/cell-failed', index: 1, error: { ename: 'TypeError', evalue: 'bad' } });
    const { notebook: partial } = (await failed.catch((error: unknown) => error)) as { notebook: Notebook };
    expect(partial.cells.map((cell) => cell.execution_count)).toEqual([1, 2, null]);
  });

  it('goes on where errors are allowed', async () => {
    const { cells } = await executeNotebook(notebook(code("throw new TypeError('bad')"), code('2')), { ...none, allowErrors: true });
    expect(cells[1]!.outputs).toMatchObject([{ data: { 'text/plain': '2' } }]);
  });

  it('sets parameters behind the cell that has their defaults', async () => {
    const { cells } = await executeNotebook(notebook(code('let rate = 1; let name = "a"', 'parameters'), code('[rate, name]')), { ...none, parameters: { rate: 0.5, name: 'b "c"' } });
    expect(cells[1]).toMatchObject({ metadata: { tags: ['injected-parameters'] } });
    expect(cells[2]!.outputs).toMatchObject([{ data: { 'text/plain': `[ 0.5, 'b "c"' ]` } }]);
  });

  it('is interrupted by its signal', async () => {
    const stop = new AbortController();
    const run = executeNotebook(notebook(code('1'), code("console.log('runs'); while (true) {}"), code('2')), { ...none, signal: stop.signal, onOutput: (output) => output.output_type === 'stream' && stop.abort() });
    await expect(run).rejects.toMatchObject({ code: 'notebook/interrupted', notebook: { cells: [{ execution_count: 1 }, { outputs: [{ text: 'runs\n' }, { ename: 'KeyboardInterrupt' }] }, { outputs: [] }] } });
  });
});

describe('withParameters', () => {
  it('replaces what an earlier run put there, and refuses what is no name', () => {
    const twice = withParameters(withParameters(notebook(code('1')), { a: 1 }), { b: [null, { c: 'd' }] });
    expect(twice.cells.map((cell) => cell.source)).toEqual(['// Parameters\nlet b = [null,{"c":"d"}];', '1']);
    expect(() => withParameters(notebook(), { 'not a name': 1 })).toThrow(/"not a name"/);
  });
});

describe('readNotebook', () => {
  const file = (text: string): string => {
    const path = join(folder, 'read.ipynb');
    writeFileSync(path, text);
    return path;
  };

  it.each([
    ['not JSON', 'hello', /it is not JSON/],
    ['a list', '[]', /not a JSON object/],
    ['other JSON', '{}', /no "nbformat"/],
    ['an old format', '{"nbformat": 3, "worksheets": []}', /its format is 3/],
    ['no cells', '{"nbformat": 4}', /no list of "cells"/],
    ['a broken cell', '{"nbformat": 4, "cells": [{"cell_type": "code", "source": 5}]}', /cell 1 has no text/],
    ['broken outputs', '{"nbformat": 4, "cells": [{"cell_type": "code", "source": "", "outputs": [1]}]}', /cell 1 has broken "outputs"/],
  ])('refuses %s', async (_, text, message) => {
    await expect(readNotebook(file(text))).rejects.toMatchObject({ code: 'notebook/not-a-notebook', message: expect.stringMatching(message) });
  });

  it('names a file that is not there', async () => {
    await expect(readNotebook(join(folder, 'none.ipynb'))).rejects.toMatchObject({ code: 'notebook/not-found' });
  });

  it('keeps what it reads', async () => {
    const source = { cells: [{ attachments: {}, cell_type: 'markdown', id: 'a', metadata: { x: 1 }, source: ['a\n', 'b'] }], metadata: { other: true }, nbformat: 4, nbformat_minor: 5 };
    const text = `${JSON.stringify(source, null, 1)}\n`;
    expect(notebookText(await readNotebook(file(text)))).toBe(text);
  });
});

const python = pythonWith('nbclient');
const script = `
import sys, nbformat, nbclient
nb = nbformat.read(sys.argv[1], 4)
nbclient.NotebookClient(nb, kernel_name='tasklab', record_timing=False).execute()
nbformat.write(nb, sys.argv[2])
`;

/** nbclient keeps each message of a stream; how many there are is a matter of time. */
const joined = (outputs: readonly NotebookOutput[] = []): NotebookOutput[] =>
  outputs.reduce<NotebookOutput[]>((all, output) => {
    const last = all.at(-1);
    if (last?.output_type !== 'stream' || output.output_type !== 'stream' || last.name !== output.name) return [...all, output];
    return [...all.slice(0, -1), { ...last, text: last.text + output.text }];
  }, []);

describe('beside nbclient', () => {
  it('gives the same outputs, read and written by nbformat', async ({ skip }) => {
    if (!python) return skip('no Python with nbclient (npm test makes one; TASKLAB_TEST_PYTHON names another)');
    await installKernelspec({ prefix: folder });
    const [from, to] = [join(folder, 'in.ipynb'), join(folder, 'out.ipynb')];
    writeFileSync(from, notebookText(rich));
    const { status, stderr } = spawnSync(python, ['-c', script, from, to], {
      cwd: folder,
      env: { ...process.env, JUPYTER_PATH: join(folder, 'share', 'jupyter') },
      timeout: 60_000,
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    const [theirs, ours] = [await readNotebook(to), await executeNotebook(rich, none)];
    expect(ours.cells).toEqual(theirs.cells.map((cell) => (cell.outputs ? { ...cell, outputs: joined(cell.outputs) } : cell)));
    expect(ours.metadata['language_info']).toEqual(theirs.metadata['language_info']);
  });
});

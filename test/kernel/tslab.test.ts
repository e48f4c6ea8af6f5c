import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { executeNotebook, readNotebook, type Notebook, type NotebookOutput } from '../../dist/kernel/client/index.js';
import { pythonWith } from './session.js';

const notebook = fileURLToPath(new URL('../fixtures/tslab/display.ipynb', import.meta.url));
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tasklab-test-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Cells that end otherwise in tslab, by their text. */
const defects: Record<string, string> = {
  null: 'tslab takes null for no result.',
  'const { versions } = tslab;': 'tslab refuses a variable whose type its package does not export, and says so on stderr, not as an error.',
};

const python = pythonWith('nbclient');
const script = `
import sys, nbformat, nbclient
nb = nbformat.read(sys.argv[1], 4)
nbclient.NotebookClient(nb, kernel_name='tslab', record_timing=False, allow_errors=True).execute()
nbformat.write(nb, sys.argv[2])
`;

/** The notebook as tslab runs it, in a folder where its import is found. */
async function byTslab(python: string): Promise<Notebook> {
  const kernelspec = join(folder, 'share/jupyter/kernels/tslab');
  mkdirSync(kernelspec, { recursive: true });
  // As `tslab install` writes it.
  const argv = [process.execPath, createRequire(import.meta.url).resolve('tslab/bin/tslab'), 'kernel', '--config-path', '{connection_file}'];
  writeFileSync(join(kernelspec, 'kernel.json'), JSON.stringify({ argv, display_name: 'TypeScript', language: 'typescript' }));
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
  const env = { ...process.env, JUPYTER_PATH: join(folder, 'share/jupyter') };
  const { status, stderr } = spawnSync(python, ['-c', script, notebook, join(folder, 'tslab.ipynb')], { cwd: folder, env, timeout: 100_000, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return readNotebook(join(folder, 'tslab.ipynb'));
}

/** What a reader of the notebook sees, cell by cell. */
const shown = ({ cells }: Notebook): [string, readonly NotebookOutput[]][] => cells.flatMap(({ source, outputs }) => (outputs ? [[source, outputs]] : []));

const functions = ['javascript', 'html', 'markdown', 'latex', 'svg', 'png', 'jpeg', 'gif', 'pdf', 'text', 'raw'];

describe('a notebook written for tslab', () => {
  it('calls every function that tslab gives', async () => {
    const tslab = createRequire(import.meta.url)('tslab') as { display: object };
    expect(Object.getOwnPropertyNames(Object.getPrototypeOf(tslab.display)).filter((name) => name !== 'constructor')).toEqual(functions);
    const text = shown(await readNotebook(notebook)).map(([source]) => source).join('\n');
    for (const name of functions) expect(text).toMatch(new RegExp(`display\\.${name}\\([^]*(place|left|right|progress|empty)\\.${name}\\(`));
  });

  it('shows here what it shows there', async ({ skip }) => {
    if (!python) return skip('no Python with nbclient (npm test makes one; TASKLAB_TEST_PYTHON names another)');
    const theirs = await byTslab(python);
    const ours = await executeNotebook(await readNotebook(notebook), { cwd: folder, handler: '' });
    const isDefect = ([source]: [string, unknown]): boolean => Object.keys(defects).some((text) => source === text || source.endsWith(`\n${text}`));
    const common = (cells: ReturnType<typeof shown>) => cells.filter((cell) => !isDefect(cell));
    expect(common(shown(ours))).toEqual(common(shown(theirs)));
    expect(shown(ours).filter(isDefect).map(([, outputs]) => outputs)).toMatchObject([[{ data: { 'text/plain': 'null' } }], [{ text: '3\n' }]]);
    // Where tslab became better, its cell belongs to the rest.
    expect(shown(theirs).filter(isDefect).map(([, outputs]) => outputs)).toMatchObject([[], [{ name: 'stderr', text: expect.stringMatching(/cannot be named/) }]]);
  });
});

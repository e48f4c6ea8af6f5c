import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { pythonWith } from '../kernel/session.js';
import { root, tasklab, workFolder } from './tasklab.js';

const python = pythonWith('nbclient');
const folder = workFolder();
const jupyterPath = join(folder, 'share/jupyter');

/** Runs one of the tests' Python scripts, with the kernel of `folder` and a home of its own. */
async function script(name: string, args: readonly string[] = []): Promise<string> {
  const env = { ...process.env, JUPYTER_PATH: jupyterPath, TASKLAB_HOME: join(folder, '.tasklab-jupyter') };
  const { stdout } = await promisify(execFile)(python!, [join(root, 'test/python', name), ...args], { cwd: folder, env, timeout: 110_000, maxBuffer: 2 ** 26 });
  return stdout;
}

interface Output {
  readonly output_type: string;
  readonly name?: string;
  readonly text?: string | readonly string[];
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What each code cell shows as text: streams joined, since how many messages one takes is a matter of time. */
function shown(path: string): string[][] {
  const { cells } = JSON.parse(readFileSync(path, 'utf8')) as { cells: { cell_type: string; outputs?: Output[] }[] };
  const text = (value: unknown): string => (Array.isArray(value) ? value.join('') : String(value));
  return cells
    .filter((cell) => cell.cell_type === 'code')
    .map(({ outputs = [] }) => [
      ...['stdout', 'stderr'].map((name) => `${name}: ${outputs.filter((output) => output.name === name).map((output) => text(output.text)).join('')}`),
      ...outputs.filter(({ output_type: type }) => type !== 'stream').map((output) => `${output.output_type} [${Object.keys(output.data ?? {}).sort().join()}]\n${text(output.data?.['text/plain'])}`),
    ]);
}

describe('kernel install, in the shell', () => {
  it('installs, takes out, and says so', async () => {
    const prefix = join(workFolder(), 'venv');
    const installed = await tasklab(folder, ['kernel', 'install', '--prefix', prefix]);
    const place = join(prefix, 'share/jupyter/kernels/tasklab');
    expect(installed).toMatchObject({ status: 0, stderr: '' });
    expect(installed.stdout).toContain(place);
    expect(existsSync(join(place, 'kernel.json'))).toBe(true);
    const extension = join(prefix, 'share/jupyter/labextensions/tasklab');
    expect(installed.stdout).toContain(extension);
    const { jupyterlab } = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8')) as { jupyterlab: { _build: { load: string } } };
    expect(existsSync(join(extension, jupyterlab._build.load))).toBe(true);
    expect(readdirSync(join(extension, 'static'))).toContain('plotly.min.js');
    expect(await tasklab(folder, ['kernel', 'uninstall', '--prefix', prefix])).toMatchObject({ status: 0, stdout: expect.stringContaining(place) });
    for (const kind of ['kernels', 'labextensions']) expect(readdirSync(join(prefix, 'share/jupyter', kind))).toEqual([]);
    expect(await tasklab(folder, ['kernel', 'uninstall', '--prefix', prefix])).toMatchObject({ status: 0, stdout: expect.stringContaining('no kernel') });
  });

  it('says where it may not write, and leaves nothing', async () => {
    const prefix = join(workFolder(), 'read-only');
    mkdirSync(prefix);
    chmodSync(prefix, 0o555);
    // Root writes into read-only folders: only a file in the way stops it.
    const blocked = process.getuid?.() === 0 ? join(prefix, 'file') : prefix;
    if (blocked !== prefix) writeFileSync(blocked, '');
    const { status, stdout, stderr } = await tasklab(folder, ['kernel', 'install', '--prefix', blocked]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('error kernel/not-installed');
    expect(stderr).toContain(blocked);
    expect(stderr).toContain('--prefix');
    expect(readdirSync(prefix)).toEqual(blocked === prefix ? [] : ['file']);
  });

  it('says so too where nobody makes folders', async ({ skip }) => {
    skip(process.platform !== 'linux', 'only Linux has /proc');
    expect(await tasklab(folder, ['kernel', 'install', '--prefix', '/proc/nowhere'])).toMatchObject({ status: 1, stderr: expect.stringContaining('/proc/nowhere') });
  });
});

describe('stock Jupyter', () => {
  beforeEach(async (context) => {
    context.skip(python === undefined, 'no Python with nbclient (npm test makes one; TASKLAB_TEST_PYTHON names another)');
    const { status, stderr } = await tasklab(folder, ['kernel', 'install', '--prefix', folder]);
    expect(status, stderr).toBe(0);
  });

  it('executes the quickstart by nbclient, with the outputs of tasklab run', async () => {
    cpSync(join(root, 'notebooks/data'), join(folder, 'data'), { recursive: true });
    cpSync(join(root, 'notebooks/quickstart.ipynb'), join(folder, 'quickstart.ipynb'));
    await script('run_notebook.py', [join(folder, 'quickstart.ipynb'), join(folder, 'theirs.ipynb')]);
    const ran = await tasklab(folder, ['run', 'quickstart.ipynb', '-o', 'ours.ipynb']);
    expect(ran.status, ran.stderr).toBe(0);
    const theirs = shown(join(folder, 'theirs.ipynb'));
    expect(theirs.length).toBeGreaterThan(5);
    expect(theirs.flat().filter((output) => output.startsWith('error'))).toEqual([]);
    expect(theirs).toEqual(shown(join(folder, 'ours.ipynb')));
  });

  it('talks to the kernel by jupyter_client: its name, errors at their lines, an interrupt that keeps variables', async () => {
    const seen = JSON.parse(await script('drive_kernel.py'));
    expect(seen.spec).toMatchObject({ display_name: 'TypeScript (tasklab)', language: 'typescript', interrupt_mode: 'message' });
    expect(seen.info).toMatchObject({ status: 'ok', protocol_version: expect.stringMatching(/^5\./), implementation: 'tasklab', language_info: { name: 'typescript', file_extension: '.ts' } });
    expect(seen.set).toMatchObject({ status: 'ok', result: '41' });

    const traceback = (cell: { traceback: string[] }): string => stripVTControlCharacters(cell.traceback.join('\n'));
    expect(seen.type_error).toMatchObject({ status: 'error', evalue: expect.stringContaining("Type 'string' is not assignable to type 'number'") });
    expect(traceback(seen.type_error)).toContain("2 | const wrong: number = 'text';");
    expect(seen.thrown).toMatchObject({ status: 'error', ename: 'RangeError', evalue: 'too far' });
    expect(traceback(seen.thrown)).toMatch(/outer.*:2:/);
    expect(traceback(seen.thrown)).toMatch(/:4:1\b/);

    expect(seen.interrupted).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    expect(seen.after).toMatchObject({ status: 'ok', result: '42' });
  });

  it('serves jupyter console in a terminal: several lines, completion, mistakes, Ctrl-C, the end', async ({ skip }) => {
    skip(pythonWith('jupyter_console, pexpect') === undefined, 'no Python with jupyter_console and pexpect (npm test makes one; TASKLAB_TEST_PYTHON names another)');
    const seen = JSON.parse(await script('drive_console.py'));
    expect(seen).toMatchObject({ banner: expect.stringContaining('TypeScript on Node'), result: '42', several_lines: '82', completed: "'41.0'", after: '41', exit: 0 });
    expect(seen.mistake).toContain("1 | const wrong: number = 'text';");
    expect(seen.mistake).toContain("Type 'string' is not assignable to type 'number'.");
    expect(seen.interrupted).toContain('KeyboardInterrupt');
  });
});

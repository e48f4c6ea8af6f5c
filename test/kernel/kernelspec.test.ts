import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { installKernelspec, kernelspecFolder, uninstallKernelspec } from '../../dist/kernel/client/index.js';
import { pythonWith } from './session.js';

const prefix = mkdtempSync(join(tmpdir(), 'tasklab-test-'));
afterAll(() => rmSync(prefix, { recursive: true, force: true }));

describe('the kernelspec', () => {
  it('is installed below a prefix, over an earlier one, and taken out again', async () => {
    await installKernelspec({ prefix });
    const folder = await installKernelspec({ prefix });
    expect(folder).toBe(join(prefix, 'share/jupyter/kernels/tasklab'));
    expect(readdirSync(join(folder, '..'))).toEqual(['tasklab']);
    expect(readdirSync(folder).sort()).toEqual(['kernel.json', 'logo-32x32.png', 'logo-64x64.png', 'logo-svg.svg']);

    const spec = JSON.parse(readFileSync(join(folder, 'kernel.json'), 'utf8'));
    expect(spec).toMatchObject({ language: 'typescript', interrupt_mode: 'message' });
    const [node, entry, connection] = spec.argv;
    expect([node, entry].every((path) => isAbsolute(path) && existsSync(path))).toBe(true);
    expect(connection).toBe('{connection_file}');
    // Another user's Jupyter reads it as well.
    expect(statSync(folder).mode & 0o005).toBe(0o005);

    expect(await uninstallKernelspec({ prefix })).toBe(folder);
    expect(await uninstallKernelspec({ prefix })).toBeUndefined();
  });

  it('has logos of the sizes that Jupyter asks for', async () => {
    const folder = await installKernelspec({ prefix });
    for (const size of [32, 64]) {
      const png = readFileSync(join(folder, `logo-${size}x${size}.png`));
      expect([png.toString('latin1', 1, 4), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(['PNG', size, size]);
    }
  });

  it('says where it cannot be installed', async () => {
    await expect(installKernelspec({ prefix: '/dev/null' })).rejects.toMatchObject({ code: 'kernel/not-installed', message: expect.stringContaining('/dev/null') });
  });

  it('goes where Jupyter looks for those of the user', async ({ skip }) => {
    const python = pythonWith('jupyter_client');
    if (!python) return skip('no Python with jupyter_client (npm test makes one; TASKLAB_TEST_PYTHON names another)');
    const { stdout } = spawnSync(python, ['-c', 'from jupyter_core.paths import jupyter_data_dir; print(jupyter_data_dir())'], { encoding: 'utf8' });
    expect(kernelspecFolder()).toBe(join(stdout.trim(), 'kernels', 'tasklab'));
  });
});

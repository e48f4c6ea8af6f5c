import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { pythonWith } from '../kernel/session.js';
import { root, tasklab, workFolder } from './tasklab.js';

const python = pythonWith('jupyter_kernel_test');

describe('jupyter-kernel-test', () => {
  it('passes in full, with every optional sample', async ({ skip }) => {
    skip(python === undefined, 'no Python with jupyter-kernel-test (npm test makes one; TASKLAB_TEST_PYTHON names another)');
    const folder = workFolder();
    expect(await tasklab(folder, ['kernel', 'install', '--prefix', folder])).toMatchObject({ status: 0 });
    // The user's own history would be searched too.
    const env = { ...process.env, JUPYTER_PATH: join(folder, 'share/jupyter'), JUPYTER_DATA_DIR: join(folder, 'data'), TASKLAB_HISTORY: 'on', TASKLAB_HOME: join(folder, '.tasklab') };
    const { stdout } = await promisify(execFile)(python!, [join(root, 'test/python/kernel_test.py')], { cwd: folder, env, timeout: 110_000 });
    const { passed, skipped, failed } = JSON.parse(stdout);
    expect(failed).toEqual([]);
    expect(skipped).toEqual([]);
    expect(passed).toEqual([
      'test_clear_output', 'test_completion', 'test_display_data', 'test_error', 'test_execute_result', 'test_execute_stderr', 'test_execute_stdout',
      'test_history', 'test_inspect', 'test_is_complete', 'test_kernel_info', 'test_pager',
    ]);
  });
});

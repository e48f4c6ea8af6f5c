import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { examineMachine, type Finding } from '../../runtime/environments/doctor.js';
import { installEnvironment, type Environment } from '../../runtime/environments/index.js';
import { folder, onlyOwnPackages, tiny } from './tiny.js';

describe('the doctor', () => {
  let environment: Environment;
  let packages: string;
  onlyOwnPackages();
  beforeAll(() => void (environment = tiny('looked', ['first==1.0', 'second==1.0'])));
  const about = async (subject: string, one = environment): Promise<Finding> => (await examineMachine({ workFolder: join(folder, 'work'), environments: [one] })).find((finding) => finding.subject === subject)!;

  it('says what to do for an environment that is missing, and that nothing is wrong', async () => {
    expect(await about('environment looked')).toEqual({ subject: 'environment looked', state: 'note', found: expect.stringContaining('not installed (about 30 MB'), advice: expect.stringContaining('tasklab envs install looked') });
  });

  it('shows the versions of one that is well', async () => {
    const installed = await installEnvironment(environment);
    packages = join(installed.folder, 'lib', `python3.${/3\.(\d+)/.exec(await found())![1]}`, 'site-packages');
    expect(await about('environment looked')).toMatchObject({ state: 'good', found: expect.stringMatching(new RegExp(`${installed.python}: Python 3.*, first 1\\.0, second 1\\.0$`)) });
  });
  const found = async (): Promise<string> => (await about('environment looked')).found;

  it('finds a version that is another one than was tested', async () => {
    const other = { ...environment, variable: 'TASKLAB_PYTHON_OTHER', requirements: tiny('other', ['first==1.1', 'second==1.0']).requirements };
    process.env['TASKLAB_PYTHON_OTHER'] = (await installEnvironment(environment)).python;
    const finding = await about('environment looked', other);
    expect(finding).toMatchObject({ state: 'note', found: expect.stringContaining('first 1.0 (tested with 1.1)') });
    expect(finding.found).toContain('TASKLAB_PYTHON_OTHER');
  });

  it('finds files that are gone, packages that are gone, and an interpreter that is gone', async () => {
    rmSync(join(packages, 'second/__init__.py'));
    expect(await about('environment looked')).toMatchObject({ state: 'wrong', found: expect.stringContaining('second has lost 1 of its files'), advice: expect.stringContaining('tasklab envs install looked') });
    rmSync(join(packages, 'second-1.0.dist-info'), { recursive: true });
    expect(await about('environment looked')).toMatchObject({ state: 'wrong', found: expect.stringContaining('second missing') });
    rmSync(join(packages, '../../../bin/python'));
    expect(await about('environment looked')).toMatchObject({ state: 'wrong', found: expect.stringContaining('damaged') });
  });

  it('finds a Python of the user\'s own that is not there', async () => {
    process.env[environment.variable] = join(folder, 'nothing');
    expect(await about('environment looked')).toMatchObject({ state: 'wrong', advice: expect.stringContaining(environment.variable) });
    delete process.env[environment.variable];
  });

  it('finds a folder that cannot be written', async () => {
    process.env['TASKLAB_ENVIRONMENTS'] = '/dev/null/environments';
    expect(await about('space for environments')).toMatchObject({ state: 'wrong', found: expect.stringContaining('/dev/null'), advice: expect.stringContaining('TASKLAB_ENVIRONMENTS') });
  });

  it('knows this Node, a Python and what there is to compute on', async () => {
    expect(await about('Node')).toEqual({ subject: 'Node', state: 'good', found: process.versions.node });
    expect(await about('Python')).toMatchObject({ state: 'good', found: expect.stringMatching(/^3\.1[1-4]\.\d+, \//) });
    expect((await about('GPU')).found).not.toBe('');
  });
});

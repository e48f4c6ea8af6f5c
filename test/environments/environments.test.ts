import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { environments, environmentsFolder, pythonOf, type EnvironmentName } from '../../runtime/environments/index.js';
import { explainPip } from '../../runtime/environments/pip.js';
import { isPinned, packageName, pinOf, requirementsOf } from '../../runtime/environments/requirements.js';

afterEach(() => vi.unstubAllEnvs());

describe.each(Object.keys(environments) as EnvironmentName[])('the pins of %s', (name) => {
  it('give every package one exact version, torch first, and name no server', async () => {
    const requirements = await requirementsOf(environments[name]);
    const lines = requirements.text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    for (const line of lines) expect(line).toMatch(/^[A-Za-z0-9][\w.-]*==\d[\w.]*$/);
    expect(lines[0]).toMatch(/^torch==/);
    expect(new Set(lines.map((line) => packageName(line.split('==')[0]!))).size).toBe(lines.length);
    for (const one of environments[name].packages) expect(pinOf(requirements, one)).toBeDefined();
  });
});

describe('where environments lie', () => {
  it.each([
    [{ TASKLAB_ENVIRONMENTS: '/named' }, '/named'],
    [{ TASKLAB_ENVIRONMENTS: '', XDG_CACHE_HOME: '/own/cache' }, '/own/cache/tasklab/environments'],
    [{ TASKLAB_ENVIRONMENTS: '', XDG_CACHE_HOME: 'relative' }, join(homedir(), '.cache/tasklab/environments')],
    [{ TASKLAB_ENVIRONMENTS: '', XDG_CACHE_HOME: '' }, join(homedir(), '.cache/tasklab/environments')],
  ])('%j', (variables, folder) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    expect(environmentsFolder()).toBe(folder);
  });
});

describe('the Python of an environment', () => {
  it('that is not installed: the error says the command, the size and the time', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'tasklab-test-'));
    vi.stubEnv('TASKLAB_ENVIRONMENTS', empty);
    vi.stubEnv('TASKLAB_PYTHON', '');
    await expect(pythonOf('core')).rejects.toMatchObject({
      code: 'environment/missing',
      hint: expect.stringMatching(/tasklab envs install core.*\d+ MB.*2 minutes.*TASKLAB_PYTHON/),
    });
    rmSync(empty, { recursive: true });
  });

  it('that the user names and that is not there', async () => {
    vi.stubEnv('TASKLAB_PYTHON', '/nowhere/python');
    await expect(pythonOf('core')).rejects.toMatchObject({ code: 'environment/no-such-python', message: expect.stringContaining('/nowhere/python') });
  });

  it('that the user names and that is no Python', async () => {
    vi.stubEnv('TASKLAB_PYTHON', process.execPath);
    await expect(pythonOf('core')).rejects.toMatchObject({ code: 'environment/no-such-python' });
  });
});

describe('what pip prints', () => {
  it.each([
    ['ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device', 'environment/disk-full', 'the disk is full'],
    ["WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('…')'\nERROR: No matching distribution found for torch==2.13.0", 'environment/no-network', 'cannot be reached'],
    ['ERROR: Could not find a version that satisfies the requirement x==1.0 (from versions: 2.0)\nERROR: No matching distribution found for x==1.0', 'environment/no-package', 'has no x==1.0'],
    ["ERROR: Could not install packages due to an OSError: [Errno 30] Read-only file system: '/ro/lib'", 'environment/cannot-write', '"/ro/lib"'],
    ['error: subprocess-exited-with-error', 'environment/install-failed', 'subprocess-exited-with-error'],
    ['', 'environment/install-failed', 'was ended'],
  ])('%j is told as an error of its own', (printed, code, text) => {
    expect(explainPip(printed, environments.core)).toMatchObject({ code, message: expect.stringContaining(text) });
  });
});

describe('a version', () => {
  it.each([['2.13.0', true], ['2.13.0+cpu', true], ['2.13.01', false], ['2.13', false], ['2.13.0.post1', false]])('%s is 2.13.0: %s', (version, is) => {
    expect(isPinned(version, '2.13.0')).toBe(is);
  });
});

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { environments, findInstalled, type EnvironmentName } from '../../runtime/environments/index.js';
import { isPinned, packageName, requirementsOf } from '../../runtime/environments/requirements.js';

describe.each(Object.keys(environments) as EnvironmentName[])('the installed environment %s', (name) => {
  it('holds its pins and nothing else', async ({ skip }) => {
    const installed = await findInstalled(environments[name]);
    skip(!installed, `the environment "${name}" is not installed`);
    const frozen = execFileSync(installed!.python, ['-m', 'pip', 'list', '--format', 'freeze', '--disable-pip-version-check'], { encoding: 'utf8' });
    const found = new Map(frozen.trim().split('\n').map((line) => line.split('==') as [string, string]).map(([one, version]) => [packageName(one), version]));
    const { pins } = await requirementsOf(environments[name]);
    for (const [one, pin] of pins) {
      const version = found.get(packageName(one));
      expect(version !== undefined && isPinned(version, pin), `${one} is ${version}, and ${pin} is pinned`).toBe(true);
    }
    const wanted = new Set([...pins.keys()].map(packageName));
    // pip itself, and the parts of CUDA that a torch for GPUs pins itself.
    expect([...found.keys()].filter((one) => !wanted.has(one) && !/^(pip|triton|nvidia-.*|cuda-.*)$/.test(one))).toEqual([]);
  });
});

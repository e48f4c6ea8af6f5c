import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { scrub } from '../../../runtime/launch/environment.js';
import { identify, isAlive } from '../../../runtime/launch/identity.js';

it('knows a process from a dead one and from a later one of the same number', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  const identity = identify(child.pid!)!;
  expect(isAlive(identity)).toBe(true);
  expect(isAlive({ ...identity, started: 'another time' })).toBe(false);
  expect(isAlive({ ...identity, host: 'another machine' })).toBe(false);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
  expect(identify(child.pid!)).toBeUndefined();
});

it('lets through only what is known to be harmless, and what a framework names', () => {
  const from = { PATH: '/bin', LC_ALL: 'C', HF_TOKEN: 'hf_secret', ARGILLA_API_KEY: 'secret', NODE_OPTIONS: '--require x', LD_PRELOAD: 'x', CUDA_VISIBLE_DEVICES: '0' };
  expect(scrub(from)).toEqual({ PATH: '/bin', LC_ALL: 'C', CUDA_VISIBLE_DEVICES: '0', OMP_WAIT_POLICY: 'PASSIVE', GOMP_SPINCOUNT: '0' });
  expect(scrub(from, ['HF_TOKEN'])).toMatchObject({ HF_TOKEN: 'hf_secret' });
});

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findInstalled, installEnvironment, removeEnvironment, type InstallProgress } from '../../runtime/environments/index.js';
import { cache, cached, folder, notes, onlyOwnPackages, processes, tiny } from './tiny.js';

const root = join(import.meta.dirname, '../..');

describe('an environment', { timeout: 300_000 }, () => {
  onlyOwnPackages();
  afterEach(() => rmSync(cache, { recursive: true, force: true }));

  it('holds exactly its pins, says how far it is, and its scripts work where it lies', async () => {
    const environment = tiny('good', ['first==1.0', 'second==1.0']);
    const said: InstallProgress[] = [];
    const { folder: place, python, whole } = await installEnvironment(environment, { report: (one) => said.push(one) });
    expect(whole).toBe(true);
    expect(cached()).toEqual([expect.stringMatching(/^good-[0-9a-f]{12}$/)]);
    const frozen = execFileSync(python, ['-m', 'pip', 'list', '--format', 'freeze', '--disable-pip-version-check'], { encoding: 'utf8' });
    expect(frozen.trim().split('\n').filter((line) => !/^(pip|setuptools)=/.test(line))).toEqual(['first==1.0', 'second==1.0']);
    expect(execFileSync(join(place, 'bin/first-says'), { encoding: 'utf8' })).toBe('first 1.0\n');
    expect(execFileSync('bash', ['-c', `. ${place}/bin/activate && command -v python && echo $VIRTUAL_ENV`], { encoding: 'utf8' })).toBe(`${place}/bin/python\n${place}\n`);
    expect(said.map(({ step }) => step)).toEqual(expect.arrayContaining(['environment', 'find', 'install', 'check']));
    expect(said.filter(({ step }) => step === 'find').at(-1)).toMatchObject({ done: 2, total: 2 });
    expect(said.filter(({ step }) => step === 'install').at(-1)).toMatchObject({ done: 2, total: 2 });

    // A second time there is nothing to do.
    const again = vi.fn();
    expect(await installEnvironment(environment, { report: again })).toEqual({ folder: place, python, whole });
    expect(again).not.toHaveBeenCalled();

    // A damaged one is made anew.
    rmSync(python);
    expect(await findInstalled(environment)).toMatchObject({ folder: place, whole: false });
    expect(await installEnvironment(environment)).toEqual({ folder: place, python, whole });
    expect(execFileSync(join(place, 'bin/first-says'), { encoding: 'utf8' })).toBe('first 1.0\n');
    expect(cached()).toHaveLength(1);

    // Of other pins it is another one; removing takes both, and what a killed install left.
    const changed = tiny('good', ['second==1.0']);
    expect(await findInstalled(changed)).toBeUndefined();
    const other = await installEnvironment(changed);
    expect(other.folder).not.toBe(place);
    mkdirSync(join(cache, `.${basename(other.folder)}.new-${hostname().replace(/[^A-Za-z0-9]/g, '').slice(0, 24)}-4194304-0-00000000`));
    expect((await removeEnvironment(changed)).sort()).toEqual([other.folder, place].sort());
    expect(cached()).toEqual([]);
  });

  it('with a package that does not exist leaves nothing', async () => {
    await expect(installEnvironment(tiny('bad', ['missing==9.9']))).rejects.toMatchObject({ code: 'environment/no-package', message: expect.stringContaining('missing==9.9') });
    expect(cached()).toEqual([]);
  });

  it('is built by programs that see no secrets of the user, but how packages are reached', async () => {
    Object.assign(process.env, { HF_TOKEN: 'hf_secret', MY_PASSWORD: 'word', OPENAI_API_KEY: 'sk-secret', HTTPS_PROXY: 'http://127.0.0.1:9' });
    try {
      // It cannot be built in the end, which is said and leaves nothing.
      await expect(installEnvironment(tiny('telling', ['telling==1.0']))).rejects.toMatchObject({ code: 'environment/install-failed' });
      expect(cached()).toEqual([]);
    } finally {
      for (const name of ['HF_TOKEN', 'MY_PASSWORD', 'OPENAI_API_KEY', 'HTTPS_PROXY']) delete process.env[name];
    }
    const seen = JSON.parse(readFileSync(join(notes, 'telling'), 'utf8')) as Record<string, string>;
    expect(seen).toMatchObject({ HTTPS_PROXY: 'http://127.0.0.1:9', HOME: process.env['HOME'] });
    expect(JSON.stringify(seen)).not.toMatch(/hf_secret|"word"|sk-secret/);
  });

  it('cannot be installed without a network, and that is said', async () => {
    const { PIP_NO_INDEX: none, ...rest } = process.env;
    process.env = { ...rest, PIP_INDEX_URL: 'http://127.0.0.1:9/simple', PIP_RETRIES: '1' };
    try {
      await expect(installEnvironment(tiny('far', ['away==1.0']))).rejects.toMatchObject({ code: 'environment/no-network', hint: expect.stringContaining('PIP_INDEX_URL') });
    } finally {
      process.env = { ...rest, PIP_NO_INDEX: none };
    }
    expect(cached()).toEqual([]);
  });

  it('that will not fit on the disk is not begun', async () => {
    await expect(installEnvironment(tiny('huge', ['first==1.0'], { megabytes: 1e9 }))).rejects.toMatchObject({ code: 'environment/disk-full', hint: expect.stringContaining('TASKLAB_ENVIRONMENTS') });
    expect(existsSync(cache)).toBe(false);
  });

  it('on a disk that becomes full leaves nothing', async ({ skip }) => {
    mkdirSync(cache, { recursive: true });
    skip(process.getuid?.() !== 0 || spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', cache]).status !== 0, 'a small disk can only be mounted as root');
    try {
      await expect(installEnvironment(tiny('filling', ['first==1.0'], { megabytes: 1 }))).rejects.toMatchObject({ code: 'environment/disk-full' });
      expect(cached()).toEqual([]);
    } finally {
      spawnSync('umount', [cache]);
    }
  });

  it('where nothing may be written says which folder that is', async () => {
    writeFileSync(join(folder, 'file'), '');
    process.env['TASKLAB_ENVIRONMENTS'] = join(folder, 'file/cache');
    try {
      await expect(installEnvironment(tiny('blocked', ['first==1.0']))).rejects.toMatchObject({ code: 'environment/cannot-write', message: expect.stringContaining('file/cache'), hint: expect.stringContaining('TASKLAB_ENVIRONMENTS') });
    } finally {
      process.env['TASKLAB_ENVIRONMENTS'] = cache;
    }
  });

  it('needs a Python that fits', async () => {
    await expect(installEnvironment(tiny('own', ['first==1.0']), { python: join(folder, 'nothing') })).rejects.toMatchObject({ code: 'environment/no-python' });
    const old = join(folder, 'old-python');
    // An interpreter that says of itself what an old one would.
    writeFileSync(old, `#!/bin/sh\necho '{"version": "3.8.1", "program": "${old}", "venv": true, "packages": {}, "lost": {}}'\n`, { mode: 0o755 });
    await expect(installEnvironment(tiny('own', ['first==1.0']), { python: old })).rejects.toMatchObject({ code: 'environment/wrong-python', message: expect.stringContaining('3.8.1') });
  });

  it('that is interrupted leaves neither files nor processes', async () => {
    rmSync(join(notes, 'slow'), { force: true });
    const interrupt = new AbortController();
    const ended = installEnvironment(tiny('slow', ['slow==1.0']), { signal: interrupt.signal }).then(() => 'installed', (error: Error) => error.message);
    await vi.waitFor(() => expect(existsSync(join(notes, 'slow'))).toBe(true), { timeout: 60_000, interval: 50 });
    expect(processes()).not.toEqual([]);
    const began = performance.now();
    interrupt.abort(new Error('enough'));
    expect(await ended).toBe('enough');
    expect(performance.now() - began).toBeLessThan(1000);
    await vi.waitFor(() => expect([...cached(), ...processes()]).toEqual([]), { timeout: 20_000 });
  });

  it('whose install is killed is not there; the next install takes its place and clears up', async () => {
    rmSync(join(notes, 'slow'), { force: true });
    const environment = tiny('killed', ['slow==1.0']);
    const script = `import { installEnvironment } from ${JSON.stringify(join(root, 'dist/runtime/environments/index.js'))}; await installEnvironment(${JSON.stringify(environment)});`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
    await vi.waitFor(() => expect(existsSync(join(notes, 'slow'))).toBe(true), { timeout: 60_000, interval: 50 });
    child.kill('SIGKILL');
    await once(child, 'exit');
    // What it had started ends with it.
    await vi.waitFor(() => expect(processes()).toEqual([]), { timeout: 20_000 });
    expect(cached()).toEqual([expect.stringMatching(/^\.killed-/)]);
    expect(await findInstalled(environment)).toBeUndefined();
    await expect(installEnvironment(environment, { signal: AbortSignal.timeout(4000) })).rejects.toThrow();
    await vi.waitFor(() => expect([...cached(), ...processes()]).toEqual([]), { timeout: 20_000 });
  });

  it('is installed twice at once without harm', async () => {
    const environment = tiny('twice', ['first==1.0']);
    const [one, other] = await Promise.all([installEnvironment(environment), installEnvironment(environment)]);
    expect(one).toEqual(other);
    expect(execFileSync(join(one.folder, 'bin/first-says'), { encoding: 'utf8' })).toBe('first 1.0\n');
    expect(cached()).toHaveLength(1);
  });
});

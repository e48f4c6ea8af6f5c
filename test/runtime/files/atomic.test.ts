import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { threadId } from 'node:worker_threads';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../runtime/error.js';
import { writeFileAtomic, writeFolderAtomic } from '../../../runtime/files/atomic.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'atomic-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const host = hostname()
  .replace(/[^A-Za-z0-9]/g, '')
  .slice(0, 24);
/** The id of a process that surely ended. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('writeFileAtomic', () => {
  it('writes text, bytes and streams, making parent folders', async () => {
    const path = join(root, 'a/b/c.txt');
    await writeFileAtomic(path, 'one');
    expect(await readFile(path, 'utf8')).toBe('one');
    await writeFileAtomic(path, new Uint8Array([116, 119, 111]));
    expect(await readFile(path, 'utf8')).toBe('two');
    await writeFileAtomic(
      path,
      (async function* () {
        yield 'thr';
        yield 'ee';
      })(),
    );
    expect(await readFile(path, 'utf8')).toBe('three');
    expect(await readdir(join(root, 'a/b'))).toEqual(['c.txt']);
  });

  it('leaves the old content when the data fails half-way', async () => {
    const path = join(root, 'a.txt');
    await writeFileAtomic(path, 'old');
    const failing = (async function* () {
      yield 'new';
      throw new Error('source broke');
    })();
    await expect(writeFileAtomic(path, failing)).rejects.toThrow('source broke');
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(root)).toEqual(['a.txt']);
  });

  it('leaves nothing when aborted', async () => {
    const controller = new AbortController();
    const data = (async function* () {
      yield 'x';
      controller.abort(new Error('interrupted'));
      yield 'y';
    })();
    await expect(writeFileAtomic(join(root, 'a.txt'), data, { signal: controller.signal })).rejects.toThrow();
    expect(await readdir(root)).toEqual([]);
  });

  it('writes through a link', async () => {
    await writeFile(join(root, 'real.txt'), 'old');
    await symlink('real.txt', join(root, 'link.txt'));
    await writeFileAtomic(join(root, 'link.txt'), 'new');
    expect(await readFile(join(root, 'real.txt'), 'utf8')).toBe('new');
  });

  it('says what stands in the way', async () => {
    await mkdir(join(root, 'taken'));
    await writeFile(join(root, 'taken/x'), '');
    const error = await writeFileAtomic(join(root, 'taken'), 'x').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).code).toBe('data/cannot-write');
    expect((error as UserError).message).toContain('a folder of that name is there');
    await expect(writeFileAtomic(join(root, 'taken/x/y'), 'x')).rejects.toMatchObject({ code: 'data/cannot-write' });
  });

  it('says that a folder is read-only', async (test) => {
    test.skip(process.getuid?.() === 0, 'root may write to read-only folders');
    await chmod(root, 0o500);
    await expect(writeFileAtomic(join(root, 'a'), 'x')).rejects.toMatchObject({ code: 'data/cannot-write' });
    await chmod(root, 0o700);
  });
});

describe('writeFolderAtomic', () => {
  const fillWith = (name: string) => async (folder: string) => {
    await mkdir(join(folder, 'sub'));
    await writeFile(join(folder, 'sub', name), name);
    return name.length;
  };

  it('makes and replaces folders whole', async () => {
    const path = join(root, 'model');
    expect(await writeFolderAtomic(path, fillWith('one'))).toBe(3);
    await writeFolderAtomic(path, fillWith('two'));
    expect(await readdir(join(path, 'sub'))).toEqual(['two']);
    expect(await readdir(root)).toEqual(['model']);
  });

  it('keeps the old folder when filling fails or is aborted', async () => {
    const path = join(root, 'model');
    await writeFolderAtomic(path, fillWith('one'));
    await expect(
      writeFolderAtomic(path, async () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    const controller = new AbortController();
    const aborting = writeFolderAtomic(path, async () => controller.abort(), { signal: controller.signal });
    await expect(aborting).rejects.toThrow();
    expect(await readdir(join(path, 'sub'))).toEqual(['one']);
    expect(await readdir(root)).toEqual(['model']);
  });

  it('lets concurrent writers of one folder all succeed, one of them standing', async () => {
    const path = join(root, 'model');
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    await Promise.all(names.map((name) => writeFolderAtomic(path, fillWith(name))));
    expect(await readdir(join(path, 'sub'))).toHaveLength(1);
    expect(await readdir(root)).toEqual(['model']);
  });

  it('clears what a killed writer left, and nothing of a living one', async () => {
    const dead = `.model.new-${host}-${deadPid()}-0-0123abcd`;
    const reused = `.model.new-${host}-${process.pid}-${threadId}-0123abcd`;
    const living = `.model.new-${host}-${process.ppid}-0-0123abcd`;
    for (const name of [dead, reused, living]) await mkdir(join(root, name));
    await writeFolderAtomic(join(root, 'model'), fillWith('one'));
    expect((await readdir(root)).sort()).toEqual([living, 'model'].sort());
  });

  it('brings back a folder that a killed writer had only moved aside', async () => {
    const old = join(root, `.model.old-${host}-${deadPid()}-0-0123abcd`);
    await mkdir(old);
    await writeFile(join(old, 'weights'), 'w');
    await expect(
      writeFolderAtomic(join(root, 'model'), async () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(existsSync(join(root, 'model/weights'))).toBe(true);
  });
});

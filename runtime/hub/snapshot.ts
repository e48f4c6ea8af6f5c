/** Repositories of the hub on this machine, in the cache that Python's huggingface_hub uses too. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readFile, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../error.js';
import { writeFileAtomic } from '../files/atomic.js';
import { hubHome, hubTokenPath } from './place.js';

export interface HubRepository {
  readonly type: 'dataset' | 'model';
  /** `owner/name`. */
  readonly name: string;
  /** Branch, tag or commit. Default: `main`. */
  readonly revision?: string | undefined;
}

/** A repository's files on this machine, as they were at one commit. */
export interface Snapshot {
  readonly folder: string;
  readonly commit: string;
}

/** What a repository is called, and the area of its errors' codes. */
const kinds = {
  dataset: { word: 'data set', area: 'data', name: /^[\w.-]+\/[\w.-]+$/, like: '"owner/name", as in "argilla/emotion"' },
  model: { word: 'model', area: 'model', name: /^[\w.-]+(?:\/[\w.-]+)?$/, like: '"owner/name", as in "sentence-transformers/all-MiniLM-L6-v2"' },
} as const;

/**
 * Fetches the wanted ones of a repository's files, in the order that `wanted` gives them, and resolves to their folder. Where the
 * hub cannot be reached, or HF_HUB_OFFLINE is set, it is what the cache has of that revision. HF_ENDPOINT, HF_TOKEN, HF_HOME and
 * HF_HUB_CACHE mean what they mean to huggingface_hub.
 *
 * @throws {UserError} `unreachable`, `no-repository`, `hub-denied`, `cut-off`, in the area `data` or `model`; what `wanted` throws.
 * @example
 * const { folder } = await hubSnapshot({ type: 'dataset', name: 'argilla/emotion' }, (files) => files.filter((file) => file.endsWith('.parquet')));
 */
export async function hubSnapshot(repository: HubRepository, wanted: (files: readonly string[]) => readonly string[]): Promise<Snapshot> {
  const { type, name, revision = 'main' } = repository;
  const { area, like, word } = kinds[type];
  if (!kinds[type].name.test(name) || name.includes('..')) throw new UserError(`${area}/no-repository`, `"${name}" is no repository of the hub.`, `Write ${like}.`);
  if (!/^[\w.-]+(?:\/[\w.-]+)*$/.test(revision) || revision.includes('..')) {
    throw new UserError(`${area}/no-repository`, `"${revision}" is no revision.`, 'Write a branch, a tag or a commit.');
  }
  const cached = await cachedSnapshot(type, name, revision);
  if (['1', 'ON', 'YES', 'TRUE'].includes((process.env['HF_HUB_OFFLINE'] ?? '').toUpperCase())) {
    if (cached) return cached;
    throw new UserError(`${area}/unreachable`, `"${name}" at "${revision}" is not in the cache, and HF_HUB_OFFLINE is set.`, `Unset it, or fetch the ${word} while there is a network.`);
  }
  try {
    return await fetchSnapshot(type, name, revision, wanted);
  } catch (error) {
    const problem = described(error, type, name, revision);
    if (problem.code === `${area}/unreachable` && cached) return cached;
    throw problem;
  }
}

async function fetchSnapshot(type: HubRepository['type'], name: string, revision: string, wanted: (files: readonly string[]) => readonly string[]): Promise<Snapshot> {
  const { datasetInfo, downloadFileToCacheDir, listFiles, modelInfo } = await import('@huggingface/hub');
  const accessToken = await token();
  const access = { ...(accessToken && { accessToken }), hubUrl: process.env['HF_ENDPOINT'] ?? 'https://huggingface.co' };
  const repo = { type, name } as const;
  const { sha: commit } = type === 'dataset' ? await datasetInfo({ ...access, name, revision, additionalFields: ['sha'] }) : await modelInfo({ ...access, name, revision, additionalFields: ['sha'] });
  const { area } = kinds[type];
  // The commit and the paths become folders and files here: an answer is data from elsewhere.
  if (!/^[0-9a-f]{40}$/.test(commit)) throw new UserError(`${area}/unreachable`, `The hub answers for "${name}" with something that is no commit.`, 'Check HF_ENDPOINT.');
  const listed = new Map<string, Listed>();
  for await (const entry of listFiles({ ...access, repo, revision: commit, recursive: true })) if (entry.type === 'file' && isInside(entry.path)) listed.set(entry.path, entry);
  const folder = join(repositoryFolder(type, name), 'snapshots', commit);
  await quietly(async () => {
    for (const path of wanted([...listed.keys()])) {
      const there = existsSync(join(folder, path));
      const file = await downloadFileToCacheDir({ ...access, repo, path, revision: commit, cacheDir: cacheFolder() });
      if (!there) await verify(file, listed.get(path)!, type);
    }
  });
  if (revision !== commit) await writeFileAtomic(join(repositoryFolder(type, name), 'refs', revision), commit);
  return { folder, commit };
}

const isInside = (path: string): boolean => !/^[/\\]|^[A-Za-z]:|[\\\0]/.test(path) && !path.split('/').includes('..');

interface Listed {
  readonly path: string;
  readonly size: number;
  readonly lfs?: { readonly oid: string; readonly size: number };
}

/** A file as the hub lists it; another one does not stay in the cache. Throws `data/cut-off`, `model/cut-off`. */
async function verify(file: string, { path, size, lfs }: Listed, type: HubRepository['type']): Promise<void> {
  const whole = (await stat(file)).size === (lfs?.size ?? size) && (lfs === undefined || (await sha256(file)) === lfs.oid);
  if (whole) return;
  for (const place of [await realpath(file), file]) await rm(place, { force: true });
  throw new UserError(`${kinds[type].area}/cut-off`, `"${path}" did not arrive as the hub has it.`, 'Try again.');
}

async function sha256(file: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) digest.update(chunk as Buffer);
  return digest.digest('hex');
}

/** What is on this machine of a revision, where there is something. */
async function cachedSnapshot(type: HubRepository['type'], name: string, revision: string): Promise<Snapshot | undefined> {
  const at = repositoryFolder(type, name);
  const commit = /^[0-9a-f]{40}$/.test(revision) ? revision : await readFile(join(at, 'refs', revision), 'utf8').then((text) => text.trim(), () => undefined);
  if (commit === undefined || !/^[0-9a-f]{40}$/.test(commit)) return undefined;
  const folder = join(at, 'snapshots', commit);
  return existsSync(folder) ? { folder, commit } : undefined;
}

const cacheFolder = (): string => process.env['HF_HUB_CACHE'] ?? join(hubHome(), 'hub');
const repositoryFolder = (type: HubRepository['type'], name: string): string => join(cacheFolder(), `${type}s--${name.replace('/', '--')}`);

async function token(): Promise<string | undefined> {
  const given = process.env['HF_TOKEN'] ?? (await readFile(hubTokenPath(), 'utf8').catch(() => ''));
  return given.trim() || undefined;
}

/** The client prints each file that it fetches to the standard output, which belongs to the program's own results. */
async function quietly(work: () => Promise<void>): Promise<void> {
  const { debug } = console;
  console.debug = () => {};
  try {
    await work();
  } finally {
    console.debug = debug;
  }
}

function described(error: unknown, type: HubRepository['type'], name: string, revision: string): UserError {
  if (error instanceof UserError) return error;
  const { area, word } = kinds[type];
  const { statusCode: status } = error as { statusCode?: number };
  const options = { cause: error };
  if (status === 401 || status === 403) {
    return new UserError(`${area}/hub-denied`, `The hub gives no access to "${name}".`, `Check its name; for a private or gated ${word} set HF_TOKEN.`, options);
  }
  if (status === 404) return new UserError(`${area}/no-repository`, `The hub has no ${word} "${name}" with the revision "${revision}".`, 'Check both on its page.', options);
  const why = status === undefined ? ((error as Error).cause as Error | undefined)?.message ?? (error as Error).message : `status ${status}`;
  return new UserError(`${area}/unreachable`, `The hub cannot be reached for "${name}" (${why}).`, `Check the network, HF_ENDPOINT and proxies; a ${word} that was fetched before is read from the cache.`, options);
}

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../error.js';
import { writeFileAtomic } from '../../files/atomic.js';
import { splitFiles } from './folder.js';

/** A data set's repository on the hub. */
export interface HubRepository {
  /** `owner/name`. */
  readonly name: string;
  /** Branch, tag or commit. Default: `main`. */
  readonly revision?: string | undefined;
  /** The split whose files are fetched. Default: all. */
  readonly split?: string | undefined;
}

/** A repository's files on this machine, as they were at one commit. */
export interface Snapshot {
  readonly folder: string;
  readonly commit: string;
}

/**
 * Fetches what a feedback data set needs of its repository into the cache that Python's huggingface_hub uses too, and gives the
 * folder. Where the hub cannot be reached, or HF_HUB_OFFLINE is set, what the cache has of that revision is used. HF_ENDPOINT,
 * HF_TOKEN, HF_HOME and HF_HUB_CACHE mean what they mean to huggingface_hub.
 *
 * @throws {UserError} `data/unreachable`, `data/no-repository`, `data/hub-denied`, `data/split-needed`, `data/no-split`.
 * @example
 * const { folder } = await hubSnapshot({ name: 'argilla/emotion', revision: 'main' });
 */
export async function hubSnapshot({ name, revision = 'main', split }: HubRepository): Promise<Snapshot> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(name)) {
    throw new UserError('data/no-repository', `"${name}" is no repository of the hub.`, 'Write "owner/name", as in "argilla/emotion".');
  }
  if (!/^[\w.-]+(?:\/[\w.-]+)*$/.test(revision) || revision.includes('..')) {
    throw new UserError('data/no-repository', `"${revision}" is no revision.`, 'Write a branch, a tag or a commit.');
  }
  const cached = await cachedSnapshot(name, revision);
  if (['1', 'ON', 'YES', 'TRUE'].includes((process.env['HF_HUB_OFFLINE'] ?? '').toUpperCase())) {
    if (cached) return cached;
    throw new UserError('data/unreachable', `"${name}" at "${revision}" is not in the cache, and HF_HUB_OFFLINE is set.`, 'Unset it, or fetch the data set while there is a network.');
  }
  try {
    return await fetchSnapshot(name, revision, split);
  } catch (error) {
    const problem = described(error, name, revision);
    if (problem.code === 'data/unreachable' && cached) return cached;
    throw problem;
  }
}

async function fetchSnapshot(name: string, revision: string, split: string | undefined): Promise<Snapshot> {
  const { datasetInfo, downloadFileToCacheDir, listFiles } = await import('@huggingface/hub');
  const accessToken = await token();
  const access = { ...(accessToken && { accessToken }), hubUrl: process.env['HF_ENDPOINT'] ?? 'https://huggingface.co' };
  const repo = { type: 'dataset', name } as const;
  const { sha: commit } = await datasetInfo({ ...access, name, revision, additionalFields: ['sha'] });
  const files: string[] = [];
  for await (const { type, path } of listFiles({ ...access, repo, revision: commit, recursive: true })) if (type === 'file') files.push(path);
  const data = files.filter((path) => /^data\/[^/]*\.parquet$/.test(path)).map((path) => path.slice('data/'.length));
  const settings = files.filter((path) => /^(?:argilla\.(?:yaml|cfg)|\.argilla\/.*\.json)$/.test(path));
  await quietly(async () => {
    for (const path of [...settings, ...splitFiles(data.sort(), name, split).map((file) => `data/${file}`)]) {
      await downloadFileToCacheDir({ ...access, repo, path, revision: commit, cacheDir: cacheFolder() });
    }
  });
  if (revision !== commit) {
    await writeFileAtomic(join(repositoryFolder(name), 'refs', revision), commit);
  }
  return { folder: join(repositoryFolder(name), 'snapshots', commit), commit };
}

/** What is on this machine of a revision, where there is something. */
async function cachedSnapshot(name: string, revision: string): Promise<Snapshot | undefined> {
  const at = repositoryFolder(name);
  const commit = /^[0-9a-f]{40}$/.test(revision) ? revision : await readFile(join(at, 'refs', revision), 'utf8').then((text) => text.trim(), () => undefined);
  if (commit === undefined || !/^[0-9a-f]{40}$/.test(commit)) return undefined;
  const folder = join(at, 'snapshots', commit);
  return existsSync(folder) ? { folder, commit } : undefined;
}

const home = (): string => process.env['HF_HOME'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'huggingface');
const cacheFolder = (): string => process.env['HF_HUB_CACHE'] ?? join(home(), 'hub');
const repositoryFolder = (name: string): string => join(cacheFolder(), `datasets--${name.replace('/', '--')}`);

async function token(): Promise<string | undefined> {
  const given = process.env['HF_TOKEN'] ?? (await readFile(process.env['HF_TOKEN_PATH'] ?? join(home(), 'token'), 'utf8').catch(() => ''));
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

function described(error: unknown, name: string, revision: string): UserError {
  if (error instanceof UserError) return error;
  const { statusCode: status } = error as { statusCode?: number };
  const options = { cause: error };
  if (status === 401 || status === 403) {
    return new UserError('data/hub-denied', `The hub gives no access to "${name}".`, 'Check its name; for a private or gated data set set HF_TOKEN.', options);
  }
  if (status === 404) return new UserError('data/no-repository', `The hub has no data set "${name}" with the revision "${revision}".`, 'Check both on its page.', options);
  const why = status === undefined ? ((error as Error).cause as Error | undefined)?.message ?? (error as Error).message : `status ${status}`;
  return new UserError('data/unreachable', `The hub cannot be reached for "${name}" (${why}).`, 'Check the network, HF_ENDPOINT and proxies; a data set that was fetched before is read from the cache.', options);
}

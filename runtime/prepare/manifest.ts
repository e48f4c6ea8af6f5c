/** What lies beside prepared rows: where they come from, how many there are, and what became of all others. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Stored } from '../task/kinds/kind.js';
import type { WrittenFile } from './arrowFile.js';

/** Changes whenever prepared folders are laid out otherwise, or the same task would give other rows. */
export const manifestVersion = 2;
export const manifestName = 'manifest.json';

export interface Drop {
  /** In words of the user's: `no submitted answer to "label"`, `where chosen != rejected`. */
  readonly reason: string;
  /** The column that was null. */
  readonly column?: string;
  readonly count: number;
}

export interface PreparedWarning {
  /** `data/one-class`, `data/identical-texts`. */
  readonly code: string;
  readonly message: string;
}

export interface SideCounts {
  readonly records: number;
  readonly rows: number;
}

export interface Manifest {
  readonly version: number;
  readonly fingerprint: string;
  readonly task: { readonly name: string; readonly kind: string; readonly fingerprint: string };
  readonly dataset: { readonly name: string | null; readonly description: string | null; readonly fingerprint: string };
  readonly seed: number;
  readonly train_size: number;
  /** What stands on one side together, and whether each label is as frequent on both. */
  readonly split: { readonly by: string; readonly identical_texts_together: boolean; readonly stratified: boolean };
  /** The kind's columns and how they are kept; the files have `id` and `record` before them. */
  readonly columns: readonly { readonly name: string; readonly type: Stored }[];
  /** Labels of a classification task: in the order of the question's options, or sorted. */
  readonly labels: readonly string[] | null;
  readonly counts: {
    /** Records read. */
    readonly records: number;
    readonly records_with_rows: number;
    /** What could have become a row: `rows` + all drops. A record without any such thing counts as one. */
    readonly candidates: number;
    readonly rows: number;
    readonly train: SideCounts;
    readonly test: SideCounts;
  };
  /** Most frequent first. */
  readonly dropped: readonly Drop[];
  readonly warnings: readonly PreparedWarning[];
  readonly files: { readonly 'train.arrow': WrittenFile; readonly 'test.arrow': WrittenFile };
}

/** Files up to this size in all are hashed again before they are taken for whole; larger ones by size and structure. */
const hashedBytes = 64 << 20;

/** The manifest of a folder that is whole and of this fingerprint; nothing otherwise. */
export async function readManifest(folder: string, fingerprint?: string): Promise<Manifest | undefined> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, manifestName), 'utf8')) as Manifest;
    if (manifest.version !== manifestVersion) return undefined;
    if (fingerprint !== undefined && manifest.fingerprint !== fingerprint) return undefined;
    const files = Object.entries(manifest.files);
    const total = files.reduce((sum, [, { bytes }]) => sum + bytes, 0);
    for (const [name, { bytes, sha256 }] of files) {
      const path = join(folder, name);
      if ((await stat(path)).size !== bytes) return undefined;
      if (total <= hashedBytes && (await sha256Of(path)) !== sha256) return undefined;
    }
    return manifest;
  } catch {
    return undefined;
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

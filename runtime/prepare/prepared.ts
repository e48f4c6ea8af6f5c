import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../error.js';
import { writeFolderAtomic, type WriteOptions } from '../files/atomic.js';
import { needFree } from '../files/needFree.js';
import { manifestName, readManifest, type Drop, type Manifest, type PreparedWarning } from './manifest.js';
import { Rows } from './rows.js';

/**
 * Rows that are ready for training, in a folder: `train.arrow`, `test.arrow` and `manifest.json`.
 *
 * @example
 * const prepared = await Prepared.open('out/rows');
 * console.log(prepared.counts.rows, prepared.train.at(0), prepared.dropped);
 */
export class Prepared<Row = Readonly<Record<string, unknown>>> {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly train: Rows<Row>;
  /** Of records that have no row in {@link train}; empty for a train size of 1. */
  readonly test: Rows<Row>;

  private constructor(folder: string, manifest: Manifest) {
    this.folder = folder;
    this.manifest = manifest;
    this.train = Rows.open(folder, 'train.arrow');
    this.test = Rows.open(folder, 'test.arrow');
  }

  /** Reads a folder of prepared rows. Throws `data/not-prepared` where it is none, or damaged. */
  static async open<Row>(folder: string): Promise<Prepared<Row>> {
    const prepared = await Prepared.find<Row>(folder);
    if (prepared) return prepared;
    throw new UserError('data/not-prepared', `"${folder}" is not a whole folder of prepared rows.`, 'Prepare the task again.');
  }

  /** The folder's rows where it is whole and of this fingerprint; nothing otherwise. */
  static async find<Row>(folder: string, fingerprint?: string): Promise<Prepared<Row> | undefined> {
    const manifest = await readManifest(folder, fingerprint);
    if (!manifest) return undefined;
    try {
      return new Prepared<Row>(folder, manifest);
    } catch (error) {
      if (error instanceof UserError) return undefined;
      throw error;
    }
  }

  get fingerprint(): string {
    return this.manifest.fingerprint;
  }

  /** What did not become a row and why, the most frequent first. */
  get dropped(): readonly Drop[] {
    return this.manifest.dropped;
  }

  get counts(): Manifest['counts'] {
    return this.manifest.counts;
  }

  get labels(): readonly string[] | null {
    return this.manifest.labels;
  }

  get warnings(): readonly PreparedWarning[] {
    return this.manifest.warnings;
  }

  /** Copies the files to a folder of the user's choice, whole or not at all. Throws `data/folder-exists` where other things are in it. */
  async copyTo(folder: string, options: WriteOptions = {}): Promise<void> {
    await needFree(folder, manifestName, 'train.arrow');
    await writeFolderAtomic(
      folder,
      async (target) => {
        for (const name of [...Object.keys(this.manifest.files), manifestName]) await cp(join(this.folder, name), join(target, name));
      },
      options,
    );
  }

  /** How a notebook shows it: counts, what was dropped and why, the first rows. */
  async [Symbol.for('Jupyter.display')](): Promise<Readonly<Record<string, unknown>>> {
    const { preparedBundle } = await import('../show/prepared.js');
    return preparedBundle(this);
  }
}

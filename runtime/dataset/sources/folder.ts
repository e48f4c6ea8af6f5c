import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../error.js';
import { contentHash } from '../../files/contentHash.js';
import type { Projection, RecordSource } from '../record.js';
import { parseSettings, type DatasetSettings } from '../settings.js';
import { HubBatch, hubColumns } from './hubColumns.js';
import { ParquetFile } from './parquet.js';

export interface FolderOptions {
  /** The path as the user wrote it, for messages. */
  readonly shown?: string | undefined;
  /** What it is, for people. */
  readonly description?: string | undefined;
  readonly split?: string | undefined;
}

/** A data set on disk in the hub's layout: `argilla.yaml` and parquet files below `data/`. */
export class FolderSource implements RecordSource {
  private constructor(
    readonly description: string,
    readonly settings: DatasetSettings,
    private readonly folder: string,
    private readonly shown: string,
    private readonly files: readonly string[],
    readonly count: number,
  ) {}

  /**
   * @param shown the path as the user wrote it, for messages.
   * @param split which of several splits is read: `train` for the files `data/train-*.parquet`.
   * @throws {UserError} `data/no-folder`, `data/settings`, `data/split-needed`, `data/no-split`, `data/parquet`.
   */
  static async open(folder: string, { shown = folder, description = `folder "${shown}"`, split }: FolderOptions = {}): Promise<FolderSource> {
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      const what = error.code === 'ENOTDIR' ? `"${shown}" is a file, not a folder.` : `There is no folder "${shown}".`;
      throw new UserError('data/no-folder', what, error.code === 'ENOTDIR' ? 'Write from file for a table.' : 'Check the path; it starts at the folder of the notebook or program.');
    });
    if (names.includes('.argilla') && !names.includes('argilla.yaml')) {
      throw new UserError('data/settings', `The folder "${shown}" has the layout of Argilla 2.x, which cannot be read yet.`, 'Export it with Argilla 1.x (argilla.yaml and data/*.parquet), or as a table.');
    }
    if (!names.includes('argilla.yaml')) {
      throw new UserError('data/settings', `The folder "${shown}" has no argilla.yaml.`, "It should hold a feedback data set in the hub's layout: argilla.yaml and data/*.parquet.");
    }
    const settings = parseSettings(await readFile(join(folder, 'argilla.yaml'), 'utf8'), `${shown}/argilla.yaml`);
    const files = splitFiles((await readdir(join(folder, 'data')).catch(() => [])).filter((name) => name.endsWith('.parquet')).sort(), shown, split);
    if (files.length === 0) throw new UserError('data/no-file', `The folder "${shown}" has no parquet files below data/.`, 'Download the whole repository.');
    const opened = await Promise.all(files.map((name) => ParquetFile.open(join(folder, 'data', name), `${shown}/data/${name}`)));
    for (const file of opened) checkColumns(file, settings);
    const count = opened.reduce((sum, file) => sum + file.length, 0);
    return new FolderSource(description, settings, folder, shown, files, count);
  }

  async *batches(projection: Projection = {}): AsyncIterable<HubBatch> {
    const columns = hubColumns(this.settings, projection);
    let offset = 0;
    for (const name of this.files) {
      const file = await ParquetFile.open(join(this.folder, 'data', name), `${this.shown}/data/${name}`);
      const there = new Set(file.columns);
      for await (const batch of file.batches(columns.filter((column) => there.has(column)))) {
        yield new HubBatch(batch, offset, this.settings, projection);
        offset += batch.numRows;
      }
    }
  }

  async fingerprint(): Promise<string> {
    const hash = createHash('sha256').update(await readFile(join(this.folder, 'argilla.yaml')));
    for (const name of this.files) hash.update(`${name}\0${await contentHash(join(this.folder, 'data', name))}\n`);
    return hash.digest('hex');
  }
}

/** `train` of `train-00000-of-00002.parquet`. */
const splitOf = (file: string): string => /^(.+?)-\d{5}-of-\d{5}/.exec(file)?.[1] ?? '';

/**
 * The files of one split, by their names.
 * @throws {UserError} `data/split-needed` where there are several and none is named, `data/no-split`.
 */
export function splitFiles(files: readonly string[], shown: string, split: string | undefined): string[] {
  const splits = [...new Set(files.map(splitOf))];
  if (split === undefined && splits.length > 1) {
    throw new UserError('data/split-needed', `"${shown}" has several splits: ${splits.join(', ')}.`, `Say which: { split = "${splits[0]}" }.`);
  }
  if (split !== undefined && files.length > 0 && !splits.includes(split)) {
    throw new UserError('data/no-split', `"${shown}" has no split "${split}".`, `It has: ${splits.join(', ')}.`);
  }
  return files.filter((file) => split === undefined || splitOf(file) === split);
}

/** Settings and data belong together: each field and question has its column. */
function checkColumns({ shown, columns }: ParquetFile, { fields, questions }: DatasetSettings): void {
  const required = [...fields.filter((f) => f.required), ...questions.filter((q) => q.required)];
  const missing = required.find(({ name }) => !columns.includes(name));
  if (missing) {
    throw new UserError('data/unknown-column', `"${shown}" has no column "${missing.name}", which argilla.yaml names.`, `It has: ${columns.join(', ')}.`);
  }
}

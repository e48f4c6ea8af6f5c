import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../error.js';
import { contentHash } from '../../files/contentHash.js';
import type { Projection, RecordSource } from '../record.js';
import { parseSettings, type DatasetSettings } from '../settings.js';
import { parseServerSettings } from '../serverSettings.js';
import { HubBatch } from './hubColumns.js';
import type { Layout } from './layout.js';
import { layout1 } from './layout1.js';
import { layout2 } from './layout2.js';
import { ParquetFile } from './parquet.js';

export interface FolderOptions {
  /** The path as the user wrote it, for messages. */
  readonly shown?: string | undefined;
  /** What it is, for people. */
  readonly description?: string | undefined;
  readonly split?: string | undefined;
}

/** Files that say what a data set is: of Argilla 1.x, of up to 1.12, of 2.x, whose columns are flat. */
const settingsFiles = [
  { file: 'argilla.yaml', parse: parseSettings, flat: false },
  { file: 'argilla.cfg', parse: parseServerSettings, flat: false },
  { file: '.argilla/settings.json', parse: parseServerSettings, flat: true },
] as const;

/** A data set on disk in the hub's layout: its settings, and parquet files below `data/`. */
export class FolderSource implements RecordSource {
  private constructor(
    readonly description: string,
    readonly settings: DatasetSettings,
    private readonly layout: Layout,
    private readonly folder: string,
    private readonly shown: string,
    private readonly settingsFile: string,
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
    const kind = settingsFiles.find(({ file }) => existsSync(join(folder, file)));
    if (!kind) {
      throw new UserError('data/settings', `The folder "${shown}" has no argilla.yaml.`, "It should hold a feedback data set in the hub's layout: argilla.yaml (or argilla.cfg, or .argilla/settings.json) and data/*.parquet.");
    }
    const settings = kind.parse(await readFile(join(folder, kind.file), 'utf8'), `${shown}/${kind.file}`);
    const below = names.includes('data') ? 'data/' : '';
    const found = below ? await readdir(join(folder, 'data')) : names;
    const files = splitFiles(found.filter((name) => name.endsWith('.parquet')).sort(), shown, split).map((name) => `${below}${name}`);
    if (files.length === 0) throw new UserError('data/no-file', `The folder "${shown}" has no parquet files below data/.`, 'Download the whole repository.');
    const opened = await Promise.all(files.map((name) => ParquetFile.open(join(folder, name), `${shown}/${name}`)));
    const layout = kind.flat ? layout2(settings, opened[0]!) : layout1;
    for (const file of opened) checkColumns(file, settings, layout);
    const count = opened.reduce((sum, file) => sum + file.length, 0);
    return new FolderSource(description, settings, layout, folder, shown, kind.file, files, count);
  }

  async *batches(projection: Projection = {}): AsyncIterable<HubBatch> {
    let offset = 0;
    for (const name of this.files) {
      const file = await ParquetFile.open(join(this.folder, name), `${this.shown}/${name}`);
      for await (const batch of file.batches(this.layout.columns(this.settings, projection, file.columns))) {
        yield new HubBatch(batch, offset, this.settings, this.layout, projection);
        offset += batch.numRows;
      }
    }
  }

  async fingerprint(): Promise<string> {
    const hash = createHash('sha256').update(await readFile(join(this.folder, this.settingsFile)));
    for (const name of this.files) hash.update(`${name}\0${await contentHash(join(this.folder, name))}\n`);
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
function checkColumns({ shown, columns }: ParquetFile, { fields, questions }: DatasetSettings, layout: Layout): void {
  const required = [...fields.filter((f) => f.required).map(({ name }) => name), ...questions.filter((q) => q.required).map(({ name }) => layout.answersOf(name))];
  const missing = required.find((name) => !columns.includes(name));
  if (missing !== undefined) {
    throw new UserError('data/unknown-column', `"${shown}" has no column "${missing}", which the settings name.`, `It has: ${columns.join(', ')}.`);
  }
}

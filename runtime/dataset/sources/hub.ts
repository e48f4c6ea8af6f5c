import { hubSnapshot, type Snapshot } from '../../hub/snapshot.js';
import { splitFiles } from './folder.js';

/** A data set's repository on the hub. */
export interface HubDataset {
  /** `owner/name`. */
  readonly name: string;
  /** Branch, tag or commit. Default: `main`. */
  readonly revision?: string | undefined;
  /** The split whose files are fetched. Default: all. */
  readonly split?: string | undefined;
}

/**
 * Fetches what a feedback data set needs of its repository, and gives the folder; see {@link hubSnapshot}.
 *
 * @throws {UserError} `data/unreachable`, `data/no-repository`, `data/hub-denied`, `data/cut-off`, `data/split-needed`, `data/no-split`.
 * @example
 * const { folder } = await datasetSnapshot({ name: 'argilla/emotion', revision: 'main' });
 */
export function datasetSnapshot({ name, revision, split }: HubDataset): Promise<Snapshot> {
  return hubSnapshot({ type: 'dataset', name, revision }, (files) => {
    const data = files.filter((path) => /^data\/[^/]*\.parquet$/.test(path)).map((path) => path.slice('data/'.length));
    const settings = files.filter((path) => /^(?:argilla\.(?:yaml|cfg)|\.argilla\/.*\.json)$/.test(path));
    return [...settings, ...splitFiles(data.sort(), name, split).map((file) => `data/${file}`)];
  });
}

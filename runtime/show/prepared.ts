import { preparedCardBundle, type MimeBundle } from '../display/index.js';
import type { Manifest } from '../prepare/manifest.js';
import type { Prepared } from '../prepare/prepared.js';

/** Prepared rows: counts, what was dropped and why, the first rows as a framework gets them. */
export function preparedBundle({ manifest, train, test, dropped, labels, fingerprint }: Prepared<unknown>, framework?: string): MimeBundle {
  const { task, dataset, counts, seed, columns } = manifest;
  const count = labels && { train: train.counts('label'), test: test.counts('label') };
  return preparedCardBundle({
    task: task.name,
    kind: task.kind,
    ...(dataset.name !== null && { dataset: dataset.name }),
    ...(framework !== undefined && { framework }),
    records: counts.records,
    train: counts.train.rows,
    test: manifest.train_size === 1 ? null : counts.test.rows,
    split: splitOf(manifest),
    dropped,
    columns: columns.map(({ name }) => name),
    firstRows: train.slice(0, 3) as Readonly<Record<string, unknown>>[],
    ...(count && { labels: labels.map((label) => ({ label, train: count.train.get(label) ?? 0, test: count.test.get(label) ?? 0 })) }),
    seed,
    fingerprint,
  });
}

function splitOf({ split: { by, identical_texts_together: together, stratified } }: Manifest): string {
  return [`by ${by}`, ...(together ? ['identical texts together'] : []), ...(stratified ? ['stratified'] : [])].join(', ');
}

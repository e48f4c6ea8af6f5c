import { bundle, type MimeBundle } from '../bundle.js';
import { count, counted } from '../numbers.js';
import { callout, facts, section, title } from '../parts.js';
import { table } from '../table.js';

export interface PreparedCardInput {
  readonly task: string;
  readonly kind: string;
  readonly dataset?: string;
  readonly framework?: string;
  /** Records read. */
  readonly records: number;
  readonly train: number;
  /** `null`: nothing is held out. */
  readonly test: number | null;
  /** How: `by record`. */
  readonly split?: string;
  /** Rows (or records) that were not made, by reason, in words. */
  readonly dropped: readonly { readonly reason: string; readonly count: number }[];
  readonly columns: readonly (string | { readonly name: string; readonly type?: string })[];
  /** The first training rows, by column name. */
  readonly firstRows: readonly Readonly<Record<string, unknown>>[];
  /** How many rows have each label, in training and test. */
  readonly labels?: readonly { readonly label: string; readonly train: number; readonly test: number }[];
  readonly seed: number;
  readonly fingerprint: string;
}

/** Prepared rows: how many, what was dropped and why, the first ones as the framework gets them. */
export function preparedCardBundle(input: PreparedCardInput): MimeBundle {
  const rows = input.train + (input.test ?? 0);
  const lost = input.dropped.reduce((sum, { count: n }) => sum + n, 0);
  return bundle(
    title(
      'prepared',
      input.task,
      `${input.kind}${input.dataset ? ` on ${input.dataset}` : ''}${input.framework ? ` for ${input.framework}` : ''}`,
    ),
    facts([
      ['rows', `${counted(rows, 'row')} from ${counted(input.records, 'record')}`],
      [
        'train / test',
        input.test === null
          ? `${count(input.train)} / none held out`
          : `${count(input.train)} / ${count(input.test)} (split ${input.split ?? 'by record'})`,
      ],
      ['dropped', count(lost)],
      ['seed', String(input.seed)],
      ['fingerprint', input.fingerprint.slice(0, 12)],
    ]),
    rows === 0 && callout('There is no row to train on.', 'bad'),
    lost > 0 &&
      section(
        'Dropped',
        table({
          columns: ['reason', 'count'],
          rows: input.dropped.map((drop) => [drop.reason, drop.count]),
          plain: true,
          maxRows: 50,
        }),
      ),
    Boolean(input.labels?.length) &&
      section(
        'Labels',
        table({
          columns: ['label', 'train', 'test'],
          rows: (input.labels ?? []).map(({ label, train, test }) => [label, train, test]),
          plain: true,
          maxRows: 50,
        }),
      ),
    input.firstRows.length > 0 &&
      section(
        'First training rows',
        table({ columns: input.columns, rows: input.firstRows, total: input.train, unit: 'row' }),
      ),
  );
}

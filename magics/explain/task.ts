import { planCardBundle } from '../../runtime/display/index.js';
import type { Preview } from '../../runtime/prepare/preview.js';
import { UserError } from '../../runtime/error.js';
import { shortNames } from '../../runtime/show/annotators.js';
import type { CommandContext } from '../command.js';
import { printTask } from './expression.js';
import { annotatorsIn, explain, printOrigins, type Explained } from './words.js';

export interface ExplainOptions {
  readonly dataset: string | undefined;
  /** Values of params for this once. */
  readonly params: Readonly<Record<string, string>> | undefined;
  /** How many rows are shown. */
  readonly rows: number;
  readonly json: boolean;
}

/** What a task does, what it makes of the data, and where that came from. */
export interface Explanation extends Explained, Partial<Preview> {
  readonly task: string;
  readonly kind: string;
  readonly dataset: string | null;
  readonly fingerprint: string;
  /** The task as a program, all that it inherits and calls filled in. */
  readonly program: string;
}

/** Explains a task: the plan in words, its first rows with where each value came from, what was dropped and why. */
export async function explainTask(name: string, { dataset, params, rows, json }: ExplainOptions, { session, io }: CommandContext): Promise<void> {
  const plan = session.taskPlan(name, dataset, params);
  const explained = explain(plan);
  const program = printTask(plan);
  const on = session.datasetOf(plan, dataset);
  const made = on === undefined ? undefined : await session.preview(plan, on, { rows, signal: io.signal });
  const explanation: Explanation = { task: name, kind: plan.kind, dataset: on ?? null, fingerprint: plan.fingerprint, program, ...explained, ...made };
  if (json) return io.write('stdout', `${JSON.stringify(explanation)}\n`);
  const names = shortNames([...new Set((made?.rows ?? []).flatMap(({ values }) => values.flatMap(({ origins }) => annotatorsIn(origins))))].sort());
  io.display(
    planCardBundle({
      task: name,
      kind: plan.kind,
      ...(on !== undefined && { dataset: on }),
      words: explained.words,
      columns: explained.columns,
      program: program.trimEnd(),
      ...(made && {
        made: {
          records: made.counts.records,
          rows: made.counts.rows,
          dropped: made.dropped,
          first: made.rows.map((row) => ({ record: row.record, values: row.values.map(({ column, value, origins }) => ({ column, value, from: printOrigins(origins, names) })) })),
        },
      }),
      ...(!made && { waits: 'No row is shown: the task names no data set. Name one with --dataset.' }),
      fingerprint: plan.fingerprint,
    }),
  );
}

/** @throws {UserError} `command/usage`. */
export function checkedRows(rows: number | undefined): number {
  if (rows !== undefined && rows < 0) throw new UserError('command/usage', `${rows} rows cannot be shown.`, 'Give a whole number from 0 on.');
  return rows ?? 3;
}

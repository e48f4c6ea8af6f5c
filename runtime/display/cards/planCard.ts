import { bundle, type MimeBundle } from '../bundle.js';
import { facts, note, section, title } from '../parts.js';
import { table } from '../table.js';

export interface PlanCardInput {
  readonly task: string;
  readonly kind: string;
  readonly dataset?: string;
  /** Columns of a row and where their values come from, as the author wrote it. */
  readonly columns: readonly { readonly name: string; readonly from: string }[];
  /** Questions of which one answer is made. */
  readonly unified: readonly {
    readonly question: string;
    readonly strategy: string;
    readonly ties?: string;
    readonly statuses?: readonly string[];
  }[];
  /** What rows are made for: `each response`; absent: one row a record. */
  readonly loops?: readonly string[];
  /** Conditions that a row must meet, as the author wrote them. */
  readonly conditions?: readonly string[];
  /** The first rows, by column name. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly fingerprint?: string;
}

/** A task as it was understood: its columns, what is unified and how, its first rows. */
export function planCardBundle(input: PlanCardInput): MimeBundle {
  return bundle(
    title('task', input.task, `${input.kind}${input.dataset ? ` on ${input.dataset}` : ''}`),
    facts([
      ['rows', input.loops?.length ? `for ${input.loops.join('; for ')}` : 'one for each record'],
      ['where', input.conditions?.length ? input.conditions.join(' and ') : undefined],
      ['fingerprint', input.fingerprint?.slice(0, 12)],
    ]),
    section(
      'Columns',
      table({
        columns: ['column', 'from'],
        rows: input.columns.map((column) => [column.name, column.from]),
        plain: true,
        maxRows: 50,
      }),
    ),
    input.unified.length > 0 &&
      section(
        'Unified',
        table({
          columns: ['question', 'strategy', 'ties', 'statuses'],
          rows: input.unified.map((unified) => [
            unified.question,
            unified.strategy,
            unified.ties ?? '–',
            (unified.statuses ?? ['submitted']).join(', '),
          ]),
          plain: true,
          maxRows: 50,
        }),
      ),
    input.rows.length > 0
      ? section('First rows', table({ columns: input.columns.map(({ name }) => name), rows: input.rows, plain: true }))
      : note('No row is shown: the dataset gave none.'),
  );
}

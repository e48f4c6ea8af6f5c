import { bundle, type Fragment, type MimeBundle } from '../bundle.js';
import { html, type Html } from '../html.js';
import { count, counted } from '../numbers.js';
import { callout, code, facts, folded, lines, note, section, title } from '../parts.js';
import { cellText, table, valueHtml } from '../table.js';
import { visibleLine } from '../visible.js';

export interface PlanCardInput {
  readonly task: string;
  readonly kind: string;
  readonly dataset?: string;
  /** The plan in sentences: what a row is made of, what is unified and how, what is left out. */
  readonly words: readonly string[];
  /** Columns of a row and the expressions that give them. */
  readonly columns: readonly { readonly name: string; readonly from: string }[];
  /** The task as a program, all that it inherits and calls filled in. */
  readonly program: string;
  /** What the data give; absent where they cannot be looked at. */
  readonly made?: {
    readonly records: number;
    readonly rows: number;
    readonly dropped: readonly { readonly reason: string; readonly column?: string; readonly count: number; readonly record: string }[];
    /** The first rows, with where each value came from in words. */
    readonly first: readonly { readonly record: string; readonly values: readonly { readonly column: string; readonly value: unknown; readonly from: string }[] }[];
  };
  /** Why nothing of the data is shown. */
  readonly waits?: string;
  readonly fingerprint?: string;
}

/** A task as it was understood: the plan in words, its first rows with where each value came from, what was dropped and why. */
export function planCardBundle({ task, kind, dataset, words, columns, program, made, waits, fingerprint }: PlanCardInput): MimeBundle {
  const lost = made?.dropped.reduce((sum, drop) => sum + drop.count, 0) ?? 0;
  return bundle(
    title('task', task, `${kind}${dataset ? ` on ${dataset}` : ''}`),
    lines(words.map(note), '\n'),
    section('Columns', table({ columns: ['column', 'is'], rows: columns.map(({ name, from }) => [name, whole(from)]), plain: true, maxRows: 50 })),
    folded('As a program, all filled in', code(program)),
    waits !== undefined && callout(waits, 'neutral'),
    made && facts([['made', `${counted(made.rows, 'row')} from ${counted(made.records, 'record')}`], ['dropped', count(lost)], ['fingerprint', fingerprint]]),
    ...(made?.first ?? []).map(({ record, values }, i) =>
      section(`Row ${i + 1}, of record ${record}`, traced(values)),
    ),
    made && lost > 0 && section('Dropped', table({
      columns: ['reason', 'column', 'count', 'for instance'],
      rows: made.dropped.map((drop) => [drop.reason, drop.column ?? '–', drop.count, `record ${drop.record}`]),
      plain: true,
      maxRows: 50,
    })),
    made?.rows === 0 && callout('The task makes no row of these records.', 'warning'),
  );
}

/** A text that is not cut as other cells are: what it says would be lost. */
const whole = (text: string): Fragment => ({ html: valueHtml(text, 2000), text: cellText(text, 2000) });

type TracedValue = NonNullable<PlanCardInput['made']>['first'][number]['values'][number];

/** A row's values, each with where it came from behind an arrow; in plain text on a line of its own. */
function traced(values: readonly TracedValue[]): Fragment {
  const cell = (part: Html | string): Html => html`<td style="text-align:left;vertical-align:top;padding:2px 16px 2px 0;white-space:pre-wrap;overflow-wrap:break-word;max-width:480px">${part}</td>`;
  const faint = (part: Html | string): Html => html`<span style="opacity:0.75">${part}</span>`;
  const width = Math.max(...values.map(({ column }) => column.length));
  const text = values.map(({ column, value, from }) => `  ${visibleLine(column).padEnd(width)} = ${cellText(value, 200)}\n  ${' '.repeat(width)} ← ${cellText(from, 2000)}`);
  return {
    html: html`<table style="border-collapse:collapse;margin:0 0 6px 0;font-size:13px"><tbody>${values.map(
      ({ column, value, from }) => html`<tr>${cell(faint(column))}${cell(valueHtml(value))}${cell(faint(html`← ${valueHtml(from, 2000)}`))}</tr>`,
    )}</tbody></table>`,
    text: text.join('\n'),
  };
}

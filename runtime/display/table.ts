/** Tables: a line that counts, the head of the rows, long cells clipped, nulls marked. */
import { bundle, type Fragment, type MimeBundle } from './bundle.js';
import { type Align, columns as textColumns } from './columns.js';
import { html, Html } from './html.js';
import { count, counted } from './numbers.js';
import { own } from './own.js';
import { clip, visibleLine } from './visible.js';

export interface TableColumn {
  readonly name: string;
  /** Shown small below the name. */
  readonly type?: string;
  /** Default: right for a column of numbers. */
  readonly align?: Align;
}

/** A cell: data, or a {@link Fragment} where it is more than text. */
export type Cell = unknown;

export interface TableInput {
  readonly columns: readonly (string | TableColumn)[];
  /** Cells in the order of the columns, or by column name. */
  readonly rows: readonly (readonly Cell[] | Readonly<Record<string, Cell>>)[];
  /** Rows there are altogether. Default: those given. */
  readonly total?: number;
  /** Columns there are altogether. Default: those given. */
  readonly totalColumns?: number;
  readonly caption?: string;
  /** What a row is, for the line that counts. Default: `row`. */
  readonly unit?: string;
  /** Rows shown at most. Default: 20. */
  readonly maxRows?: number;
  /** Characters of a cell shown at most. Default: 200 in HTML, 60 in plain text. */
  readonly maxCell?: number;
  /** Leaves the line that counts out. */
  readonly plain?: boolean;
  /** What stands where a row has nothing (`undefined`). Default: as `null`. */
  readonly absent?: string;
}

/** Shows rows as a table in HTML and in aligned plain text. */
export function tableBundle(input: TableInput): MimeBundle {
  return bundle(table(input));
}

/** The table as a part of a card. */
export function table(input: TableInput): Fragment {
  const heads = input.columns.map((column) =>
    typeof column === 'string' ? { name: column } : column,
  ) as TableColumn[];
  const absent: Fragment | undefined = input.absent === undefined ? undefined : { html: html`${input.absent}`, text: input.absent };
  const rows = input.rows.slice(0, input.maxRows ?? 20).map((row) =>
    heads.map((head, i) => {
      const cell = cellOf(row, head.name, i);
      return cell === undefined ? absent : cell;
    }),
  );
  const total = Math.max(input.total ?? 0, input.rows.length);
  const totalColumns = Math.max(input.totalColumns ?? 0, heads.length);
  const hidden = [
    ...(total > rows.length ? [counted(total - rows.length, `more ${input.unit ?? 'row'}`)] : []),
    ...(totalColumns > heads.length ? [counted(totalColumns - heads.length, 'more column')] : []),
  ];
  const aligns = heads.map((head, i) => head.align ?? (isNumeric(rows.map((row) => row[i]).filter((cell) => cell !== absent)) ? 'right' : 'left'));
  const size = `${counted(total, input.unit ?? 'row')} × ${counted(totalColumns, 'column')}`;
  const title = [input.caption, input.plain ? undefined : size].filter(Boolean).join(' · ');
  const more = hidden.length > 0 ? `… ${hidden.join(', ')}` : undefined;
  return {
    html: html`${title && html`<div style="opacity:0.75;margin:4px 0">${title}</div>`}
      <table style="border-collapse:collapse;margin:0 0 6px 0;font-size:13px">
        <thead><tr>${heads.map((head, i) => headHtml(head, aligns[i] ?? 'left'))}</tr></thead>
        <tbody>${rows.map((row) => html`<tr>${row.map((value, i) => cellHtml(value, aligns[i] ?? 'left', input.maxCell ?? 200))}</tr>`)}</tbody>
      </table>${more && html`<div style="opacity:0.75;margin:0 0 6px 0">${more}</div>`}`,
    text: [
      ...(title ? [title] : []),
      textColumns(
        [
          heads.map((head) => visibleLine(head.name)),
          ...rows.map((row) => row.map((value) => cellText(value, Math.min(60, input.maxCell ?? 60)))),
        ],
        aligns,
        true,
      ),
      ...(more ? [more] : []),
    ].join('\n'),
  };
}

const LINE = html`1px solid rgba(128,128,128,0.35)`;

function headHtml(head: TableColumn, align: Align): Html {
  return html`<th style="text-align:${html`${align}`};vertical-align:bottom;padding:3px 10px;border-bottom:${html`2px solid rgba(128,128,128,0.5)`};font-weight:600;white-space:nowrap">${head.name}${
    head.type && html`<div style="font-weight:400;font-size:11px;opacity:0.65">${head.type}</div>`
  }</th>`;
}

function cellHtml(value: Cell, align: Align, limit: number): Html {
  return html`<td style="text-align:${html`${align}`};vertical-align:top;padding:3px 10px;border-bottom:${LINE};max-width:480px;white-space:${html`${cellText(value, 40).length <= 24 ? 'nowrap' : 'pre-wrap'}`};overflow-wrap:break-word">${valueHtml(value, limit)}</td>`;
}

/** A value of data inside a cell or a line. */
export function valueHtml(value: Cell, limit = 200): Html {
  if (isFragment(value)) return value.html;
  if (value === null || value === undefined) return html`<span style="opacity:0.55;font-style:italic">null</span>`;
  if (value === '') return html`<span style="opacity:0.55;font-style:italic">empty</span>`;
  const { text, cut } = clip(plain(value), limit);
  return cut === 0 ? html`${text}` : html`${text}<span style="opacity:0.65">… +${count(cut)} characters</span>`;
}

/** The same in plain text, on one line. */
export function cellText(value: Cell, limit = 60): string {
  if (isFragment(value)) return value.text;
  if (value === null || value === undefined) return 'null';
  if (value === '') return 'empty';
  const { text, cut } = clip(visibleLine(plain(value)), limit);
  return cut === 0 ? text : `${text}… +${count(cut)}`;
}

/** Data as text: numbers to six digits, lists joined, objects as JSON. */
function plain(value: Cell): string {
  if (typeof value === 'string') return value;
  // Not grouped: it may be a year or an id.
  if (typeof value === 'number') return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no date' : value.toISOString();
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null))
    return value.map(plain).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return (
      JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? item.toString() : item)) ?? String(value)
    );
  } catch {
    return Object.prototype.toString.call(value); // a cycle
  }
}

function isFragment(value: Cell): value is Fragment {
  return typeof value === 'object' && value !== null && (value as Partial<Fragment>).html instanceof Html;
}

function isNumeric(cells: readonly Cell[]): boolean {
  const present = cells.filter((cell) => cell !== null && cell !== undefined);
  return present.length > 0 && present.every((cell) => typeof cell === 'number' || typeof cell === 'bigint');
}

function cellOf(row: readonly Cell[] | Readonly<Record<string, Cell>>, name: string, index: number): Cell {
  return Array.isArray(row) ? (row as readonly Cell[])[index] : own(row as Readonly<Record<string, Cell>>, name);
}

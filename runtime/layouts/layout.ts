/** The shape of a layout: how a framework wants the rows of a kind. */
import type { ColumnBuilder } from '../prepare/columns.js';
import type { RowOf } from '../task/kinds/rows.js';

/** What a layout knows beside the row. */
export interface LayoutContext {
  /** Labels of a classification task, in the question's order. */
  readonly labels: readonly string[];
  /** Columns of the rows. */
  readonly columns: readonly string[];
  /** May a row have several labels? */
  readonly severalLabels: boolean;
  /** Are labels degrees (numbers of which some are not whole) rather than classes? */
  readonly scores: boolean;
  /** The row's number among all rows of both sides. */
  readonly id: number;
}

/** A row as a framework reads it, or why it has none. */
export type LaidOut = Readonly<Record<string, unknown>> | NoRow;

/** The reason why a framework can do nothing with a row. */
export class NoRow {
  constructor(readonly reason: string) {}
}

export interface Layout<K extends string = string> {
  readonly framework: string;
  readonly kind: K;
  /** The columns, for people: `text, label (its place among the labels)`. */
  readonly doc: string;
  /** Its columns as Arrow keeps them. Absent: rows are the kind's own, as they were prepared. */
  readonly builders?: (context: Omit<LayoutContext, 'id'>) => Readonly<Record<string, ColumnBuilder>>;
  /** Throws `layout/label` for a label that is not among the task's. */
  row(row: RowOf<K>, context: LayoutContext): LaidOut;
}

/** The same layout for several frameworks. */
export const layoutsOf = <K extends string>(frameworks: readonly string[], kind: K, doc: string, row: Layout<K>['row'], builders?: Layout<K>['builders']): Layout<K>[] =>
  frameworks.map((framework) => ({ framework, kind, doc, row, ...(builders && { builders }) }));

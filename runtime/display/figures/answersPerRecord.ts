import { columns } from '../columns.js';
import type { Figure } from '../figure.js';
import { count } from '../numbers.js';
import { visibleLine } from '../visible.js';

export interface AnswersPerRecordInput {
  readonly dataset: string;
  /** `records[n]`: how many records have n submitted answers. */
  readonly records: readonly number[];
}

/** How many records have no, one, two … submitted answers. */
export function answersPerRecord(input: AnswersPerRecordInput): Figure {
  const title = `Submitted answers per record: ${input.dataset}`;
  const names = input.records.map((_, n) => String(n));
  const counts = input.records.map((n) => n);
  return {
    title,
    height: 300,
    panels: [
      {
        x: { title: 'submitted answers' },
        y: { title: 'records', numeric: true },
        traces: [{ kind: 'bar', x: names, y: counts, texts: counts.map(count) }],
      },
    ],
    text: `${visibleLine(title)}\n${columns([['answers', 'records'], ...names.map((name, i) => [name, count(counts[i] ?? 0)])], ['right', 'right'], true)}`,
  };
}

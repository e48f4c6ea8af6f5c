/** How frameworks want rows: a new layout is one entry in the file of its kind. */
import { join } from 'node:path';
import { UserError } from '../error.js';
import { writeFileAtomic } from '../files/atomic.js';
import type { Prepared } from '../prepare/index.js';
import { DropCounter } from '../prepare/drops.js';
import type { Drop } from '../prepare/manifest.js';
import { languageModels } from './languageModels.js';
import { NoRow, type Layout, type LayoutContext } from './layout.js';
import { questionAnswering } from './questionAnswering.js';
import { areScores, sentenceSimilarity } from './sentenceSimilarity.js';
import { textClassification } from './textClassification.js';
import { tokenClassification } from './tokenClassification.js';

export const layouts: readonly Layout[] = [...textClassification, ...tokenClassification, ...questionAnswering, ...languageModels, ...sentenceSimilarity] as unknown as readonly Layout[];

/** How a framework wants the rows of a kind; throws `training/unsupported-kind`. */
export function layoutFor(framework: string, kind: string): Layout {
  const found = layouts.find((layout) => layout.framework === framework && layout.kind === kind);
  if (found) return found;
  const kinds = layouts.filter((layout) => layout.framework === framework).map((layout) => layout.kind);
  throw new UserError('training/unsupported-kind', `The framework "${framework}" does not train ${kind}.`, kinds.length > 0 ? `It trains: ${kinds.join(', ')}.` : `There are: ${[...new Set(layouts.map((layout) => layout.framework))].join(', ')}.`);
}

/**
 * Prepared rows as a framework reads them, row by row. What it can do nothing with is counted in `dropped`, by reason, while
 * the rows are read.
 * Throws `training/unsupported-kind`, `layout/label`.
 *
 * @example
 * const { train, dropped } = layOut(prepared, 'trl');
 * for (const row of train()) console.log(row);
 * console.log(dropped());
 */
export function layOut(prepared: Prepared, framework: string): LaidOutRows {
  const layout = layoutFor(framework, prepared.manifest.task.kind);
  const labels = prepared.labels ?? labelsIn(prepared);
  const context = {
    labels,
    columns: prepared.train.columns,
    severalLabels: prepared.manifest.columns.some(({ name, type }) => name === 'label' && type === 'texts'),
    scores: areScores(numbersIn(prepared), labels),
  };
  const drops = { train: new DropCounter(), test: new DropCounter() };
  const side = (name: 'train' | 'test') =>
    function* (): Generator<Readonly<Record<string, unknown>>> {
      drops[name] = new DropCounter();
      for (const { id, record: _, ...row } of prepared[name].withOrigin()) {
        const made = layout.row(row as never, { ...context, id });
        if (made instanceof NoRow) drops[name].add(made.reason);
        else yield made;
      }
    };
  return { layout, context, labels, train: side('train'), test: side('test'), dropped: () => [...drops.train.list(), ...drops.test.list()] };
}

export interface LaidOutRows {
  readonly layout: Layout;
  /** What the layout was given beside the rows. */
  readonly context: Omit<LayoutContext, 'id'>;
  readonly labels: readonly string[];
  readonly train: () => Iterable<Readonly<Record<string, unknown>>>;
  readonly test: () => Iterable<Readonly<Record<string, unknown>>>;
  /** What the sides that were read had no row for. */
  readonly dropped: () => readonly Drop[];
}

/** Writes `train.jsonl` and `test.jsonl` into a folder: one row a line, as the framework reads it. */
export async function writeLaidOut({ train, test }: LaidOutRows, folder: string): Promise<void> {
  for (const [name, rows] of Object.entries({ train, test })) {
    await writeFileAtomic(join(folder, `${name}.jsonl`), lines(rows()));
  }
}

function* lines(rows: Iterable<object>): Generator<string> {
  for (const row of rows) yield `${JSON.stringify(row)}\n`;
}

/** The labels that are numbers, of both sides. */
function* numbersIn(prepared: Prepared): Generator<unknown> {
  if (!prepared.manifest.columns.some(({ name, type }) => name === 'label' && type === 'number')) return;
  for (const side of ['train', 'test'] as const) for (const row of prepared[side]) yield (row as { label: number }).label;
}

/** Labels of similarities and spans, which the manifest does not list, sorted. */
function labelsIn(prepared: Prepared): string[] {
  if (!prepared.train.columns.includes('label')) return [];
  const { type } = prepared.manifest.columns.find(({ name }) => name === 'label')!;
  if (type !== 'text') return [];
  return [...new Set([...prepared.train.counts('label').keys(), ...prepared.test.counts('label').keys()])].sort();
}

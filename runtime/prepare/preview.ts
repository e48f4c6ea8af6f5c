import { setImmediate } from 'node:timers/promises';
import { entryMaker, type RowMaker } from '../task/entries.js';
import { FunctionMaker } from '../task/format.js';
import type { Traced } from '../task/origin.js';
import { RowText } from '../task/lateText.js';
import type { RowSink } from '../task/rows.js';
import type { TrainingTask } from '../task/trainingTask.js';
import type { Feedback } from '../unify/feedback.js';
import { unlessAborted } from './aborted.js';
import { brokenReason, isBroken } from './broken.js';
import { DropCounter } from './drops.js';
import type { Drop } from './manifest.js';

export interface PreviewOptions {
  /** How many rows are kept, the first ones. Default: 3. */
  readonly rows?: number | undefined;
  /** For random ties. Default: 42. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A row, the record that it was made of, and where each of its values came from. */
export interface PreviewRow {
  readonly record: string;
  readonly values: readonly Traced[];
}

export interface Preview {
  /** Rows and drops add up to the candidates: the turns of the innermost loops. */
  readonly counts: { readonly records: number; readonly records_with_rows: number; readonly candidates: number; readonly rows: number };
  readonly rows: readonly PreviewRow[];
  /** Why candidates made no row, the most frequent reason first, with the first record that it happened to. */
  readonly dropped: readonly (Drop & { readonly record: string })[];
}

/**
 * What a task makes of a data set, and where it came from: every record is looked at, nothing is written.
 * Throws what the task's own checks throw.
 *
 * @example
 * const { rows, dropped } = await preview(task, messages, { rows: 3 });
 * rows[0]?.values[0]; // { column: 'text', value: '…', origins: [{ of: 'field', name: 'text' }] }
 */
export async function preview(task: TrainingTask, dataset: Feedback, { rows: limit = 3, seed = 42, signal }: PreviewOptions = {}): Promise<Preview> {
  const { program } = task;
  const maker = 'format' in program ? new FunctionMaker(program, dataset) : await entryMaker(program, dataset, seed);
  const seen = new Seen(maker, limit);
  let paused = performance.now();
  for await (const batch of dataset.batches(task.projection)) {
    maker.startBatch(batch);
    for (let i = 0; i < batch.length; i++) {
      seen.startRecord(batch.id.get(i));
      const made = maker.record(i, seen);
      if (made) await unlessAborted(made, signal);
      if ((i & 255) === 255 && performance.now() - paused > 50) {
        // Lets timers, sockets and an interrupt have their turn.
        await setImmediate();
        paused = performance.now();
        signal?.throwIfAborted();
      }
    }
    signal?.throwIfAborted();
  }
  return seen.preview();
}

/** Counts what is made, and keeps the first of it. */
class Seen implements RowSink {
  readonly #drops = new DropCounter();
  readonly #firstDrops = new Map<string, string>();
  readonly #rows: PreviewRow[] = [];
  #record = '';
  #records = 0;
  #withRows = 0;
  #made = 0;
  #madeBefore = 0;

  constructor(
    private readonly maker: RowMaker,
    private readonly limit: number,
  ) {}

  startRecord(record: string): void {
    this.#endRecord();
    this.#record = record;
    this.#records++;
  }

  row(values: readonly unknown[]): void {
    const { names } = this.maker.shape!;
    const broken = values.findIndex(isBroken);
    if (broken >= 0) return this.drop(brokenReason, names[broken]);
    this.#made++;
    if (this.#rows.length >= this.limit) return;
    const origins = this.maker.origins();
    this.#rows.push({ record: this.#record, values: names.map((column, i) => ({ column, value: values[i] instanceof RowText ? String(values[i]) : values[i], origins: origins[i]! })) });
  }

  drop(reason: string, column?: string): void {
    this.#drops.add(reason, column);
    const key = JSON.stringify([reason, column]);
    if (!this.#firstDrops.has(key) && this.#firstDrops.size < 10_000) this.#firstDrops.set(key, this.#record);
  }

  preview(): Preview {
    this.#endRecord();
    return {
      counts: { records: this.#records, records_with_rows: this.#withRows, candidates: this.#made + this.#drops.total, rows: this.#made },
      rows: this.#rows,
      dropped: this.#drops.list().map((drop) => ({ ...drop, record: this.#firstDrops.get(JSON.stringify([drop.reason, drop.column])) ?? '' })),
    };
  }

  #endRecord(): void {
    if (this.#made > this.#madeBefore) this.#withRows++;
    this.#madeBefore = this.#made;
  }
}

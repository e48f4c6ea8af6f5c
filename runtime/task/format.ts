/** Runs a task's TypeScript function over records, and checks what it gives. */
import type { FeedbackRecord, RecordBatch } from '../dataset/record.js';
import { UserError } from '../error.js';
import { kindNamed } from './kinds/index.js';
import type { RowMaker } from './entries.js';
import type { Origin } from './origin.js';
import type { FunctionProgram } from './program.js';
import type { Feedback } from '../unify/feedback.js';
import { RowShape, type RowSink } from './rows.js';
import { sampleOf } from './sample.js';
import { describe, ValueError, type Value } from './value.js';

export class FunctionMaker implements RowMaker {
  shape: RowShape | undefined;
  readonly #program: FunctionProgram;
  readonly #dataset: Feedback;
  #batch!: RecordBatch;
  #values: Value[] = [];

  constructor(program: FunctionProgram, dataset: Feedback) {
    this.#program = program;
    this.#dataset = dataset;
  }

  startBatch(batch: RecordBatch): void {
    this.#batch = batch;
  }

  origins(): readonly (readonly Origin[])[] {
    return (this.shape?.names ?? []).map(() => [{ of: 'function' }]);
  }

  async record(index: number, sink: RowSink): Promise<void> {
    const record = this.#batch.record(index);
    let any = false;
    for await (const row of this.#rowsOf(record, this.#batch.offset + index)) {
      any = true;
      if (row === null || row === undefined) sink.drop('the function gave null');
      else this.#row(row, record.id, sink);
    }
    if (!any) sink.drop('the function gave no row');
  }

  async *#rowsOf(record: FeedbackRecord, position: number): AsyncGenerator<unknown> {
    try {
      yield* flat(await (this.#program.format(sampleOf(record, this.#dataset, position)) as unknown));
    } catch (error) {
      if (error instanceof UserError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new UserError(
        'data/format-failed',
        `The function failed on record "${record.id}": ${message}`,
        'Handle such a record, or return null to leave it out.',
        { cause: error },
      );
    }
  }

  #row(row: unknown, record: string, sink: RowSink): void {
    if (typeof row !== 'object' || Array.isArray(row)) {
      const columns = kindNamed(this.#program.kind).rowType;
      throw new UserError(
        'data/format-shape',
        `The function gave ${describe(row)} as a row of record "${record}".`,
        `A row is an object: ${columns}.`,
      );
    }
    const names = Object.keys(row!).filter((name) => (row as Record<string, unknown>)[name] !== undefined);
    try {
      this.shape ??= new RowShape(kindNamed(this.#program.kind), names);
      const missing = this.shape.names.find((name) => !names.includes(name)) ?? names.find((name) => !this.shape!.names.includes(name));
      if (missing !== undefined) {
        // Says what is wrong with this row by itself, where something is.
        new RowShape(kindNamed(this.#program.kind), names);
        throw new ValueError(
          'data/format-shape',
          `One row has the column "${missing}" and another has not.`,
          'Give every row the same columns.',
        );
      }
      for (let i = 0; i < this.shape.columns.length; i++) {
        const { name } = this.shape.columns[i]!;
        const value = (row as Record<string, unknown>)[name];
        const stored = value === null ? undefined : this.shape.store(i, value);
        if (stored === undefined) return sink.drop('is null', name);
        this.#values[i] = stored;
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw new UserError('data/format-shape', `${error.message} (record "${record}")`, error.hint, { cause: error });
    }
    sink.row(this.#values);
  }
}

/** What was given, one after the other; lists in lists are one list. */
async function* flat(given: unknown): AsyncGenerator<unknown> {
  if (!isIterable(given)) return yield given;
  for await (const item of given) yield* flat(item);
}

function isIterable(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

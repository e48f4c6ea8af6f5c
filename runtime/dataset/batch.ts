import type { Column, FeedbackRecord, RecordBatch, Responses, Suggestion } from './record.js';

/** A column whose values are made when they are asked for. */
export class LazyColumn<T> implements Column<T> {
  constructor(
    readonly length: number,
    private readonly make: (index: number) => T,
  ) {}
  get(index: number): T {
    return this.make(index);
  }
}

/** Consecutive records that are in memory. */
export class MemoryBatch implements RecordBatch {
  readonly length: number;
  readonly id: Column<string>;
  readonly responses: Column<Responses>;

  constructor(
    private readonly records: readonly FeedbackRecord[],
    readonly offset: number,
  ) {
    this.length = records.length;
    this.id = this.#column((record) => record.id);
    this.responses = this.#column((record) => record.responses);
  }

  field(name: string): Column<string | null> {
    return this.#column((record) => record.fields[name] ?? null);
  }

  suggestion(question: string): Column<Suggestion | null> {
    return this.#column((record) => record.suggestions[question] ?? null);
  }

  metadata(): Column<Readonly<Record<string, unknown>>> {
    return this.#column((record) => record.metadata);
  }

  record(index: number): FeedbackRecord {
    return this.records[index]!;
  }

  #column<T>(of: (record: FeedbackRecord) => T): Column<T> {
    return new LazyColumn(this.length, (index) => of(this.records[index]!));
  }
}

import type { Column, FeedbackRecord, FeedbackResponse, RecordBatch, ResponseColumns, Responses, Suggestion } from './record.js';

/** A column whose values are made when they are asked for. */
export class LazyColumn<T> implements Column<T> {
  constructor(
    readonly length: number,
    private readonly make: (index: number) => T,
    private readonly isThere: (index: number) => boolean = (index) => make(index) !== null,
  ) {}
  get(index: number): T {
    return this.make(index);
  }
  has(index: number): boolean {
    return this.isThere(index);
  }
}

/** Consecutive records that are in memory. */
export class MemoryBatch implements RecordBatch {
  readonly length: number;
  readonly id: Column<string>;
  readonly responses: Column<Responses>;
  #responseColumns: ResponseColumns | undefined;

  constructor(
    private readonly records: readonly FeedbackRecord[],
    readonly offset: number,
  ) {
    this.length = records.length;
    this.id = this.#column((record) => record.id);
    this.responses = this.#column((record) => record.responses);
  }

  get responseColumns(): ResponseColumns {
    return (this.#responseColumns ??= columnsOf(this.records));
  }

  field(name: string): Column<string | null> {
    return this.#column((record) => own(record.fields, name));
  }

  suggestion(question: string): Column<Suggestion | null> {
    return this.#column((record) => own(record.suggestions, question));
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

function columnsOf(records: readonly FeedbackRecord[]): ResponseColumns {
  const all: FeedbackResponse[] = [];
  const starts = [0];
  for (const { responses } of records) {
    for (const response of responses) all.push(response);
    starts.push(all.length);
  }
  const column = <T>(of: (response: FeedbackResponse) => T): Column<T> => new LazyColumn(all.length, (place) => of(all[place]!));
  return {
    starts,
    annotator: column(({ annotator }) => annotator),
    status: column(({ status }) => status),
    answer: (question) => column(({ values }) => own(values, question)),
  };
}

/** A question may be called "constructor". */
const own = <T>(values: Readonly<Record<string, T>>, name: string): T | null => (Object.hasOwn(values, name) ? (values[name] ?? null) : null);

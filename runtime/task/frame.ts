/** What a compiled task looks at while it makes one record's rows; one frame for the whole data set, filled anew for each. */
import type { AnswerValue, Column, RecordBatch, ResponseColumns, Suggestion } from '../dataset/record.js';
import { nearest } from '../nearest.js';
import { ValueError, type Value } from './value.js';

export class Frame {
  readonly slots: Value[] = [];
  /** Place of the response whose turn it is in a loop over responses; -1 outside. */
  response = -1;
  index = 0;
  batch!: RecordBatch;
  #responses: ResponseColumns | null = null;
  #metadata: Column<Readonly<Record<string, unknown>>> | null = null;
  /** Columns that are looked up by name, of the current batch. */
  readonly #fields = new Map<string, Column<string | null>>();
  readonly #suggestions = new Map<string, Column<Suggestion | null>>();
  /** Columns that expressions ask for on every record, by their place. */
  readonly #fieldNames: string[] = [];
  readonly #questionNames: string[] = [];
  readonly fields: Column<string | null>[] = [];
  /** By place of the question; each by place of the response. */
  readonly answers: Column<AnswerValue | null>[] = [];

  constructor(readonly knownFields: ReadonlySet<string>) {}

  /** The place in {@link fields} where each batch's column of that name will stand. */
  placeOfField(name: string): number {
    return placeOf(this.#fieldNames, name);
  }

  /** The place in {@link answers} where each batch's column of that question will stand. */
  placeOfQuestion(name: string): number {
    return placeOf(this.#questionNames, name);
  }

  startBatch(batch: RecordBatch): void {
    this.batch = batch;
    this.#fields.clear();
    this.#suggestions.clear();
    this.#metadata = null;
    this.#responses = null;
    this.#fieldNames.forEach((name, at) => (this.fields[at] = batch.field(name)));
    this.#questionNames.forEach((name, at) => (this.answers[at] = batch.responseColumns.answer(name)));
  }

  startRecord(index: number): void {
    this.index = index;
    this.response = -1;
  }

  get id(): string {
    return this.batch.id.get(this.index);
  }

  get responses(): ResponseColumns {
    return (this.#responses ??= this.batch.responseColumns);
  }

  get metadata(): Readonly<Record<string, unknown>> {
    return (this.#metadata ??= this.batch.metadata()).get(this.index);
  }

  field(name: string): string | null {
    let column = this.#fields.get(name);
    if (!column) {
      if (!this.knownFields.has(name)) {
        const names = [...this.knownFields];
        throw new ValueError(
          'name/unknown-field',
          `There is no field "${name}".`,
          nearest(name, names) ?? `There are: ${names.join(', ')}.`,
        );
      }
      this.#fields.set(name, (column = this.batch.field(name)));
    }
    return column.get(this.index);
  }

  suggestion(question: string): Suggestion | null {
    let column = this.#suggestions.get(question);
    if (!column) this.#suggestions.set(question, (column = this.batch.suggestion(question)));
    return column.get(this.index);
  }
}

function placeOf(names: string[], name: string): number {
  const at = names.indexOf(name);
  return at >= 0 ? at : names.push(name) - 1;
}

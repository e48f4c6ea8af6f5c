/** What a compiled task looks at while it makes one record's rows; one frame for the whole data set, filled anew for each. */
import type { Column, FeedbackResponse, RecordBatch, Responses, Suggestion } from '../dataset/record.js';
import { nearest } from '../nearest.js';
import { ValueError, type Value } from './value.js';

export class Frame {
  readonly slots: Value[] = [];
  /** The response whose turn it is in a loop over responses. */
  response: FeedbackResponse | null = null;
  index = 0;
  #batch!: RecordBatch;
  #responses: Responses | null = null;
  readonly #fields = new Map<string, Column<string | null>>();
  readonly #suggestions = new Map<string, Column<Suggestion | null>>();
  #metadata: Column<Readonly<Record<string, unknown>>> | null = null;
  /** Columns that expressions ask for on every record, by their place. */
  readonly #fieldNames: string[] = [];
  readonly fields: Column<string | null>[] = [];

  constructor(readonly knownFields: ReadonlySet<string>) {}

  /** The place in {@link fields} where each batch's column of that name will stand. */
  placeOfField(name: string): number {
    const at = this.#fieldNames.indexOf(name);
    return at >= 0 ? at : this.#fieldNames.push(name) - 1;
  }

  startBatch(batch: RecordBatch): void {
    this.#batch = batch;
    this.#fields.clear();
    this.#suggestions.clear();
    this.#metadata = null;
    this.#fieldNames.forEach((name, at) => (this.fields[at] = batch.field(name)));
  }

  startRecord(index: number): void {
    this.index = index;
    this.#responses = null;
    this.response = null;
  }

  get id(): string {
    return this.#batch.id.get(this.index);
  }

  get responses(): Responses {
    return (this.#responses ??= this.#batch.responses.get(this.index));
  }

  get metadata(): Readonly<Record<string, unknown>> {
    return (this.#metadata ??= this.#batch.metadata()).get(this.index);
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
      this.#fields.set(name, (column = this.#batch.field(name)));
    }
    return column.get(this.index);
  }

  suggestion(question: string): Suggestion | null {
    let column = this.#suggestions.get(question);
    if (!column) this.#suggestions.set(question, (column = this.#batch.suggestion(question)));
    return column.get(this.index);
  }
}

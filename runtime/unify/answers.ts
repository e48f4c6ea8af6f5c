/** Collects the answers to one question that count, without allocating for each record. */
import type { AnswerValue, Column, RecordBatch, ResponseColumns, ResponseStatus } from '../dataset/record.js';
import type { Answers } from './strategy.js';

export class AnswerCollector implements Answers {
  readonly values: AnswerValue[] = [];
  readonly #question: string;
  readonly #statuses: readonly ResponseStatus[];
  readonly #onlySubmitted: boolean;
  /** Places of the responses that count. */
  readonly #places: number[] = [];
  readonly #annotators: (string | null)[] = [];
  #batch: RecordBatch | undefined;
  #index = 0;
  #responses!: ResponseColumns;
  #answers!: Column<AnswerValue | null>;

  constructor(question: string, statuses: readonly ResponseStatus[]) {
    this.#question = question;
    this.#statuses = statuses;
    this.#onlySubmitted = statuses.length === 1 && statuses[0] === 'submitted';
  }

  get record(): string {
    return this.#batch!.id.get(this.#index);
  }

  get annotators(): readonly (string | null)[] {
    const { annotator } = this.#responses;
    this.#annotators.length = this.#places.length;
    for (let i = 0; i < this.#places.length; i++) this.#annotators[i] = annotator.get(this.#places[i]!);
    return this.#annotators;
  }

  /** Replaces what was collected by the answers of a batch's record; false where there are none. */
  collect(batch: RecordBatch, index: number): boolean {
    if (batch !== this.#batch) {
      this.#batch = batch;
      this.#responses = batch.responseColumns;
      this.#answers = this.#responses.answer(this.#question);
    }
    this.#index = index;
    const { starts, status } = this.#responses;
    const end = starts[index + 1]!;
    let length = 0;
    for (let place = starts[index]!; place < end; place++) {
      const said = status.get(place);
      if (this.#onlySubmitted ? said !== 'submitted' : !this.#statuses.includes(said)) continue;
      const value = this.#answers.get(place);
      if (value === null) continue;
      this.values[length] = value;
      this.#places[length] = place;
      length++;
    }
    this.values.length = length;
    this.#places.length = length;
    return length > 0;
  }
}

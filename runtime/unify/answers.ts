/** Collects the answers to one question that count, without allocating for each record. */
import type { AnswerValue, Responses, ResponseStatus } from '../dataset/record.js';
import type { Answers } from './strategy.js';

export class AnswerCollector implements Answers {
  record = '';
  readonly values: AnswerValue[] = [];
  readonly annotators: (string | null)[] = [];
  readonly #question: string;
  readonly #statuses: readonly ResponseStatus[];
  readonly #onlySubmitted: boolean;

  constructor(question: string, statuses: readonly ResponseStatus[]) {
    this.#question = question;
    this.#statuses = statuses;
    this.#onlySubmitted = statuses.length === 1 && statuses[0] === 'submitted';
  }

  /** Replaces what was collected by this record's answers; false where there are none. */
  collect(record: string, responses: Responses): boolean {
    this.record = record;
    let length = 0;
    for (let i = 0; i < responses.length; i++) {
      const response = responses[i]!;
      if (this.#onlySubmitted ? response.status !== 'submitted' : !this.#statuses.includes(response.status)) continue;
      const value = response.values[this.#question];
      if (value === undefined || value === null) continue;
      this.values[length] = value;
      this.annotators[length] = response.annotator;
      length++;
    }
    this.values.length = length;
    this.annotators.length = length;
    return length > 0;
  }
}

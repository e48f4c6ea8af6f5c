import type { FeedbackRecord, RecordSource } from './record.js';
import { recordsOf } from './sources/derived.js';

/**
 * The records of a data set, read when they are asked for and never more than a batch at once.
 *
 * @example
 * for await (const record of dataset.records) console.log(record.id);
 * const firstTwo = await dataset.records.take(2);
 */
export class Records implements AsyncIterable<FeedbackRecord> {
  constructor(
    private readonly source: Pick<RecordSource, 'batches' | 'count'>,
    private readonly transform: (records: AsyncIterable<FeedbackRecord>) => AsyncIterable<FeedbackRecord> = (records) => records,
    private readonly plain = true,
  ) {}

  [Symbol.asyncIterator](): AsyncIterator<FeedbackRecord> {
    return this.transform(recordsOf(this.source))[Symbol.asyncIterator]();
  }

  /** How many there are; read where the source does not know. */
  async count(): Promise<number> {
    if (this.plain && this.source.count !== undefined) return this.source.count;
    let count = 0;
    for await (const _ of this) count++;
    return count;
  }

  /** The first `n`. */
  take(n: number): Promise<FeedbackRecord[]> {
    return this.slice(0, n);
  }

  /** The one at `index` from 0 on, or nothing. */
  async at(index: number): Promise<FeedbackRecord | undefined> {
    return (await this.slice(index, index + 1))[0];
  }

  /** Those from `start` to before `end`. */
  async slice(start: number, end = Infinity): Promise<FeedbackRecord[]> {
    const found: FeedbackRecord[] = [];
    let index = 0;
    if (end <= start) return found;
    for await (const record of this) {
      if (index++ < start) continue;
      found.push(record);
      if (index >= end) break;
    }
    return found;
  }

  /** All of them in memory. */
  toArray(): Promise<FeedbackRecord[]> {
    return this.slice(0);
  }

  /** A view of those that pass. */
  filter(passes: (record: FeedbackRecord) => boolean | Promise<boolean>): Records {
    const { transform } = this;
    return new Records(
      this.source,
      async function* (records) {
        for await (const record of transform(records)) if (await passes(record)) yield record;
      },
      false,
    );
  }

  /** What `of` makes of each. */
  async map<T>(of: (record: FeedbackRecord) => T | Promise<T>): Promise<T[]> {
    const found: T[] = [];
    for await (const record of this) found.push(await of(record));
    return found;
  }
}

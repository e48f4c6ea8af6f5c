import { createHash } from 'node:crypto';
import { MemoryBatch } from '../batch.js';
import type { FeedbackRecord, RecordSource } from '../record.js';
import { batchSize } from './memory.js';

/** Records made of another source's as they are read; each reading makes them anew. */
export class DerivedSource implements RecordSource {
  constructor(
    readonly description: string,
    private readonly from: RecordSource,
    private readonly derive: (records: AsyncIterable<FeedbackRecord>) => AsyncIterable<FeedbackRecord>,
    readonly count?: number,
  ) {}

  async *batches(): AsyncIterable<MemoryBatch> {
    let records: FeedbackRecord[] = [];
    let offset = 0;
    for await (const record of this.derive(recordsOf(this.from))) {
      if (records.push(record) < batchSize) continue;
      yield new MemoryBatch(records, offset);
      offset += records.length;
      records = [];
    }
    if (records.length > 0) yield new MemoryBatch(records, offset);
  }

  /** Of what is made: nobody can see what a function depends on. */
  async fingerprint(): Promise<string> {
    const hash = createHash('sha256');
    for await (const batch of this.batches()) for (let i = 0; i < batch.length; i++) hash.update(JSON.stringify(batch.record(i))).update('\n');
    return hash.digest('hex');
  }
}

/** All records of a source, one after the other. */
export async function* recordsOf(source: Pick<RecordSource, 'batches'>): AsyncGenerator<FeedbackRecord> {
  for await (const batch of source.batches()) for (let i = 0; i < batch.length; i++) yield batch.record(i);
}

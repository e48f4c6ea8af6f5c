import { createHash } from 'node:crypto';
import { MemoryBatch } from '../batch.js';
import type { FeedbackRecord, RecordSource } from '../record.js';

/** Records of a batch: enough to be quick, few enough to be small. */
export const batchSize = 1000;

/** Records that a program made. */
export class MemorySource implements RecordSource {
  readonly description: string;
  constructor(
    readonly records: readonly FeedbackRecord[],
    description = 'memory',
  ) {
    this.description = description;
  }

  get count(): number {
    return this.records.length;
  }

  async *batches(): AsyncIterable<MemoryBatch> {
    for (let offset = 0; offset < this.records.length; offset += batchSize) {
      yield new MemoryBatch(this.records.slice(offset, offset + batchSize), offset);
    }
  }

  async fingerprint(): Promise<string> {
    const hash = createHash('sha256');
    for (const record of this.records) hash.update(JSON.stringify(record)).update('\n');
    return hash.digest('hex');
  }
}

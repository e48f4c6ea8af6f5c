import { join } from 'node:path';
import { ArrowFileWriter } from '../prepare/arrowFile.js';
import type { LaidOutRows } from './index.js';

/** How many rows of each side there are. */
export interface LaidOutCounts {
  readonly train: number;
  readonly test: number;
}

/** Writes `train.arrow` and `test.arrow` into a folder: the rows as the framework reads them. */
export async function writeLaidOutArrow({ layout, context, train, test }: LaidOutRows, folder: string): Promise<LaidOutCounts> {
  const write = async (name: string, rows: Iterable<Readonly<Record<string, unknown>>>): Promise<number> => {
    const builders = Object.entries(layout.builders!(context));
    const writer = await ArrowFileWriter.create(join(folder, name), new Map(builders));
    try {
      for (const row of rows) {
        for (const [column, builder] of builders) builder.append(row[column]);
        if (writer.isFull) await writer.flush();
      }
      return (await writer.close()).rows;
    } catch (error) {
      await writer.abandon();
      throw error;
    }
  };
  return { train: await write('train.arrow', train()), test: await write('test.arrow', test()) };
}

import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, type AsyncBuffer, type FileMetaData } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { UserError } from '../../error.js';

/** Columns of one row group, by name. */
export interface ColumnChunk {
  readonly length: number;
  readonly columns: ReadonlyMap<string, ArrayLike<unknown>>;
}

/** A parquet file, read row group by row group and only the columns that are asked for. */
export class ParquetFile {
  private constructor(
    /** As the user wrote it. */
    readonly path: string,
    private readonly buffer: AsyncBuffer,
    private readonly metadata: FileMetaData,
  ) {}

  /**
   * @param shown the path as the user wrote it, for messages.
   * @throws {UserError} `data/parquet` where the file is broken.
   */
  static async open(path: string, shown = path): Promise<ParquetFile> {
    try {
      const buffer = await asyncBufferFromFile(path);
      return new ParquetFile(shown, buffer, await parquetMetadataAsync(buffer));
    } catch (error) {
      throw broken(shown, error);
    }
  }

  get length(): number {
    return Number(this.metadata.num_rows);
  }

  get columns(): string[] {
    const { schema } = this.metadata;
    const names: string[] = [];
    for (let i = 1, left = schema[0]!.num_children ?? 0; left > 0; left--) {
      names.push(schema[i]!.name);
      i += size(schema, i);
    }
    return names;
  }

  async *chunks(columns: readonly string[]): AsyncIterable<ColumnChunk> {
    const { row_groups: groups } = this.metadata;
    let rowStart = 0;
    for (const group of groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      const found = new Map<string, ArrayLike<unknown>>();
      try {
        if (columns.length > 0) {
          await parquetRead({
            file: this.buffer,
            metadata: this.metadata,
            columns: [...columns],
            rowStart,
            rowEnd,
            compressors,
            onChunk: ({ columnName, columnData }) => {
              const before = found.get(columnName);
              found.set(columnName, before ? [...Array.from(before), ...Array.from(columnData as ArrayLike<unknown>)] : columnData);
            },
          });
        }
      } catch (error) {
        throw broken(this.path, error);
      }
      yield { length: rowEnd - rowStart, columns: found };
      rowStart = rowEnd;
    }
  }
}

/** How many schema elements a column takes: itself and all below it. */
function size(schema: FileMetaData['schema'], at: number): number {
  let count = 1;
  for (let left = schema[at]!.num_children ?? 0; left > 0; left--) count += size(schema, at + count);
  return count;
}

function broken(path: string, error: unknown): UserError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new UserError('data/no-file', `There is no file "${path}".`, 'Check the path; it starts at the folder of the program.');
  return new UserError('data/parquet', `"${path}" cannot be read as parquet: ${message.split('\n')[0]}.`, 'Write it again, or load it from where it came from.', { cause: error });
}

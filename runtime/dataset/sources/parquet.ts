import type { RecordBatch } from 'apache-arrow';
import { asyncBufferFromFile, parquetMetadataAsync, type FileMetaData } from 'hyparquet';
import { UserError } from '../../error.js';
import { decodeParquet, warmUp } from './parquetDecoder.js';

/** A batch has at most so many rows, and about so many bytes. */
const batchRows = 4096;
const batchBytes = 8 << 20;

/** A parquet file: its footer is read when it is opened, rows batch by batch and only the columns that are asked for. */
export class ParquetFile {
  private constructor(
    /** As the user wrote it. */
    readonly shown: string,
    private readonly path: string,
    private readonly metadata: FileMetaData,
  ) {}

  /**
   * @param shown the path as the user wrote it, for messages.
   * @throws {UserError} `data/no-file`; `data/parquet` where the file is broken.
   */
  static async open(path: string, shown = path): Promise<ParquetFile> {
    try {
      const buffer = await asyncBufferFromFile(path);
      const metadata = await parquetMetadataAsync(buffer);
      warmUp();
      return new ParquetFile(shown, path, metadata);
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

  /** Columns that keep labels as numbers, with the labels in order, as Hugging Face's datasets writes them down. */
  get classLabels(): ReadonlyMap<string, readonly (string | null)[]> {
    const written = this.metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
    if (written === undefined) return new Map();
    try {
      const { features } = (JSON.parse(written) as { info: { features: Record<string, { _type?: string; names?: (string | null)[] }> } }).info;
      return new Map(Object.entries(features).flatMap(([name, { _type, names }]) => (_type === 'ClassLabel' && Array.isArray(names) ? [[name, names] as const] : [])));
    } catch {
      return new Map();
    }
  }

  /**
   * The rows, as Arrow has them.
   * @param columns of the file's own; an empty list gives batches without columns.
   * @throws {UserError} `data/parquet`, also where the file is broken further on.
   */
  async *batches(columns: readonly string[]): AsyncGenerator<RecordBatch> {
    // Loaded when there is something to read: it is large.
    const { tableFromIPC } = await import('apache-arrow');
    // Without any column there would be nothing that tells how many rows there are.
    const asked = columns.length > 0 ? columns : this.columns.slice(0, 1);
    let rows = 0;
    try {
      for await (const stream of decodeParquet({ path: this.path, columns: asked, batchRows: this.#batchRows(asked) })) {
        for (const batch of tableFromIPC(stream).batches) {
          rows += batch.numRows;
          yield batch;
        }
      }
    } catch (error) {
      throw broken(this.shown, error);
    }
    if (rows !== this.length) throw broken(this.shown, new Error(`its footer says ${this.length} rows, and there are ${rows}`));
  }

  /** Fewer rows at a time where they are large. */
  #batchRows(columns: readonly string[]): number {
    let bytes = 0;
    for (const { columns: chunks } of this.metadata.row_groups) {
      for (const { meta_data: chunk } of chunks) if (chunk && columns.includes(chunk.path_in_schema[0]!)) bytes += Number(chunk.total_uncompressed_size);
    }
    return Math.max(16, Math.min(batchRows, Math.floor((batchBytes * this.length) / Math.max(bytes, 1))));
  }
}

/** How many schema elements a column takes: itself and all below it. */
function size(schema: FileMetaData['schema'], at: number): number {
  let count = 1;
  for (let left = schema[at]!.num_children ?? 0; left > 0; left--) count += size(schema, at + count);
  return count;
}

function broken(path: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new UserError('data/no-file', `There is no file "${path}".`, 'Check the path; it starts at the folder of the program.');
  return new UserError('data/parquet', `"${path}" cannot be read as parquet: ${message.split('\n')[0]!.replace(/\.$/, '')}.`, 'Write it again, or load it from where it came from.', { cause: error });
}

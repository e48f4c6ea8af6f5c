/** Arrow IPC files, written batch by batch and read back a batch at a time: neither needs the file in memory. */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import {
  AsyncByteQueue,
  Field,
  Message,
  RecordBatch,
  RecordBatchFileWriter,
  RecordBatchReader,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  makeData,
} from 'apache-arrow';
import { Footer } from 'apache-arrow/ipc/metadata/file';
import { UserError } from '../error.js';
import type { ColumnBuilder } from './columns.js';

/** A batch is closed after so many rows, or so many bytes; both depend on the rows alone, so that equal rows give equal files. */
const batchRows = 4096;
const batchBytes = 8 << 20;

/** Takes the writer's pieces as they come; the file takes them from here. */
class Pieces extends AsyncByteQueue<Uint8Array> {
  pieces: Uint8Array[] = [];
  override write(piece: unknown): void {
    this.pieces.push(piece as Uint8Array);
  }
  override close(): void {}
}

/** Writes the schema at the file's head too, as the format asks: a file can then be read as a stream from its 9th byte on. */
class FileWriter extends RecordBatchFileWriter {
  protected override _writeSchema(schema: Schema): this {
    super._writeSchema(schema);
    return this._writeMessage(Message.from(schema));
  }
}

export interface WrittenFile {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Writes rows of the given columns. Append to `columns` and flush whenever the batch is full. */
export class ArrowFileWriter {
  readonly #file: FileHandle;
  readonly #writer = new FileWriter();
  readonly #sink = new Pieces();
  readonly #hash: Hash = createHash('sha256');
  readonly #schema: Schema;
  readonly columns: readonly ColumnBuilder[];
  #rows = 0;
  #bytes = 0;

  private constructor(file: FileHandle, columns: ReadonlyMap<string, ColumnBuilder>) {
    this.#file = file;
    this.columns = [...columns.values()];
    this.#schema = new Schema([...columns].map(([name, { type }]) => new Field(name, type, false)));
    this.#writer.reset(this.#sink, this.#schema);
  }

  static async create(path: string, columns: ReadonlyMap<string, ColumnBuilder>): Promise<ArrowFileWriter> {
    return new ArrowFileWriter(await open(path, 'wx'), columns);
  }

  /** Is the batch full? Asked after each row, or run of at most {@link room} rows. */
  get isFull(): boolean {
    if (this.room <= 0) return true;
    let bytes = 0;
    for (const column of this.columns) bytes += column.byteLength;
    return bytes >= batchBytes;
  }

  /** Rows that still go into the current batch. */
  get room(): number {
    return batchRows - this.columns[0]!.length;
  }

  /** Writes the current batch and starts the next. */
  async flush(): Promise<void> {
    const { length } = this.columns[0]!;
    if (length > 0) {
      const children = this.columns.map((column) => column.data());
      const data = makeData({ type: new Struct(this.#schema.fields), length, nullCount: 0, children });
      this.#writer.write(new RecordBatch(this.#schema, data));
      this.#rows += length;
    }
    await this.#drain();
    for (const column of this.columns) column.clear();
  }

  async close(): Promise<WrittenFile> {
    try {
      await this.flush();
      this.#writer.finish();
      await this.#drain();
    } finally {
      await this.#file.close();
    }
    return { rows: this.#rows, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** Closes the file without caring for its content. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => {});
  }

  async #drain(): Promise<void> {
    const { pieces } = this.#sink;
    this.#sink.pieces = [];
    for (const piece of pieces) {
      this.#hash.update(piece);
      this.#bytes += piece.byteLength;
    }
    // Many pieces are paddings of a few bytes: one call for all of them.
    for (let left = pieces; left.length > 0; left = left.slice(512)) {
      const some = left.slice(0, 512);
      const size = some.reduce((sum, piece) => sum + piece.byteLength, 0);
      const { bytesWritten } = await this.#file.writev(some);
      if (bytesWritten !== size)
        throw new UserError('data/cannot-write', 'The disk took only a part of a batch.', 'Free some space or write elsewhere.');
    }
  }
}

/** A written file: batches are read when they are asked for. */
export class ArrowFile {
  readonly schema: Schema;
  readonly length: number;
  readonly #path: string;
  /** The schema's message, without which a batch cannot be read. */
  readonly #head: Uint8Array<ArrayBuffer>;
  readonly #blocks: readonly { readonly offset: number; readonly bytes: number; readonly firstRow: number; readonly rows: number }[];
  #latest: { readonly index: number; readonly batch: RecordBatch } | undefined;

  /** Throws `data/damaged-file` where it is no whole Arrow file. */
  constructor(path: string) {
    this.#path = path;
    try {
      const fd = openSync(path, 'r');
      try {
        const read = (offset: number, bytes: number) => readPart(fd, offset, bytes);
        const { size } = fstatSync(fd);
        const tail = read(size - 10, 10);
        if (Buffer.from(tail.subarray(4)).toString('latin1') !== 'ARROW1') throw new Error('it does not end as Arrow files do');
        const footerSize = new DataView(tail.buffer, tail.byteOffset).getInt32(0, true);
        const footer = Footer.decode(read(size - 10 - footerSize, footerSize));
        this.schema = footer.schema;
        const blocks = [...footer.recordBatches()].map(({ offset, metaDataLength, bodyLength }) => ({
          offset: Number(offset),
          meta: metaDataLength,
          bytes: metaDataLength + Number(bodyLength),
        }));
        this.#head = schemaMessage(this.schema);
        let firstRow = 0;
        this.#blocks = blocks.map(({ offset, meta, bytes }) => {
          if (offset + bytes > size) throw new Error('a batch is cut off');
          const rows = Number((Message.decode(read(offset + 8, meta - 8)).header() as { length: number | bigint }).length);
          const block = { offset, bytes, firstRow, rows };
          firstRow += rows;
          return block;
        });
        this.length = firstRow;
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      throw damaged(path, error);
    }
  }

  get batchCount(): number {
    return this.#blocks.length;
  }

  batch(index: number): RecordBatch {
    if (this.#latest?.index === index) return this.#latest.batch;
    const { offset, bytes } = this.#blocks[index]!;
    try {
      const fd = openSync(this.#path, 'r');
      try {
        const stream = readPart(fd, offset, bytes, this.#head);
        const { value } = RecordBatchReader.from(stream).open().next() as { value: RecordBatch };
        this.#latest = { index, batch: value };
        return value;
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      throw damaged(this.#path, error);
    }
  }

  /** The batch that a row stands in, and its place there. */
  locate(row: number): { readonly batch: RecordBatch; readonly at: number } {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#blocks[middle]!.firstRow <= row) low = middle;
      else high = middle - 1;
    }
    return { batch: this.batch(low), at: row - this.#blocks[low]!.firstRow };
  }
}

function schemaMessage(schema: Schema): Uint8Array<ArrayBuffer> {
  const sink = new Pieces();
  new RecordBatchStreamWriter().reset(sink, schema);
  return Buffer.concat(sink.pieces);
}

/** So many bytes of a file from an offset on, after `head` in one buffer. */
function readPart(fd: number, offset: number, bytes: number, head = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  if (offset < 0 || bytes < 0) throw new Error('it is too short');
  const buffer = new Uint8Array(head.length + bytes);
  buffer.set(head);
  for (let filled = 0; filled < bytes;) {
    const read = readSync(fd, buffer, head.length + filled, bytes - filled, offset + filled);
    if (read === 0) throw new Error('it is too short');
    filled += read;
  }
  return buffer;
}

function damaged(path: string, cause: unknown): UserError {
  return new UserError(
    'data/damaged-file',
    `"${path}" is not a whole Arrow file: ${(cause as Error).message}.`,
    'Prepare the rows again.',
    { cause },
  );
}

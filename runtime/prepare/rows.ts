import { join } from 'node:path';
import type { RecordBatch, Vector } from 'apache-arrow';
import { TextCodes } from '../dataset/sources/texts.js';
import { ArrowFile } from './arrowFile.js';

/** Where a row comes from. */
export interface RowOrigin {
  /** The row's number among all rows, of both sides, from 0. */
  readonly id: number;
  /** Id of the record that it was made of. */
  readonly record: string;
}

const originColumns = ['id', 'record'];

/**
 * Prepared rows, read from their file when they are asked for.
 *
 * @example
 * for (const { text, label } of prepared.train) console.log(label, text);
 */
export class Rows<Row = Readonly<Record<string, unknown>>> implements Iterable<Row> {
  /** The rows' columns, in the kind's order. */
  readonly columns: readonly string[];
  readonly length: number;
  readonly #file: ArrowFile;

  private constructor(file: ArrowFile, columns: readonly string[]) {
    this.#file = file;
    this.columns = columns;
    this.length = file.length;
  }

  /** Opens a file of prepared rows. Throws `data/damaged-file`. */
  static open<Row>(folder: string, name: string): Rows<Row> {
    const file = new ArrowFile(join(folder, name));
    return new Rows<Row>(
      file,
      file.schema.fields.map((field) => field.name).filter((column) => !originColumns.includes(column)),
    );
  }

  /** The same rows with their number and record. */
  withOrigin(): Rows<Row & RowOrigin> {
    return new Rows<Row & RowOrigin>(this.#file, [...originColumns, ...this.columns.filter((name) => !originColumns.includes(name))]);
  }

  /** The row at a place, from the end where negative; nothing where there is none. */
  at(index: number): Row | undefined {
    const row = index < 0 ? this.length + index : index;
    if (!Number.isInteger(row) || row < 0 || row >= this.length) return undefined;
    const { batch, at } = this.#file.locate(row);
    return this.#rowOf(this.#vectorsOf(batch), at);
  }

  *[Symbol.iterator](): IterableIterator<Row> {
    for (let i = 0; i < this.#file.batchCount; i++) {
      const batch = this.#file.batch(i);
      const vectors = this.#vectorsOf(batch);
      for (let at = 0; at < batch.numRows; at++) yield this.#rowOf(vectors, at);
    }
  }

  /** Rows from one place up to another (not included), as `Array.prototype.slice` counts them. */
  slice(start = 0, end = this.length): Row[] {
    const from = start < 0 ? Math.max(0, this.length + start) : start;
    const to = Math.min(this.length, end < 0 ? this.length + end : end);
    return Array.from({ length: Math.max(0, to - from) }, (_, i) => this.at(from + i)!);
  }

  /** How often each text stands in a column of texts, or of lists of them, in order of first appearance. */
  counts(column: string): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (let i = 0; i < this.#file.batchCount; i++) {
      const vector = this.#file.batch(i).getChild(column);
      const texts = vector && vector.numChildren > 0 ? vector.getChildAt(0) : vector;
      if (!texts) continue;
      const codes = new TextCodes(texts, texts.length);
      const ofCode = new Array<number>(codes.texts.length).fill(0);
      for (const code of codes.codes) if (code >= 0) ofCode[code]!++;
      ofCode.forEach((count, code) => counts.set(codes.texts[code]!, (counts.get(codes.texts[code]!) ?? 0) + count));
    }
    return counts;
  }

  toArray(): Row[] {
    return [...this];
  }

  /** How a notebook shows them: a table of the first rows. */
  async [Symbol.for('Jupyter.display')](): Promise<Readonly<Record<string, unknown>>> {
    const { tableBundle } = await import('../display/index.js');
    return tableBundle({ columns: [...this.columns], rows: this.slice(0, 20) as Readonly<Record<string, unknown>>[], total: this.length });
  }

  #vectorsOf(batch: RecordBatch): Vector[] {
    return this.columns.map((name) => batch.getChild(name)!);
  }

  #rowOf(vectors: readonly Vector[], at: number): Row {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < vectors.length; i++) row[this.columns[i]!] = plain(vectors[i]!.get(at));
    return row as Row;
  }
}

/** Arrow's views of lists and structs as arrays and objects. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Symbol.iterator in value && 'length' in value) return Array.from(value as Iterable<unknown>, plain);
  return Object.fromEntries(Object.entries((value as { toJSON(): object }).toJSON()));
}

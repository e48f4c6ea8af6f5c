/** Columns of texts as Arrow has them: bytes that become JavaScript's texts when they are asked for. */
import type { Data, Vector } from 'apache-arrow';
import { LazyColumn } from '../batch.js';
import type { Column, Utf8 } from '../record.js';

/** Texts of UTF-8 that stay where they are until somebody asks for one. */
class TextColumn implements Column<string | null>, Utf8 {
  readonly length: number;
  readonly bytes: Buffer;
  readonly #offsets: Int32Array;
  readonly #isNull: (index: number) => boolean;

  constructor(data: Data) {
    const { buffer, byteOffset, byteLength } = data.values as Uint8Array;
    this.length = data.length;
    this.bytes = Buffer.from(buffer, byteOffset, byteLength);
    this.#offsets = data.valueOffsets as Int32Array;
    this.#isNull = nullsOf(data);
  }

  get utf8(): Utf8 {
    return this;
  }

  start(index: number): number {
    return this.#offsets[index]!;
  }

  end(index: number): number {
    return this.#offsets[index + 1]!;
  }

  has(index: number): boolean {
    return !this.#isNull(index);
  }

  get(index: number): string | null {
    return this.#isNull(index) ? null : this.bytes.toString('utf8', this.#offsets[index], this.#offsets[index + 1]);
  }
}

/** A column as texts, whatever Arrow keeps it as: numbers and dictionaries too. */
export function textColumn(vector: Vector | null | undefined, length: number): Column<string | null> {
  if (!vector) return new LazyColumn<string | null>(length, () => null);
  const data = onlyData(vector);
  if (isUtf8(data)) return new TextColumn(data);
  return new LazyColumn(length, (index) => {
    const value: unknown = vector.get(index);
    return value === null || value === undefined ? null : String(value);
  });
}

/** The few texts that come again and again (annotators, statuses, labels), each made once: numbers that stand for them. */
export class TextCodes {
  readonly texts: string[] = [];
  /** By place; -1 where there is no text. */
  readonly codes: Int32Array;
  readonly #known = new Map<string, number>();

  constructor(vector: Vector | null | undefined, length: number) {
    this.codes = new Int32Array(length).fill(-1);
    if (!vector) return;
    const data = onlyData(vector);
    if (isUtf8(data)) this.#read(data);
    else this.#readTexts(textColumn(vector, length));
  }

  get(place: number): string | null {
    const code = this.codes[place]!;
    return code < 0 ? null : this.texts[code]!;
  }

  #codeOf(text: string): number {
    let code = this.#known.get(text);
    if (code === undefined) this.#known.set(text, (code = this.texts.push(text) - 1));
    return code;
  }

  #readTexts(column: Column<string | null>): void {
    for (let place = 0; place < column.length; place++) if (column.has(place)) this.codes[place] = this.#codeOf(column.get(place)!);
  }

  #read(data: Data): void {
    const column = new TextColumn(data);
    const { bytes } = column;
    // Where a text was seen last, by its size, first and last byte: what is there again is compared, and not made.
    const latest = new Int32Array(256).fill(-1);
    for (let place = 0; place < data.length; place++) {
      if (!column.has(place)) continue;
      const start = column.start(place);
      const end = column.end(place);
      const slot = ((end - start) * 31 + (bytes[start] ?? 0) * 7 + (bytes[end - 1] ?? 0)) & 255;
      const before = latest[slot]!;
      const known = before >= 0 && isEqual(bytes, column.start(before), column.end(before), start, end);
      this.codes[place] = known ? this.codes[before]! : this.#codeOf(column.get(place)!);
      latest[slot] = place;
    }
  }
}

function isEqual(bytes: Uint8Array, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  if (end - start !== otherEnd - otherStart) return false;
  for (let i = start, j = otherStart; i < end; i++, j++) if (bytes[i] !== bytes[j]) return false;
  return true;
}

/** A vector of one batch has one piece. */
export function onlyData(vector: Vector): Data {
  if (vector.data.length !== 1) throw new Error('a column of a batch comes in pieces');
  return vector.data[0]!;
}

/** Arrow's type number of texts with offsets of 32 bits. */
const isUtf8 = (data: Data): boolean => (data.typeId as number) === 5 && data.offset === 0;

/** Tells where a column has no value. */
export function nullsOf(data: Data): (index: number) => boolean {
  if (data.nullCount === 0) return () => false;
  const bits = data.nullBitmap;
  return (index) => ((bits[(data.offset + index) >> 3]! >> ((data.offset + index) & 7)) & 1) === 0;
}

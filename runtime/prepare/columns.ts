/**
 * Arrow columns built in growing buffers: values are encoded where they will lie on disk, ranges of rows that were read
 * back are copied as bytes. The buffers are used again for the next batch.
 */
import { Field, Float64, Int32, List, Struct, Utf8, makeData, type Data, type DataType } from 'apache-arrow';
import type { Stored } from '../task/kinds/kind.js';
import type { RowText, TextSink } from '../task/lateText.js';

export interface ColumnBuilder {
  readonly type: DataType;
  readonly length: number;
  /** Size of what is built so far. */
  readonly byteLength: number;
  append(value: unknown): void;
  appendRange(from: Data, start: number, end: number): void;
  /** What is built, valid until the next {@link clear}. */
  data(): Data;
  clear(): void;
}

/** The builder for a column that is kept so. */
export function builderFor(stored: Stored): ColumnBuilder {
  switch (stored) {
    case 'text':
      return new TextBuilder();
    case 'number':
      return numbers();
    case 'texts':
      return lists(new TextBuilder());
    case 'messages':
      return lists(structs({ role: new TextBuilder(), content: new TextBuilder() }));
    case 'spans':
      return lists(structs({ label: new TextBuilder(), start: integers(), end: integers() }));
  }
}

export const integers = (): ColumnBuilder => new NumberBuilder(new Int32(), Int32Array);
export const numbers = (): ColumnBuilder => new NumberBuilder(new Float64(), Float64Array);
export const lists = (items: ColumnBuilder): ColumnBuilder => new ListBuilder(items);
export const structs = (members: Readonly<Record<string, ColumnBuilder>>): ColumnBuilder => new StructBuilder(members);

export class TextBuilder implements ColumnBuilder, TextSink {
  readonly type = new Utf8();
  length = 0;
  #used = 0;
  #offsets = new Int32Array(1024);
  #bytes = Buffer.allocUnsafeSlow(1 << 16);

  get byteLength(): number {
    return this.#used + 4 * this.length;
  }

  append(value: unknown): void {
    if (typeof value === 'string') this.addText(value);
    else (value as RowText).writeTo(this);
    this.#reserve(0, this.length + 1);
    this.#offsets[++this.length] = this.#used;
  }

  addText(text: string): void {
    // No UTF-16 unit needs more than three bytes.
    this.#reserve(this.#used + text.length * 3, 0);
    this.#used += this.#bytes.write(text, this.#used);
  }

  addBytes(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(this.#used + end - start, 0);
    this.#bytes.set(bytes.subarray(start, end), this.#used);
    this.#used += end - start;
  }

  appendRange(from: Data, start: number, end: number): void {
    const offsets = from.valueOffsets as Int32Array;
    const begin = offsets[start]!;
    const size = offsets[end]! - begin;
    this.#reserve(this.#used + size, this.length + end - start);
    this.#bytes.set((from.values as Uint8Array).subarray(begin, begin + size), this.#used);
    const shift = this.#used - begin;
    for (let i = start; i < end; i++) this.#offsets[++this.length] = offsets[i + 1]! + shift;
    this.#used += size;
  }

  data(): Data {
    return makeData({
      type: this.type,
      length: this.length,
      nullCount: 0,
      valueOffsets: this.#offsets.subarray(0, this.length + 1),
      data: this.#bytes.subarray(0, this.#used),
    });
  }

  clear(): void {
    this.length = 0;
    this.#used = 0;
  }

  #reserve(bytes: number, length: number): void {
    if (bytes > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(bytes, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = larger;
    }
    if (length >= this.#offsets.length) this.#offsets = grown(this.#offsets, length + 1);
  }
}

class NumberBuilder<A extends Int32Array | Float64Array> implements ColumnBuilder {
  length = 0;
  #values: A;

  constructor(
    readonly type: DataType,
    array: new (length: number) => A,
  ) {
    this.#values = new array(1024);
  }

  get byteLength(): number {
    return this.length * this.#values.BYTES_PER_ELEMENT;
  }

  append(value: unknown): void {
    if (this.length >= this.#values.length) this.#values = grown(this.#values, this.length + 1);
    this.#values[this.length++] = value as number;
  }

  appendRange(from: Data, start: number, end: number): void {
    for (let i = start; i < end; i++) this.append((from.values as A)[i]);
  }

  data(): Data {
    return makeData({
      type: this.type as Int32,
      length: this.length,
      nullCount: 0,
      data: this.#values.subarray(0, this.length) as Int32Array,
    });
  }

  clear(): void {
    this.length = 0;
  }
}

class ListBuilder implements ColumnBuilder {
  readonly type: DataType;
  length = 0;
  #offsets = new Int32Array(1024);

  constructor(readonly items: ColumnBuilder) {
    this.type = new List(new Field('item', items.type, false));
  }

  get byteLength(): number {
    return this.items.byteLength + 4 * this.length;
  }

  append(value: unknown): void {
    for (const item of value as readonly unknown[]) this.items.append(item);
    this.#close(this.items.length);
  }

  appendRange(from: Data, start: number, end: number): void {
    const offsets = from.valueOffsets as Int32Array;
    const shift = this.items.length - offsets[start]!;
    this.items.appendRange(from.children[0] as Data, offsets[start]!, offsets[end]!);
    for (let i = start; i < end; i++) this.#close(offsets[i + 1]! + shift);
  }

  #close(end: number): void {
    if (this.length + 1 >= this.#offsets.length) this.#offsets = grown(this.#offsets, this.length + 2);
    this.#offsets[++this.length] = end;
  }

  data(): Data {
    return makeData({
      type: this.type as List,
      length: this.length,
      nullCount: 0,
      valueOffsets: this.#offsets.subarray(0, this.length + 1),
      child: this.items.data(),
    });
  }

  clear(): void {
    this.length = 0;
    this.items.clear();
  }
}

class StructBuilder implements ColumnBuilder {
  readonly type: DataType;
  length = 0;
  readonly #names: readonly string[];
  readonly #members: readonly ColumnBuilder[];

  constructor(members: Readonly<Record<string, ColumnBuilder>>) {
    this.#names = Object.keys(members);
    this.#members = Object.values(members);
    this.type = new Struct(this.#names.map((name, i) => new Field(name, this.#members[i]!.type, false)));
  }

  get byteLength(): number {
    return this.#members.reduce((sum, member) => sum + member.byteLength, 0);
  }

  append(value: unknown): void {
    for (let i = 0; i < this.#members.length; i++) this.#members[i]!.append((value as Record<string, unknown>)[this.#names[i]!]);
    this.length++;
  }

  appendRange(from: Data, start: number, end: number): void {
    for (let i = 0; i < this.#members.length; i++) this.#members[i]!.appendRange(from.children[i] as Data, start, end);
    this.length += end - start;
  }

  data(): Data {
    return makeData({
      type: this.type as Struct,
      length: this.length,
      nullCount: 0,
      children: this.#members.map((member) => member.data()),
    });
  }

  clear(): void {
    this.length = 0;
    for (const member of this.#members) member.clear();
  }
}

function grown<A extends Int32Array | Float64Array>(array: A, least: number): A {
  const larger = new (array.constructor as new (length: number) => A)(Math.max(least, 2 * array.length));
  larger.set(array);
  return larger;
}

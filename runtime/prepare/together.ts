/** Which records stand on one side of a split together: of the same author, say, or with the same texts. */
import type { Column, Projection, RecordBatch } from '../dataset/record.js';
import { UserError } from '../error.js';
import { nearest } from '../nearest.js';
import { hashBytes } from '../random/random.js';
import type { Feedback } from '../unify/feedback.js';

export interface TogetherOptions {
  /** What stands on one side together: a field, or metadata as `metadata.author`. Default: the record. */
  readonly splitBy?: string | undefined;
  /** Records with the same texts stand on one side together. Default: no; they are counted in any case. */
  readonly dedupe?: boolean | undefined;
}

/** Keeps what records have in common, batch by batch, as numbers. */
export class Together {
  readonly #splitBy: { readonly of: 'field' | 'metadata'; readonly name: string } | undefined;
  readonly #dedupe: boolean;
  readonly #fields: readonly string[];
  readonly #valueOf = new Map<string, number>();
  /** By record that has rows: its value of `splitBy`, -1 for none. */
  readonly #values: number[] = [];
  /** By record that has rows: a hash of its texts. */
  readonly #texts: number[] = [];
  #columns: readonly Column<string | null>[] = [];
  #by: ((index: number) => unknown) | undefined;

  /**
   * @param projection what the task reads; its fields are the texts that may be the same.
   * @throws {UserError} `name/unknown-field`.
   */
  constructor(dataset: Feedback, projection: Projection, { splitBy, dedupe = false }: TogetherOptions) {
    const names = dataset.fields.map(({ name }) => name);
    this.#fields = projection.fields ?? names;
    this.#dedupe = dedupe;
    if (splitBy === undefined) return;
    const [, of, name] = /^(?:(field|metadata)\.)?(.*)$/s.exec(splitBy)!;
    this.#splitBy = { of: of === 'metadata' ? of : 'field', name: name! };
    if (of !== 'metadata' && !names.includes(name!)) {
      throw new UserError('name/unknown-field', `The dataset has no field "${name}" to split by.`, nearest(name!, names) ?? `It has: ${names.join(', ')}; metadata are asked for as metadata.NAME.`);
    }
  }

  /** What the task reads, and what this does. */
  wider(projection: Projection): Projection {
    const { of, name } = this.#splitBy ?? {};
    return {
      ...projection,
      ...(of === 'field' && projection.fields && { fields: [...new Set([...projection.fields, name!])] }),
      ...(of === 'metadata' && { metadata: true }),
    };
  }

  startBatch(batch: RecordBatch): void {
    this.#columns = this.#fields.map((name) => batch.field(name));
    const { of, name } = this.#splitBy ?? {};
    if (of === 'field') {
      const column = batch.field(name!);
      this.#by = (index) => column.get(index);
    } else if (of === 'metadata') {
      const column = batch.metadata();
      this.#by = (index) => (Object.hasOwn(column.get(index), name!) ? column.get(index)[name!] : null);
    }
  }

  /** A record of the batch that has rows. */
  add(index: number): void {
    if (this.#columns.length > 0) {
      // A field's number keeps ("a", "") and ("", "a") apart.
      let hash = 0;
      for (let i = 0; i < this.#columns.length; i++) hash = hashOf(this.#columns[i]!, index, hash + i);
      this.#texts.push(hash);
    }
    if (!this.#by) return;
    const value = this.#by(index) ?? null;
    if (value === null) return void this.#values.push(-1);
    const key = typeof value === 'string' ? value : JSON.stringify(value);
    if (!this.#valueOf.has(key)) this.#valueOf.set(key, this.#valueOf.size);
    this.#values.push(this.#valueOf.get(key)!);
  }

  /** By record: those with the same number stand together; nothing where each stands alone. */
  groups(): Int32Array | undefined {
    const copies = this.#dedupe ? this.#copies() : undefined;
    if (this.#values.length === 0) return copies;
    const groups = Int32Array.from(this.#values, (value, record) => (value < 0 ? this.#valueOf.size + record : value));
    return copies ? joined(groups, copies) : groups;
  }

  /** Records whose texts are those of an earlier one, and how many of them stand on the other side of it. */
  identical(sides?: readonly boolean[]): { readonly records: number; readonly apart: number } {
    const copies = this.#copies();
    let records = 0;
    let apart = 0;
    copies?.forEach((first, record) => {
      if (first === record) return;
      records++;
      if (sides && sides[first] !== sides[record]) apart++;
    });
    return { records, apart };
  }

  /** By record: the first one with the same texts. */
  #copies(): Int32Array | undefined {
    const texts = this.#texts;
    if (texts.length === 0) return undefined;
    // Only hashes that come twice are looked up: most do not.
    const sorted = Float64Array.from(texts).sort();
    const first = new Map<number, number>();
    for (let i = 1; i < sorted.length; i++) if (sorted[i] === sorted[i - 1]) first.set(sorted[i]!, -1);
    const copies = Int32Array.from(texts, (_, record) => record);
    if (first.size === 0) return copies;
    texts.forEach((hash, record) => {
      const before = first.get(hash);
      if (before === -1) first.set(hash, record);
      else if (before !== undefined) copies[record] = before;
    });
    return copies;
  }
}

/** A hash of a text's UTF-8, whether or not it is at hand. */
function hashOf(column: Column<string | null>, index: number, seed: number): number {
  if (!column.has(index)) return seed + 0.5;
  const { utf8 } = column;
  if (utf8) return hashBytes(utf8.bytes, utf8.start(index), utf8.end(index), seed);
  const bytes = Buffer.from(column.get(index)!);
  return hashBytes(bytes, 0, bytes.length, seed);
}

/** Groups that have a member in common in the other grouping become one. */
function joined(groups: Int32Array, others: Int32Array): Int32Array {
  const parent = Int32Array.from(groups, (_, record) => record);
  const root = (record: number): number => {
    while (parent[record] !== record) record = parent[record] = parent[parent[record]!]!;
    return record;
  };
  for (const grouping of [groups, others]) {
    const first = new Map<number, number>();
    grouping.forEach((group, record) => {
      const before = first.get(group);
      if (before === undefined) first.set(group, record);
      else parent[root(record)] = root(before);
    });
  }
  return parent.map((_, record) => root(record));
}

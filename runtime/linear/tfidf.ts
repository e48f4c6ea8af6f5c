import type { SparseMatrix } from './csr.js';
import { UserError } from '../error.js';
import { ngrams, type Analyzer, type NgramRange } from './analyzer.js';

export interface TfidfOptions {
  readonly analyzer: Analyzer;
  readonly ngrams: NgramRange;
  /** A whole number counts texts, a fraction below 1 is a share of them. */
  readonly minDf: number;
  /** Keeps the most frequent terms; of equally frequent ones the first in order. */
  readonly maxFeatures: number | null;
  readonly sublinearTf: boolean;
}

/** Terms in column order (by code point) with their weights: all that texts need to become rows. */
export interface Vocabulary {
  readonly terms: readonly string[];
  readonly idf: Float64Array;
}

/**
 * Learns terms and weights from texts and gives their matrix: tf × (ln((1 + n) / (1 + df)) + 1), rows of length 1;
 * scikit-learn's `TfidfVectorizer` with its smooth idf.
 */
export async function fitTfidf(
  texts: AsyncIterable<string> | Iterable<string>,
  options: TfidfOptions,
): Promise<{ vocabulary: Vocabulary; matrix: SparseMatrix }> {
  const ids = new Map<string, number>();
  const counted = await count(texts, options, (term) => {
    let id = ids.get(term);
    if (id === undefined) {
      if (ids.size >= mostTerms) throw tooManyTerms();
      ids.set(term, (id = ids.size));
    }
    return id;
  });
  const documents = new Uint32Array(ids.size);
  const total = new Float64Array(ids.size);
  for (let i = 0; i < counted.indices.length; i++) {
    documents[counted.indices[i]!]!++;
    total[counted.indices[i]!]! += counted.values[i]!;
  }
  const found = [...ids.keys()];
  const least = options.minDf < 1 ? options.minDf * counted.rows : options.minDf;
  let kept = found.flatMap((_, id) => (documents[id]! >= least ? [id] : []));
  const byTerm = (a: number, b: number): number => compareCodePoints(found[a]!, found[b]!);
  kept.sort(byTerm);
  if (options.maxFeatures !== null && kept.length > options.maxFeatures) {
    kept = kept.sort((a, b) => total[b]! - total[a]! || byTerm(a, b)).slice(0, options.maxFeatures).sort(byTerm);
  }
  const column = new Int32Array(found.length).fill(-1);
  kept.forEach((id, at) => (column[id] = at));
  const idf = Float64Array.from(kept, (id) => Math.log((1 + counted.rows) / (1 + documents[id]!)) + 1);
  const vocabulary = { terms: kept.map((id) => found[id]!), idf };
  return { vocabulary, matrix: weigh(counted, column, idf, options.sublinearTf) };
}

/** The matrix of new texts; terms that the vocabulary lacks count for nothing. */
export async function transformTfidf(
  texts: AsyncIterable<string> | Iterable<string>,
  vocabulary: Vocabulary,
  columnOf: ReadonlyMap<string, number>,
  options: Pick<TfidfOptions, 'analyzer' | 'ngrams' | 'sublinearTf'>,
): Promise<SparseMatrix> {
  const counted = await count(texts, options, (term) => columnOf.get(term) ?? -1);
  const column = Int32Array.from(vocabulary.terms, (_, at) => at);
  return weigh(counted, column, vocabulary.idf, options.sublinearTf);
}

/** A `Map` holds no more. */
const mostTerms = 2 ** 24 - 1;

function tooManyTerms(): UserError {
  return new UserError(
    'train/too-many-terms',
    `The texts have more than ${mostTerms} different n-grams.`,
    'Use shorter n-grams (word_ngrams, char_ngrams) or fewer texts.',
  );
}

/** How often each term stands in each text. Lets other work run now and then: texts can be many. */
async function count(
  texts: AsyncIterable<string> | Iterable<string>,
  options: Pick<TfidfOptions, 'analyzer' | 'ngrams'>,
  idOf: (term: string) => number,
): Promise<SparseMatrix> {
  const indices = new Growing(Uint32Array);
  const values = new Growing(Float64Array);
  const starts = new Growing(Uint32Array);
  starts.push(0);
  const counts = new Map<number, number>();
  let rows = 0;
  for await (const text of texts) {
    counts.clear();
    ngrams(options.analyzer, options.ngrams, text, (term) => {
      const id = idOf(term);
      if (id >= 0) counts.set(id, (counts.get(id) ?? 0) + 1);
    });
    for (const [id, times] of counts) {
      indices.push(id);
      values.push(times);
    }
    starts.push(indices.length);
    if (++rows % 256 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return { rows, columns: 0, starts: starts.take(), indices: indices.take(), values: values.take() };
}

function weigh(counted: SparseMatrix, column: Int32Array, idf: Float64Array, sublinear: boolean): SparseMatrix {
  const { rows } = counted;
  const indices = new Uint32Array(counted.indices.length);
  const values = new Float64Array(counted.indices.length);
  const starts = new Uint32Array(rows + 1);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const entries: { column: number; times: number }[] = [];
    for (let i = counted.starts[row]!; i < counted.starts[row + 1]!; i++) {
      const to = column[counted.indices[i]!]!;
      if (to >= 0) entries.push({ column: to, times: counted.values[i]! });
    }
    entries.sort((a, b) => a.column - b.column);
    let squares = 0;
    const from = at;
    for (const entry of entries) {
      const value = (sublinear ? Math.log(entry.times) + 1 : entry.times) * idf[entry.column]!;
      squares += value * value;
      indices[at] = entry.column;
      values[at++] = value;
    }
    const length = Math.sqrt(squares);
    for (let i = from; i < at; i++) values[i]! /= length;
    starts[row + 1] = at;
  }
  return { rows, columns: idf.length, starts, indices: indices.slice(0, at), values: values.slice(0, at) };
}

/** Python's order of texts; JavaScript's own puts U+E000 to U+FFFF behind what lies beyond. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return shifted(x) - shifted(y);
  }
  return a.length - b.length;
}

/** UTF-16 units in the order of the code points that they belong to: surrogates last. */
const shifted = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/** A typed array that grows. */
class Growing<T extends Uint32Array | Float64Array> {
  length = 0;
  #items: T;
  readonly #make: new (size: number) => T;
  constructor(make: new (size: number) => T) {
    this.#make = make;
    this.#items = new make(1024);
  }
  push(value: number): void {
    if (this.length === this.#items.length) {
      const larger = new this.#make(this.length * 2);
      larger.set(this.#items);
      this.#items = larger;
    }
    this.#items[this.length++] = value;
  }
  take(): T {
    return this.#items.slice(0, this.length) as T;
  }
}

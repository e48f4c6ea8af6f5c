/** Which records are for training: an exact number of them, by chance, in the order of a hash of seed and id. */
import { UserError } from '../error.js';
import { hash53 } from '../random/random.js';

export interface SplitSizes {
  readonly trainSize?: number | undefined;
  readonly testSize?: number | undefined;
}

/** The share of records for training: 1 unless one of the sizes says otherwise. Throws `data/split`. */
export function trainShare({ trainSize, testSize }: SplitSizes): number {
  for (const [name, size] of [
    ['train size', trainSize],
    ['test size', testSize],
  ] as const) {
    if (size !== undefined && !(size >= 0 && size <= 1))
      throw new UserError('data/split', `The ${name} is ${size}; it is a share between 0 and 1.`, 'Write 0.8 for four records of five.');
  }
  if (trainSize !== undefined && testSize !== undefined && Math.abs(trainSize + testSize - 1) > 1e-9) {
    throw new UserError(
      'data/split',
      `The train size ${trainSize} and the test size ${testSize} do not make 1.`,
      'Give one of them alone.',
    );
  }
  const share = trainSize ?? (testSize === undefined ? 1 : 1 - testSize);
  if (share === 0) throw new UserError('data/split', 'The train size is 0: nothing is left to train on.', 'Give a train size above 0.');
  return share;
}

/** How many of `records` are for training: rounded down, but one on each side at least. Throws `data/split` for one record. */
export function trainCount(records: number, share: number): number {
  if (share === 1) return records;
  if (records < 2)
    throw new UserError(
      'data/split',
      `Only ${records} record has rows, which cannot stand on both sides.`,
      'Use a train size of 1, or more records.',
    );
  // 0.29 * 100 is 28.999999999999996: what is meant is 29.
  return Math.min(records - 1, Math.max(1, Math.floor(share * records + 1e-9)));
}

/** Draws the sides of records that come one after the other. */
export class RecordSplit {
  readonly #seed: number;
  readonly #hashes: number[] = [];

  constructor(seed: number) {
    this.#seed = seed;
  }

  add(id: string): void {
    this.#hashes.push(hash53(id, this.#seed));
  }

  get records(): number {
    return this.#hashes.length;
  }

  /**
   * True for each record that is for training. A record's place in the order depends on its id and the seed alone, so
   * it keeps its side where others come or go, as far as the exact number allows.
   */
  sides(trainCount: number): boolean[] {
    const limit = trainCount === 0 ? -1 : Float64Array.from(this.#hashes).sort()[trainCount - 1]!;
    let atLimit = trainCount - this.#hashes.reduce((sum, hash) => (hash < limit ? sum + 1 : sum), 0);
    return this.#hashes.map((hash) => hash < limit || (hash === limit && atLimit-- > 0));
  }
}

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

/** How many of `records` are for training: rounded down. Throws `data/split` where a side would be empty. */
export function trainCount(records: number, share: number): number {
  if (share === 1) return records;
  if (records < 2)
    throw new UserError(
      'data/split',
      `Only ${records} record has rows, which cannot stand on both sides.`,
      'Use a train size of 1, or more records.',
    );
  // 0.29 * 100 is 28.999999999999996: what is meant is 29.
  const count = Math.min(records - 1, Math.floor(share * records + 1e-9));
  if (count > 0) return count;
  throw new UserError('data/split', `A train size of ${share} leaves none of the ${records} records to train on.`, `Use at least ${Math.ceil(1000 / records) / 1000}, or more records.`);
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
   * True for each record that is for training; `trainCount` of them are, or as many as fit where records stand together.
   * A record's place in the order depends on its id and the seed alone, so it keeps its side where others come or go, as
   * far as the number allows.
   * @param groups by record: those with the same number stand on one side.
   * @param strata by record: of each number the same share is for training.
   * @throws {UserError} `data/split` where all records stand together.
   */
  sides(trainCount: number, groups?: ArrayLike<number>, strata?: ArrayLike<number>): boolean[] {
    if (trainCount === this.records) return this.#hashes.map(() => true);
    const units = unitsOf(this.#hashes, groups, strata);
    if (units.length === 1) throw new UserError('data/split', `All ${this.records} records with rows belong together, so that none is left for the other side.`, 'Use a train size of 1, or let fewer records stand together.');
    const sides = this.#hashes.map(() => false);
    const quota = quotas(units, trainCount / this.records, trainCount);
    const ordered = units.sort((a, b) => a.hash - b.hash || a.members[0]! - b.members[0]!);
    let taken = 0;
    for (const { stratum, members } of ordered) {
      if (members.length > quota[stratum]!) continue;
      quota[stratum]! -= members.length;
      for (const record of members) sides[record] = true;
      taken++;
    }
    // Nothing is small enough: the smallest it is.
    if (taken === 0) for (const record of ordered.reduce((a, b) => (b.members.length < a.members.length ? b : a)).members) sides[record] = true;
    return sides;
  }
}

/** Records that stand on one side together. */
interface Unit {
  readonly hash: number;
  readonly stratum: number;
  readonly members: number[];
}

function unitsOf(hashes: readonly number[], groups: ArrayLike<number> | undefined, strata: ArrayLike<number> | undefined): Unit[] {
  const ofGroup = new Map<number, Unit>();
  const units: Unit[] = [];
  for (let record = 0; record < hashes.length; record++) {
    const known = groups && ofGroup.get(groups[record]!);
    if (known) {
      known.members.push(record);
      continue;
    }
    const unit = { hash: hashes[record]!, stratum: strata?.[record] ?? 0, members: [record] };
    units.push(unit);
    if (groups) ofGroup.set(groups[record]!, unit);
  }
  return units;
}

/** How many records of each stratum are for training: its share, the rest to the largest remainders. */
function quotas(units: readonly Unit[], share: number, trainCount: number): number[] {
  const sizes: number[] = [];
  for (const { stratum, members } of units) sizes[stratum] = (sizes[stratum] ?? 0) + members.length;
  const exact = Array.from(sizes, (size) => (size ?? 0) * share);
  const quota = exact.map((size) => Math.floor(size + 1e-9));
  const byRemainder = exact.map((size, stratum) => ({ stratum, rest: size - quota[stratum]! })).sort((a, b) => b.rest - a.rest || a.stratum - b.stratum);
  let left = trainCount - quota.reduce((sum, size) => sum + size, 0);
  for (const { stratum } of byRemainder) if (left-- > 0) quota[stratum]!++;
  return quota;
}

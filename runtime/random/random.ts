/**
 * A seeded generator: equal keys give equal numbers on every machine. xoshiro128** 1.1 (Blackman and Vigna, 2018,
 * prng.di.unimi.it), its state taken from the SHA-256 of the key.
 */
import { createHash } from 'node:crypto';

export class Random {
  readonly #state: Uint32Array;

  /** `state`: four 32-bit numbers, not all zero. */
  constructor(state: ArrayLike<number>) {
    this.#state = Uint32Array.from({ length: 4 }, (_, i) => state[i] ?? 0);
  }

  /** The next 32 bits. */
  bits(): number {
    const s = this.#state;
    const [s0, s1, s2, s3] = [s[0]!, s[1]!, s[2]!, s[3]!];
    const result = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
    const t2 = s2 ^ s0;
    const t3 = s3 ^ s1;
    s[1] = s1 ^ t2;
    s[0] = s0 ^ t3;
    s[2] = t2 ^ (s1 << 9);
    s[3] = rotate(t3, 11);
    return result;
  }

  /** A number in [0, 1) with 53 random bits. */
  next(): number {
    return ((this.bits() >>> 5) * 2 ** 26 + (this.bits() >>> 6)) / 2 ** 53;
  }

  /** A whole number in [0, limit), each equally likely; `limit` up to 2^32. */
  below(limit: number): number {
    const fair = 2 ** 32 - (2 ** 32 % limit);
    for (;;) {
      const bits = this.bits();
      if (bits < fair) return bits % limit;
    }
  }

  /** Puts the items in random order, in place (Fisher and Yates). */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const item = items[i];
      items[i] = items[j];
      items[j] = item;
    }
    return items;
  }
}

/**
 * The generator of a key: what is random, for what, under which seed.
 *
 * @example
 * const first = randomFrom(42, 'ties', 'record-7').below(3);
 */
export function randomFrom(...key: readonly (string | number)[]): Random {
  const digest = createHash('sha256').update(JSON.stringify(key)).digest();
  return new Random([0, 4, 8, 12].map((at) => digest.readUInt32LE(at)));
}

/** A number in [0, 2^53) from bytes and a seed, as quick and even as {@link hash53}. */
export function hashBytes(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let h1 = 0xdeadbeef ^ seed;
  let h2 = 0x41c6ce57 ^ (seed / 4294967296);
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    h1 = Math.imul(h1 ^ byte, 2654435761);
    h2 = Math.imul(h2 ^ byte, 1597334677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  return 4294967296 * (2097151 & h2) + (h1 >>> 0);
}

/** A number in [0, 2^53) from a text and a seed: quick, even, for ordering many items by chance (cyrb53, public domain). */
export function hash53(text: string, seed: number): number {
  let h1 = 0xdeadbeef ^ seed;
  let h2 = 0x41c6ce57 ^ seed;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    h1 = Math.imul(h1 ^ unit, 2654435761);
    h2 = Math.imul(h2 ^ unit, 1597334677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  return 4294967296 * (2097151 & h2) + (h1 >>> 0);
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

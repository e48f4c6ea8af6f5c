/** The longest n-grams that BLEU and GLEU count. */
export const longest = 4;

/** By size from 1 on: how many n-grams two texts share, and how many each has. */
export interface Overlap {
  readonly shared: readonly number[];
  readonly truth: readonly number[];
  readonly predicted: readonly number[];
}

/**
 * What two lists of tokens share; an n-gram counts as shared as often as it stands in both.
 *
 * @example
 * ngramOverlap(['a', 'b', 'a'], ['a', 'b']).shared; // [2, 1, 0, 0]
 */
export function ngramOverlap(truth: readonly string[], predicted: readonly string[]): Overlap {
  const vocabulary = new Map<string, number>();
  const tokens = [truth, predicted].map((text) => text.map((token) => numberOf(token, vocabulary)));
  let [wanted, given] = tokens as [number[], number[]];
  const overlap = { shared: [shared(wanted, given)], truth: [wanted.length], predicted: [given.length] };
  for (let n = 2; n <= longest; n++) {
    // An n-gram is the one before it, which has a number, and a token more.
    const known = new Map<number, number>();
    const longer = (grams: readonly number[], text: readonly number[]): number[] =>
      grams.slice(0, -1).map((gram, start) => numberOf(gram * vocabulary.size + text[start + n - 1]!, known));
    [wanted, given] = [longer(wanted, tokens[0]!), longer(given, tokens[1]!)];
    overlap.shared.push(shared(wanted, given));
    overlap.truth.push(wanted.length);
    overlap.predicted.push(given.length);
  }
  return overlap;
}

function shared(a: readonly number[], b: readonly number[]): number {
  const left = new Uint32Array(a.length + b.length);
  for (const gram of a) left[gram]!++;
  let count = 0;
  for (const gram of b) {
    if (left[gram] === 0) continue;
    left[gram]!--;
    count++;
  }
  return count;
}

function numberOf<K>(key: K, known: Map<K, number>): number {
  let number = known.get(key);
  if (number === undefined) known.set(key, (number = known.size));
  return number;
}

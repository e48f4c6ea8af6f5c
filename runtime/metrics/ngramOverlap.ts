/** The longest n-grams that BLEU and GLEU count. */
export const longest = 4;

/** By size from 1 on: how many n-grams two texts share, and how many each has. */
export interface Overlap {
  readonly shared: readonly number[];
  readonly truth: readonly number[];
  readonly predicted: readonly number[];
}

/** An n-gram counts as shared as often as it stands in both. */
export function ngramOverlap(truth: readonly string[], predicted: readonly string[]): Overlap {
  const sizes = Array.from({ length: longest }, (_, i) => i + 1);
  const count = (tokens: readonly string[]): number[] => sizes.map((n) => Math.max(0, tokens.length - n + 1));
  return { shared: sizes.map((n) => shared(ngrams(truth, n), ngrams(predicted, n))), truth: count(truth), predicted: count(predicted) };
}

function shared(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const [ngram, count] of a) sum += Math.min(count, b.get(ngram) ?? 0);
  return sum;
}

/** Tokens hold no blank, so that a blank tells them apart. */
function ngrams(tokens: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + n <= tokens.length; start++) {
    let ngram = tokens[start]!;
    for (let i = 1; i < n; i++) ngram += ` ${tokens[start + i]!}`;
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/** One vector of a text from those of its tokens, as sentence-transformers does it. */
export const poolingModes = ['cls', 'max', 'mean', 'mean_sqrt_len_tokens', 'weightedmean', 'lasttoken'] as const;
export type PoolingMode = (typeof poolingModes)[number];

/**
 * Pools `count` token vectors of `size` numbers, side by side in `tokens`; several modes stand behind each other.
 *
 * @example
 * pool(['mean'], Float32Array.of(1, 2, 3, 4), 2, 2); // [2, 3]
 */
export function pool(modes: readonly PoolingMode[], tokens: Float32Array, count: number, size: number): Float64Array {
  const result = new Float64Array(modes.length * size);
  modes.forEach((mode, i) => {
    const own = result.subarray(i * size, (i + 1) * size);
    if (mode === 'cls') own.set(tokens.subarray(0, size));
    else if (mode === 'lasttoken') own.set(tokens.subarray((count - 1) * size, count * size));
    else if (mode === 'max') largest(tokens, count, size, own);
    else weighted(mode, tokens, count, size, own);
  });
  return result;
}

/** Makes a vector's length 1; one of zeros stays as it is. */
export function normalize(vector: Float64Array): void {
  let squares = 0;
  for (const each of vector) squares += each * each;
  const length = Math.max(Math.sqrt(squares), 1e-12);
  for (let i = 0; i < vector.length; i++) vector[i]! /= length;
}

function largest(tokens: Float32Array, count: number, size: number, into: Float64Array): void {
  into.fill(-Infinity);
  for (let token = 0, at = 0; token < count; token++) for (let i = 0; i < size; i++, at++) into[i] = Math.max(into[i]!, tokens[at]!);
}

function weighted(mode: 'mean' | 'mean_sqrt_len_tokens' | 'weightedmean', tokens: Float32Array, count: number, size: number, into: Float64Array): void {
  let weights = 0;
  for (let token = 0, at = 0; token < count; token++) {
    const weight = mode === 'weightedmean' ? token + 1 : 1;
    weights += weight;
    for (let i = 0; i < size; i++, at++) into[i]! += weight * tokens[at]!;
  }
  const share = mode === 'mean_sqrt_len_tokens' ? Math.sqrt(weights) : weights;
  for (let i = 0; i < size; i++) into[i]! /= share;
}

/**
 * Text to n-grams, as scikit-learn's analyzers cut it. Python's `\w` is letters, numbers and `_` (marks are none), its
 * `str.split` knows other blanks than JavaScript's `\s`, its positions are code points: all three are kept here.
 * What remains different is the Unicode version: characters that the older of the two runtimes does not know.
 */
export type Analyzer = 'word' | 'char_wb';

/** Sizes of n-grams, both ends included. */
export type NgramRange = readonly [min: number, max: number];

/** `\b\w\w+\b`: runs of two or more. */
const words = /[\p{L}\p{N}_]{2,}/gu;
/** What `str.isspace` says yes to. */
const blanks = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

/** Calls `found` with each n-gram of a text, repeated ones each time. */
export function ngrams(analyzer: Analyzer, range: NgramRange, text: string, found: (term: string) => void): void {
  const lower = text.toLowerCase();
  if (analyzer === 'word') wordNgrams(lower.match(words) ?? [], range, found);
  else for (const word of lower.split(blanks)) if (word !== '') charNgrams(` ${word} `, range, found);
}

function wordNgrams(tokens: readonly string[], [min, max]: NgramRange, found: (term: string) => void): void {
  for (let start = 0; start < tokens.length; start++) {
    let term = '';
    for (let n = 1; n <= max && start + n <= tokens.length; n++) {
      term = n === 1 ? tokens[start]! : `${term} ${tokens[start + n - 1]!}`;
      if (n >= min) found(term);
    }
  }
}

/** N-grams inside a word with a blank on either side; a word shorter than `n` counts once, whole, and no longer n is tried. */
function charNgrams(word: string, [min, max]: NgramRange, found: (term: string) => void): void {
  const points = /[\ud800-\udfff]/.test(word) ? Array.from(word) : undefined;
  const length = points?.length ?? word.length;
  for (let n = min; n <= max; n++) {
    if (length <= n) {
      found(word);
      return;
    }
    for (let start = 0; start + n <= length; start++) {
      found(points ? points.slice(start, start + n).join('') : word.slice(start, start + n));
    }
  }
}

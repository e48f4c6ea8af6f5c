/** Functions of texts. */
import { codePointOffset, ValueError } from '../value.js';
import { boolean, define, text, texts, type FunctionDefinition } from './define.js';

export const textFunctions: readonly FunctionDefinition[] = [
  define(
    'trim',
    { text },
    { returns: text, doc: "Without white space (Unicode's) at both ends.", example: 'trim("  a b ") == "a b"' },
    trim,
  ),
  define('lower', { text }, { returns: text, doc: 'In lower case.', example: 'lower("Joy") == "joy"' }, (s: string) => s.toLowerCase()),
  define('upper', { text }, { returns: text, doc: 'In upper case.', example: 'upper("Joy") == "JOY"' }, (s: string) => s.toUpperCase()),
  define(
    'capitalize',
    { text },
    { returns: text, doc: 'With its first letter in upper case.', example: 'capitalize("joy and fear") == "Joy and fear"' },
    capitalize,
  ),
  define(
    'replace',
    { text, pattern: text, by: text },
    {
      returns: text,
      doc: 'Every occurrence of a text (not a regular expression) replaced by another.',
      example: 'replace("a.b.c", ".", "-") == "a-b-c"',
    },
    (s: string, pattern: string, by: string) => s.split(pattern).join(by),
  ),
  define(
    'replace_pattern',
    { text, pattern: text, by: text },
    {
      returns: text,
      doc: 'Every match of a regular expression replaced; $1 stands for its first group.',
      example: 'replace_pattern("a1b22", "[0-9]+", "#") == "a#b#"',
    },
    (s: string, pattern: string, by: string) => s.replace(regExp(pattern, 'gu'), by),
  ),
  define(
    'matches',
    { text, pattern: text },
    { returns: boolean, doc: 'Does a regular expression match somewhere in the text?', example: 'matches("order 12", "[0-9]") == true' },
    (s: string, pattern: string) => regExp(pattern, 'u').test(s),
  ),
  define(
    'extract',
    { text, pattern: text },
    {
      returns: text,
      doc: 'The first match of a regular expression, or its first group where it has one; null without a match.',
      example: 'extract("order 12", "order ([0-9]+)") == "12"',
    },
    extract,
  ),
  define(
    'split',
    { text, separator: text },
    { returns: texts, required: 1, doc: 'The parts of a text between separators (default: any blanks).', example: 'split("a, b", ", ") == ["a", "b"]' },
    (s: string, separator?: string) => (separator === undefined ? words(s) : s.split(separator)),
  ),
  define(
    'lines',
    { text },
    { returns: texts, doc: 'The lines of a text, without their line ends.', example: 'lines("a\\nb") == ["a", "b"]' },
    (s: string) => s.split(/\r\n|\n|\r/),
  ),
  define(
    'words',
    { text },
    { returns: texts, doc: 'The parts of a text between white space.', example: 'words(" a  b ") == ["a", "b"]' },
    words,
  ),
  define(
    'normalize',
    { text, form: text },
    {
      returns: text,
      required: 1,
      doc: 'In a Unicode normal form: "NFC" (default), "NFD", "NFKC" or "NFKD".',
      example: 'normalize("ﬁn", "NFKC") == "fin"',
    },
    normalize,
  ),
  define(
    'collapse',
    { text },
    { returns: text, doc: 'Trimmed, and every run of white space inside made one blank.', example: 'collapse(" a \\n b ") == "a b"' },
    (s: string) => trim(s).replace(/\s+/gu, ' '),
  ),
  define(
    'starts_with',
    { text, start: text },
    { returns: boolean, doc: 'Does the text start so?', example: 'starts_with("abc", "ab") == true' },
    (s: string, start: string) => s.startsWith(start),
  ),
  define(
    'ends_with',
    { text, end: text },
    { returns: boolean, doc: 'Does the text end so?', example: 'ends_with("abc", "bc") == true' },
    (s: string, end: string) => s.endsWith(end),
  ),
];

const space = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** White space as Python's str.strip and Unicode have it; JavaScript's own misses some and adds the byte order mark. */
export function trim(s: string): string {
  let start = 0;
  let end = s.length;
  while (start < end && space.test(s[start]!)) start++;
  while (end > start && space.test(s[end - 1]!)) end--;
  return s.slice(start, end);
}

function capitalize(s: string): string {
  const end = codePointOffset(s, 1);
  return s.slice(0, end).toUpperCase() + s.slice(end);
}

function normalize(s: string, form = 'NFC'): string {
  if (!['NFC', 'NFD', 'NFKC', 'NFKD'].includes(form))
    throw new ValueError('type/argument', `There is no normal form "${form}".`, 'There are: NFC, NFD, NFKC, NFKD.');
  return s.normalize(form);
}

const patterns = new Map<string, RegExp>();

function regExp(pattern: string, flags: string): RegExp {
  const key = `${flags} ${pattern}`;
  let found = patterns.get(key);
  if (!found) {
    try {
      found = new RegExp(pattern, flags);
    } catch (error) {
      throw new ValueError(
        'type/argument',
        `"${pattern}" is not a regular expression: ${(error as Error).message.replace(/^.*: /, '')}.`,
        'Write \\\\ before a character that stands for itself.',
      );
    }
    if (patterns.size > 1000) patterns.clear();
    patterns.set(key, found);
  }
  found.lastIndex = 0;
  return found;
}

function extract(s: string, pattern: string): string | null {
  const match = regExp(pattern, 'u').exec(s);
  return match ? (match[1] ?? match[0]) : null;
}

function words(s: string): string[] {
  return trim(s)
    .split(/\s+/u)
    .filter((word) => word !== '');
}

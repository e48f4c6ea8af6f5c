import type { IToken } from './chevrotain.js';
import type { Expression } from './ast.js';
import type { Problem } from './diagnostics.js';
import * as messages from './messages.js';
import type { Span } from './source.js';
import * as t from './tokens.js';

/** A piece of a text as written, or the expression of a hole. */
export type RawPart = IToken | Expression;
type Report = (problem: Problem, span: Span) => void;

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', '"': '"', '\\': '\\' };

/**
 * What a text says: escapes and doubled braces decoded, CRLF as LF; a `"""` text without its first and last line end
 * and its common indentation (blank lines do not count, the closing line does).
 */
export function decodeText(raw: readonly RawPart[], isLong: boolean, report: Report): (string | Expression)[] {
  const isWritten = (part: RawPart): part is IToken => 'image' in part;
  const written = raw.map((part) => (isWritten(part) && (part.tokenType === t.LongChunk || part.tokenType === t.ShortChunk)
    ? part.image.replace(/\r\n/g, '\n') : part));
  if (isLong) dedent(written);
  const parts: (string | Expression)[] = [];
  const add = (text: string) => {
    const last = parts[parts.length - 1];
    if (typeof last === 'string') parts[parts.length - 1] = last + text;
    else if (text !== '') parts.push(text);
  };
  for (const part of written) {
    if (typeof part === 'string') add(part);
    else if (!isWritten(part)) parts.push(part);
    else add(decodeToken(part, report));
  }
  return parts;
}

function decodeToken({ image, tokenType, startOffset }: IToken, report: Report): string {
  const span = { start: startOffset, end: startOffset + image.length };
  if (tokenType === t.DoubledBrace) return image[0]!;
  if (tokenType === t.LoneBrace) return (report(messages.loneBrace(), span), image);
  const code = /^\\u\{([0-9A-Fa-f]{1,6})\}$/.exec(image)?.[1];
  if (code !== undefined) {
    const point = parseInt(code, 16);
    if (point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)) return String.fromCodePoint(point);
  }
  const decoded = image.length === 2 ? escapes[image[1]!] : undefined;
  if (decoded === undefined) report(messages.unknownEscape(image), span);
  return decoded ?? '';
}

/** Takes the first and last line end and the common indentation out of the written pieces, in place. */
function dedent(parts: (string | RawPart)[]): void {
  // Holes and escapes are no blanks: each stands for one visible character while lines are measured.
  const flat = parts.map((part) => (typeof part === 'string' ? part : '\u0001')).join('');
  const lines = flat.split('\n');
  const isOpenLine = lines.length > 1 && lines[0]!.trim() === '';
  const counted = lines.filter((line, i) => (i > 0 || !isOpenLine) && (line.trim() !== '' || (i === lines.length - 1 && i > 0))).filter((_, i) => i > 0 || isOpenLine || lines.length === 1);
  const indent = Math.min(...counted.map((line) => /^[ \t]*/.exec(line)![0].length));
  const cut = Number.isFinite(indent) ? indent : 0;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    if (typeof part === 'string') parts[i] = part.replace(/\n([ \t]*)/g, (_, blanks: string) => `\n${blanks.slice(Math.min(cut, blanks.length))}`);
  }
  const [first, last] = [parts[0], parts[parts.length - 1]];
  if (isOpenLine && typeof first === 'string') parts[0] = first.replace(/^[ \t]*\n/, '');
  if (lines.length > 1 && typeof last === 'string') parts[parts.length - 1] = (parts[parts.length - 1] as string).replace(/\n[ \t]*$/, '');
}

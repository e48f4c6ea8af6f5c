import { tokenMatcher, type IToken } from './chevrotain.js';
import { parse } from './parse.js';
import * as t from './tokens.js';

/** A token, a comment, or a whole text with its holes: what is printed as it stands. */
interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly token?: IToken;
}
type Line = readonly Piece[];

const indentation = '  ';

/**
 * A program in the usual layout: two blanks a level, one around operators, the `=` of neighbouring entries below each
 * other, at most one blank line. Lines stay lines, comments and texts stay as they are, and so does the meaning; a
 * program with syntax errors is left alone.
 *
 * @example
 * format('param  seed=42'); // 'param seed = 42\n'
 */
export function format(text: string): string {
  if (parse({ name: '', text, lineOffset: 0 }).diagnostics.length > 0) return text;
  const lines = tidy(linesOf(pieces(text), text));
  const printed: string[] = [];
  let depth = 0;
  const pads = padding(lines);
  lines.forEach((line, i) => {
    if (line.length === 0) return void printed.push('');
    const closing = line.findIndex((piece) => !closes(piece));
    printed.push(indentation.repeat(Math.max(0, depth - (closing < 0 ? line.length : closing))) + printLine(line, pads.get(i) ?? 0, text));
    for (const piece of line) depth += opens(piece) ? 1 : closes(piece) ? -1 : 0;
  });
  const result = printed.join('\n').replace(/\r\n/g, '\n');
  return result === '' ? '' : `${result}\n`;
}

const is = (piece: Piece | undefined, ...types: readonly IToken['tokenType'][]) => piece?.token !== undefined && types.includes(piece.token.tokenType);
const opens = (piece: Piece) => is(piece, t.LeftCurly, t.LeftParen, t.LeftBracket);
const closes = (piece: Piece) => is(piece, t.RightCurly, t.RightParen, t.RightBracket);

/** With the line's end behind them they would be another line's end. */
const returnsAtEnd = /\r+$/;

function pieces(text: string): Piece[] {
  const { tokens, groups } = t.lexer.tokenize(text);
  const found: Piece[] = (groups['comments'] ?? []).map(({ startOffset, image }) => ({ text: image.replace(returnsAtEnd, ''), start: startOffset, end: startOffset + image.length }));
  let nested = 0;
  let start = 0;
  for (const token of tokens) {
    const end = token.startOffset + token.image.length;
    if (tokenMatcher(token, t.TextOpen) && nested++ === 0) start = token.startOffset;
    else if (tokenMatcher(token, t.TextClose) && --nested === 0) found.push({ text: text.slice(start, end), start, end });
    else if (nested === 0 && token.image.trim() !== '') found.push({ text: token.image, start: token.startOffset, end, token });
  }
  return found.sort((a, b) => a.start - b.start);
}

/** The pieces line by line; a blank line is empty. */
function linesOf(all: readonly Piece[], text: string): Line[] {
  const lines: Piece[][] = [[]];
  let end = 0;
  for (const piece of all) {
    const breaks = text.slice(end, piece.start).split('\n').length - 1;
    for (let i = 0; i < Math.min(breaks, 2); i++) lines.push([]);
    lines[lines.length - 1]!.push(piece);
    end = piece.end;
  }
  return lines;
}

/** Blank lines neither at the ends, nor doubled, nor beside a block's braces. */
function tidy(lines: readonly Line[]): Line[] {
  return lines.filter((line, i) => {
    const [last, next] = [lines[i - 1]?.at(-1), lines[i + 1]?.[0]];
    return line.length > 0 || (last !== undefined && next !== undefined && !opens(last) && !closes(next));
  });
}

/** How many blanks more go before the `=` of a line, so that those of neighbouring entries stand below each other. */
function padding(lines: readonly Line[]): Map<number, number> {
  const pads = new Map<number, number>();
  const isEntry = (line: Line | undefined) => line !== undefined && line[0]?.token !== undefined && tokenMatcher(line[0].token, t.Name) && is(line[1], t.Equals);
  for (let i = 0; i < lines.length; i++) {
    let end = i;
    while (isEntry(lines[end]) && isClosed(lines[end]!)) end++;
    const width = Math.max(0, ...lines.slice(i, end).map((line) => line[0]!.text.length));
    for (let at = i; at < end; at++) pads.set(at, width - lines[at]![0]!.text.length);
    if (end > i) i = end - 1;
  }
  return pads;
}

/** Does a line close what it opens, and nothing else? */
function isClosed(line: Line): boolean {
  let depth = 0;
  for (const piece of line) if ((depth += opens(piece) ? 1 : closes(piece) ? -1 : 0) < 0) return false;
  return depth === 0;
}

function printLine(line: Line, pad: number, text: string): string {
  let printed = '';
  const ternaries: number[] = [0];
  const brackets: (Piece | undefined)[] = [undefined];
  line.forEach((piece, i) => {
    const previous = line[i - 1];
    const isTernary = is(piece, t.Colon) && ternaries[ternaries.length - 1]! > 0;
    const inSubscript = is(brackets[brackets.length - 1], t.LeftBracket);
    if (previous) printed += between(previous, piece, line[i - 2], { isTernary, inSubscript, gap: text.slice(previous.end, piece.start) !== '' });
    if (pad > 0 && i === 1) printed += ' '.repeat(pad);
    printed += piece.text;
    if (opens(piece)) (brackets.push(piece), ternaries.push(0));
    else if (closes(piece)) (brackets.pop(), ternaries.pop());
    else if (is(piece, t.QuestionMark)) ternaries.push(ternaries.pop()! + 1);
    else if (isTernary) ternaries.push(ternaries.pop()! - 1);
  });
  return printed;
}

/** What stands between two pieces of a line. */
function between(a: Piece, b: Piece, before: Piece | undefined, { isTernary, inSubscript, gap }: { isTernary: boolean; inSubscript: boolean; gap: boolean }): string {
  if (b.text.startsWith('//') && !b.token) return '  ';
  if (is(b, t.Comma, t.EndOfLine, t.RightParen, t.RightBracket, t.Dot) || is(a, t.LeftParen, t.LeftBracket, t.Dot)) return '';
  if (is(b, t.Colon)) return isTernary ? ' ' : '';
  if (is(a, t.Colon) && inSubscript) return '';
  if (is(a, t.Sign) && isUnary(before)) return '';
  if (is(b, t.LeftParen, t.LeftBracket)) return gap || !isOperand(a) ? ' ' : '';
  return ' ';
}

const isOperand = (piece: Piece) => !piece.token || tokenMatcher(piece.token, t.Word) || is(piece, t.RightParen, t.RightBracket, t.NumberLiteral);
/** Does a sign after this stand before its only operand? */
function isUnary(piece: Piece | undefined): boolean {
  if (!piece) return true;
  if (!piece.token) return false;
  const { token } = piece;
  return tokenMatcher(token, t.Operator) || tokenMatcher(token, t.Prefix) || tokenMatcher(token, t.ArgumentWord)
    || is(piece, t.LeftParen, t.LeftBracket, t.Comma, t.Equals, t.Colon, t.QuestionMark, t.Pipe, t.LeftCurly);
}

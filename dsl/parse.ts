import { EOF, tokenMatcher, type IToken } from './chevrotain.js';
import type { Declaration, DeclarationKind, Include, Parsed } from './ast.js';
import type { Diagnostic, Problem } from './diagnostics.js';
import * as messages from './messages.js';
import { TaskParser } from './parser.js';
import type { Source, Span } from './source.js';
import { spanOf, splitStatements, type Trouble } from './statements.js';
import { TreeBuilder } from './toAst.js';
import * as t from './tokens.js';
import { withoutStacks } from './withoutStacks.js';

/** One parser for all programs: it is reset by its input. */
const parser = new TaskParser({ recover: true });

const declarators = ['param', 'dataset', 'template', 'task', 'training', 'include'];

/**
 * Reads the declarations of a program. Never throws: what cannot be read becomes diagnostics, one for a mistake, and
 * everything else comes back.
 *
 * @example
 * const { declarations, diagnostics } = parse({ name: 'cell[1]', text: 'param seed = 42', lineOffset: 1 });
 */
export function parse(source: Source): Parsed {
  const lexed = t.lexer.tokenize(source.text);
  const { statements, troubles } = splitStatements(lexed.tokens, source.text.length);
  const found: Trouble[] = [...troubles, ...commentTroubles(lexed.groups)];
  for (const { offset, length } of lexed.errors) {
    found.push({ problem: messages.strangeCharacter(source.text.slice(offset)), span: { start: offset, end: offset + length } });
  }
  const isTroubled = places(found);
  const declarations: Declaration[] = [];
  const includes: Include[] = [];
  for (const statement of statements) {
    const before = found.length;
    const read = readStatement(source, statement, found, isTroubled);
    if (!read) continue;
    if (read.kind === 'Include') {
      if (read.path.kind === 'Literal' && typeof read.path.value === 'string') includes.push({ path: read.path.value, source, span: read.path.span });
      else if (found.length === before) found.push({ problem: messages.includePath(), span: read.path.span });
      continue;
    }
    const broken = found.length > before || isTroubled(read.span);
    declarations.push({ name: read.name.text, kind: read.kind.toLowerCase() as DeclarationKind, source, span: read.span, syntax: read, broken });
  }
  return { declarations, includes, diagnostics: onePerEntry(found, lexed.tokens, source) };
}

/** Does one of these begin in a span? */
function places(troubles: readonly Trouble[]): (span: Span) => boolean {
  const starts = Float64Array.from(troubles, ({ span }) => span.start).sort();
  return ({ start, end }) => {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle]! < start) low = middle + 1;
      else high = middle;
    }
    return low < starts.length && starts[low]! <= end;
  };
}

function readStatement(source: Source, statement: readonly IToken[], found: Trouble[], isTroubled: (span: Span) => boolean) {
  const report = (problem: Problem, span: Span) => void found.push({ problem, span });
  const first = statement[0]!;
  if (!declarators.includes(first.image)) {
    found.push({ problem: messages.notADeclaration(first.image, declarators), span: spanOf(first), origin: 'parser' });
    return undefined;
  }
  parser.input = [...statement];
  const cst = withoutStacks(() => parser.declaration());
  const order = parser.errors.length > 0 ? new Map(statement.map((token, i) => [token, i])) : undefined;
  const own = parser.errors.map(({ message, token }): Trouble => ({ ...toTrouble(message, token, statement, order!.get(token) ?? -1), origin: 'parser' }));
  found.push(...own);
  const isOwn = places(own);
  // Where the parser expected the end of an entry, what it stumbled over stands behind the entry.
  const behind = (end: number) => end + /^[ \t]*/.exec(source.text.slice(end))![0].length;
  return new TreeBuilder(source, report, (span) => isTroubled(span) || isOwn({ start: span.start, end: behind(span.end) })).declaration(cst);
}

/** A parser's error at the token that it stumbled over, `at` its place, or behind what came before where that token cannot be seen. */
function toTrouble(expected: string, token: IToken, statement: readonly IToken[], at: number): Trouble {
  if (token.tokenType === t.DigitName) return { problem: messages.digitName(token.image), span: spanOf(token) };
  if (token.tokenType === t.ForeignWord) return { problem: messages.foreignName(token.image), span: spanOf(token) };
  if (token.tokenType === t.ForeignCharacter) return { problem: messages.strangeCharacter(token.image), span: spanOf(token) };
  let [begin, holes] = [Math.max(at, 0), 0];
  for (; begin > 0 && statement[begin - 1]!.tokenType !== t.EndOfLine; begin--) {
    const before = statement[begin - 1]!;
    holes += tokenMatcher(before, t.HoleOpen) ? 1 : before.tokenType === t.HoleClose ? -1 : 0;
  }
  const context = { inHole: holes > 0, where: at > begin && statement[begin]!.tokenType === t.Where };
  const isVisible = token.tokenType !== EOF && token.image !== '' && token.tokenType !== t.EndOfLine;
  const end = endBefore(statement, at > 0 ? at : statement.length);
  return { problem: messages.unexpected(expected, token.tokenType === EOF ? '' : token.image || '\n', context), span: isVisible ? spanOf(token) : { start: end, end } };
}

/** Where the last token that the author wrote before a place ends. */
function endBefore(statement: readonly IToken[], at: number): number {
  for (let i = at - 1; i >= 0; i--) if (statement[i]!.image !== '' && !tokenMatcher(statement[i]!, t.EndOfLine)) return spanOf(statement[i]!).end;
  return spanOf(statement[0]!).end;
}

function commentTroubles(groups: Readonly<Record<string, readonly IToken[]>>): Trouble[] {
  return (groups['comments'] ?? []).filter(({ tokenType }) => tokenType === t.UnclosedComment)
    .map((comment) => ({ problem: messages.unclosedComment(), span: { start: comment.startOffset, end: comment.startOffset + 2 } }));
}

/** Of what the parser stumbles over in one entry the first: the rest follows from it, or from a bracket left open. */
function onePerEntry(troubles: readonly Trouble[], tokens: readonly IToken[], source: Source): Diagnostic[] {
  if (troubles.length === 0) return [];
  const diagnostics: Diagnostic[] = [];
  const ends = entryEnds(tokens, source.text.length);
  let at = 0;
  let entryEnd = -1;
  const start = ({ since, span }: Trouble) => since ?? span.start;
  for (const { problem, span, origin, until = 0 } of [...troubles].sort((a, b) => start(a) - start(b))) {
    if (origin === 'parser' && span.start <= entryEnd) continue;
    diagnostics.push({ ...problem, source, span });
    while (at < tokens.length && tokens[at]!.startOffset < span.start) at++;
    if (origin) entryEnd = Math.max(entryEnd, until, ends[at]!);
  }
  return diagnostics;
}

/** For each token, and for the end, where the entry around it ends, the blocks that open in it included. */
function entryEnds(tokens: readonly IToken[], end: number): number[] {
  const ends = [...tokens.map(() => end), end];
  const closing: number[] = [];
  for (let i = tokens.length - 1; i >= 0; i--) {
    const { tokenType, startOffset } = tokens[i]!;
    if (tokenType === t.EndOfLine || tokenType === t.RightCurly) ends[i] = startOffset;
    else if (tokenType !== t.LeftCurly) ends[i] = ends[i + 1]!;
    else if (closing.length > 0) ends[i] = ends[closing.pop()! + 1]!;
    if (tokenType === t.RightCurly) closing.push(i);
  }
  return ends;
}

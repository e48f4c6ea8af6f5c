import { createTokenInstance, tokenMatcher, type IToken, type TokenType } from './chevrotain.js';
import type { Problem } from './diagnostics.js';
import * as messages from './messages.js';
import type { Span } from './source.js';
import * as t from './tokens.js';

export interface Trouble {
  readonly problem: Problem;
  readonly span: Span;
  /** What makes the parser stumble over the rest of the entry; `parser`: where it stumbled. */
  readonly origin?: 'bracket' | 'parser';
  /** Where a bracket left open was closed, or where reading goes on. */
  readonly until?: number;
  /** Where reading broke off, if before the span. */
  readonly since?: number;
  /** The brackets that nothing is open for. */
  readonly unopened?: string;
}

/** The tokens of one declaration; every bracket, text and hole in them is closed. */
export interface Statements {
  readonly statements: readonly (readonly IToken[])[];
  readonly troubles: readonly Trouble[];
  /** The declaration that the text ends in, as far as it goes: what it leaves open is not closed. */
  readonly tail: readonly IToken[];
  /** What the text leaves open, outermost first. */
  readonly open: readonly IToken[];
}

interface Opener {
  readonly token: IToken;
  /** A template's parameters: `name = value` is at home there. */
  readonly isParameters: boolean;
  /** How deep what stands in it is nested. */
  readonly depth: number;
  /** Conditionals in the current item: each may stand in the one before. */
  conditionals: number;
}

export const spanOf = (token: IToken): Span => ({ start: token.startOffset, end: token.startOffset + token.image.length });
export const synthetic = (type: TokenType, offset: number): IToken => createTokenInstance(type, '', offset, offset, NaN, NaN, NaN, NaN);

const closers = new Map<TokenType, TokenType>([
  [t.LeftParen, t.RightParen],
  [t.LeftBracket, t.RightBracket],
  [t.LeftCurly, t.RightCurly],
  [t.ShortOpen, t.ShortClose],
  [t.LongOpen, t.LongClose],
  [t.ShortHoleOpen, t.HoleClose],
  [t.LongHoleOpen, t.HoleClose],
]);
const isBracket = ({ token: { tokenType } }: Opener) => tokenType === t.LeftParen || tokenType === t.LeftBracket;
const isHole = ({ token: { tokenType } }: Opener) => tokenType === t.ShortHoleOpen || tokenType === t.LongHoleOpen;

const declarators = new Set<TokenType>([t.Param, t.Dataset, t.Template, t.Task, t.Training]);
const afterName = new Map<TokenType, readonly TokenType[]>([
  [t.Param, [t.Equals]],
  [t.Dataset, [t.From]],
  [t.Template, [t.LeftParen]],
  [t.Task, [t.Colon, t.Extends]],
  [t.Training, [t.LeftCurly, t.Extends]],
]);

/** Nesting beyond which a declaration is refused, so that nothing that walks it can run out of stack. */
export const deepest = 200;
/** A bracket takes the parser through a dozen rules, a conditional through three. */
const bracketDepth = 4;

/**
 * Cuts tokens into declarations and closes what the author left open, so that one forgotten bracket costs one
 * diagnostic and the parser sees balanced input: line ends inside brackets go; an unclosed `(` or `[` ends at `}`
 * or at a line that starts an entry, an unclosed `{` where a declaration starts, a `"` at its line's end.
 */
export function splitStatements(tokens: readonly IToken[], end: number): Statements {
  const statements: IToken[][] = [];
  const troubles: Trouble[] = [];
  const open: Opener[] = [];
  let statement: IToken[] = [];
  const outside = { depth: 0, conditionals: 0 };
  const top = () => open[open.length - 1];

  const finish = () => {
    if (statement.length > 0) statements.push(statement);
    statement = [];
  };
  const close = (offset: number) => statement.push(synthetic(closers.get(open.pop()!.token.tokenType)!, offset));
  /** Closes everything above `depth`, with one diagnostic for the thing that was most likely forgotten. */
  const closeDownTo = (depth: number, offset: number) => {
    const left = open.slice(depth);
    const guilty = left.find(isHole) ?? left.find(({ token }) => token.tokenType !== t.LeftCurly) ?? left[left.length - 1];
    if (guilty) troubles.push({ problem: messages.unclosed(guilty.token.image, isHole(guilty)), span: spanOf(guilty.token), ...(guilty.token.tokenType === t.LeftCurly ? {} : { origin: 'bracket', until: offset }) });
    while (open.length > depth) close(offset);
  };
  /** Brackets too many that touch are one mistake. */
  const unopened = (token: IToken) => {
    const last = troubles[troubles.length - 1];
    const image = last?.unopened !== undefined && last.span.end === token.startOffset ? last.unopened + token.image : token.image;
    if (image !== token.image) troubles.pop();
    const { end } = spanOf(token);
    troubles.push({ problem: messages.unopened(image), span: { start: end - image.length, end }, origin: 'bracket', unopened: image });
  };
  /** Ends the current declaration at a token that stands too deep in it; gives the last token before the next declaration. */
  const skipDeclaration = (at: number) => {
    let next = at;
    while (next < tokens.length && !(tokens[next]!.tokenType === t.EndOfLine && startsDeclaration(next + 1))) next++;
    const until = next < tokens.length ? tokens[next]!.startOffset : end;
    troubles.push({ problem: messages.tooDeep(), span: spanOf(tokens[at]!), origin: 'bracket', until, since: previousEnd(tokens, at) });
    while (open.length > 0) close(tokens[at]!.startOffset);
    outside.conditionals = 0;
    finish();
    return next;
  };
  /** How many openers lie under the brackets at the top. */
  const underBrackets = () => open.findLastIndex((opener) => !isBracket(opener)) + 1;

  const startsDeclaration = (at: number) => {
    const [first, name, next] = [tokens[at], tokens[at + 1], tokens[at + 2]];
    return first !== undefined && name !== undefined && next !== undefined && declarators.has(first.tokenType)
      && tokenMatcher(name, t.Name) && afterName.get(first.tokenType)!.includes(next.tokenType);
  };
  const startsEntry = (at: number) => {
    const first = tokens[at]!;
    if (first.tokenType === t.RightCurly || first.tokenType === t.Let || first.tokenType === t.Where || first.tokenType === t.For) return true;
    if (startsDeclaration(at)) return true;
    if (!tokenMatcher(first, t.Name) || open.some(({ isParameters }) => isParameters)) return false;
    return tokens[at + 1]?.tokenType === t.Equals || tokens[at + 1]?.tokenType === t.LeftCurly;
  };
  /** The token after the line ends from each place on. */
  const afterLineEnds = new Int32Array(tokens.length);
  for (let i = tokens.length - 1; i >= 0; i--) {
    afterLineEnds[i] = tokens[i]!.tokenType !== t.EndOfLine ? i : i + 1 < tokens.length ? afterLineEnds[i + 1]! : tokens.length;
  }

  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const type = token.tokenType;
    const offset = token.startOffset;
    if (type === t.EndOfLine || type === t.Comma) (top() ?? outside).conditionals = 0;
    if (type === t.Unclosed) {
      let count = 1;
      while (tokens[i + 1]?.tokenType === t.Unclosed) (count++, i++);
      let depth = open.length;
      for (; count > 0 && depth > 0; depth--) if (!isBracket(open[depth - 1]!)) count--;
      closeDownTo(depth, offset);
    } else if (type === t.EndOfLine) {
      const next = afterLineEnds[i]!;
      if (open.length > 0 && isBracket(top()!)) {
        if (token.image !== ';' && (next >= tokens.length || !startsEntry(next))) continue;
        if (next < tokens.length && startsEntry(next)) closeDownTo(underBrackets(), previousEnd(tokens, i));
      }
      if (open.length > 0 && startsDeclaration(next)) closeDownTo(0, offset);
      if (open.length > 0) statement.push(token);
      else if (tokens[next]?.tokenType !== t.LeftCurly || statement.length === 0) finish();
    } else if (closers.has(type)) {
      if (type === t.LeftCurly && open.length > 0 && isBracket(top()!)) closeDownTo(underBrackets(), previousEnd(tokens, i));
      const { depth, conditionals } = top() ?? outside;
      if (depth + conditionals + bracketDepth > deepest) {
        i = skipDeclaration(i);
        continue;
      }
      const isParameters = type === t.LeftParen && statement.length === 2 && statement[0]!.tokenType === t.Template;
      open.push({ token, isParameters, depth: depth + conditionals + bracketDepth, conditionals: 0 });
      statement.push(token);
    } else if (type === t.QuestionMark) {
      const level = top() ?? outside;
      if (level.depth + ++level.conditionals > deepest) i = skipDeclaration(i);
      else statement.push(token);
    } else if (type === t.RightParen || type === t.RightBracket || type === t.RightCurly || type === t.HoleClose) {
      const floor = type === t.RightCurly || type === t.HoleClose ? 0 : underBrackets();
      const match = open.findLastIndex((opener, depth) => depth >= floor && closers.get(opener.token.tokenType) === type);
      if (match < 0) unopened(token);
      else {
        if (match < open.length - 1) closeDownTo(match + 1, previousEnd(tokens, i));
        open.pop();
        statement.push(token);
      }
    } else {
      if (type === t.ShortClose || type === t.LongClose) open.pop();
      statement.push(token);
    }
  }
  const tail = [...statement];
  const openAtEnd = open.map(({ token }) => token);
  if (open.length > 0) closeDownTo(0, end);
  finish();
  return { statements, troubles, tail, open: openAtEnd };
}

/** Where a forgotten bracket would have stood: behind what came last. */
function previousEnd(tokens: readonly IToken[], at: number): number {
  for (let i = at - 1; i >= 0; i--) if (tokens[i]!.tokenType !== t.EndOfLine) return spanOf(tokens[i]!).end;
  return 0;
}

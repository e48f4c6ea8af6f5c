import { createTokenInstance, EOF, tokenMatcher, type IToken, type TokenType } from './chevrotain.js';
import { TaskParser } from './parser.js';
import { splitStatements } from './statements.js';
import * as t from './tokens.js';
import { withoutStacks } from './withoutStacks.js';

let own: TaskParser | undefined;
/** Recovery off: a repaired parse would accept everything. Made when it is first asked: checking a program needs none. */
const parser = (): TaskParser => (own ??= new TaskParser({ recover: false }));

/** Where a text breaks off: what matters for what may come next. */
export interface Cursor {
  /** The tokens of the entry around and of the heads of the blocks around it; complete entries are left out. */
  readonly path: readonly IToken[];
  /** Heads of the blocks around, outermost first, each with its `{`. */
  readonly heads: readonly (readonly IToken[])[];
  /** The current entry. */
  readonly entry: readonly IToken[];
  /** In a comment, or in a text outside its holes. */
  readonly isProse: boolean;
}

/** Reads a text that breaks off at its end. */
export function cursorAt(text: string): Cursor {
  const { tokens, groups } = t.lexer.tokenize(text);
  const { tail, open } = splitStatements(tokens, text.length);
  const heads: IToken[][] = [];
  let entry: IToken[] = [];
  for (const token of tail) {
    if (token.tokenType === t.EndOfLine) entry = [];
    else entry.push(token);
    if (token.tokenType === t.LeftCurly) (heads.push(entry), (entry = []));
    else if (token.tokenType === t.RightCurly) entry = [...(heads.pop() ?? []), token];
  }
  const innermost = open[open.length - 1];
  const comment = (groups['comments'] ?? []).find((one) => one.startOffset + one.image.length === text.length && one.tokenType !== t.BlockComment);
  const isProse = comment !== undefined || (innermost !== undefined && tokenMatcher(innermost, t.TextOpen));
  return { path: [...heads.flat(), ...entry], heads, entry, isProse };
}

/** Tokens of an entry beyond which nobody types it: trying what may follow would take longer than they wait. */
const longest = 2000;

/**
 * Which of `candidates` may follow. Each is tried with the real parser, so what completion offers and what the parser
 * accepts cannot drift apart; exact because the grammar is LL(1).
 */
export function mayFollow(path: readonly IToken[], candidates: readonly TokenType[]): ReadonlySet<TokenType> {
  if (path.length > longest) return new Set();
  const probe = parser();
  return withoutStacks(() => new Set(candidates.filter((type) => {
    probe.input = [...path, createTokenInstance(type, '', 0, 0, NaN, NaN, NaN, NaN)];
    probe.declaration();
    const first = probe.errors[0];
    return first === undefined || tokenMatcher(first.token, EOF);
  })));
}

/** Is what there is of a declaration right so far, though perhaps not whole? */
export function isBeginning(tokens: readonly IToken[]): boolean {
  const probe = parser();
  probe.input = [...tokens];
  probe.declaration();
  const first = probe.errors[0];
  return first !== undefined && tokenMatcher(first.token, EOF);
}

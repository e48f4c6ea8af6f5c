import { tokenMatcher } from './chevrotain.js';
import { parse } from './parse.js';
import { isBeginning } from './probe.js';
import { splitStatements } from './statements.js';
import * as t from './tokens.js';

/**
 * Is a program finished, or does the author go on typing? `invalid`: no more text makes it right.
 *
 * @example
 * isComplete('task t: sft on d {'); // 'incomplete'
 */
export function isComplete(text: string): 'complete' | 'incomplete' | 'invalid' {
  const { tokens } = t.lexer.tokenize(text);
  const { statements, open, tail } = splitStatements(tokens, text.length);
  const { diagnostics } = parse({ name: '', text, lineOffset: 0 });
  if (diagnostics.length === 0) return 'complete';
  const end = text.trimEnd().length;
  const isAtEnd = diagnostics.every(({ code, span }) => code === 'syntax/unclosed' || span.start >= end);
  if (!isAtEnd || open.some((token, i) => i < open.length - 1 && tokenMatcher(token, t.ShortOpen))) return 'invalid';
  if (open.length > 0) return 'incomplete';
  const last = tail.length > 0 ? tail : statements[statements.length - 1];
  return last && isBeginning(last) ? 'incomplete' : 'invalid';
}

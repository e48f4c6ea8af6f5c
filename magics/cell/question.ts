import jsTokens from 'js-tokens';
import { continuesExpression, depthOf } from './code.js';
import { lineEnd, type LinePart } from './line.js';

/** `?name`, `name?` on a line of their own, and not the middle of a conditional expression. */
export function question(cell: string, start: number): { readonly end: number; readonly parts: readonly LinePart[] } | undefined {
  const end = lineEnd(cell, start);
  const asked = /^(?:\?{1,2}[ \t]*(%{0,2}[\p{ID_Start}$_][\p{ID_Continue}$.]*)|([\p{ID_Start}$_][\p{ID_Continue}$.]*)\?{1,2})[ \t;]*$/u.exec(cell.slice(start, end));
  if (!asked || goesOnWithColon(cell.slice(end))) return undefined;
  const text = (asked[1] ?? asked[2])!;
  return { end, parts: [{ kind: 'text', text: ` ${text}`, start: start + asked[0].indexOf(text) }] };
}

/** Is a `:` to come in the statement whose next line `text` is? */
function goesOnWithColon(text: string): boolean {
  let depth = 0;
  let previous = '?';
  let newLine = false;
  for (const token of jsTokens(text)) {
    if (token.type === 'LineTerminatorSequence') newLine = true;
    if (token.type === 'LineTerminatorSequence' || token.type === 'WhiteSpace' || token.type.endsWith('Comment')) continue;
    if (depth === 0) {
      if (token.value === ':') return true;
      const isNext = newLine && !continuesExpression(previous) && !continuesExpression(token.value);
      if (isNext || token.value === ';' || statement.test(token.value) || (previous === '?' && token.value.startsWith('?'))) return false;
    }
    depth += depthOf(token);
    previous = token.value;
    newLine = false;
  }
  return false;
}

const statement = /^(?:const|let|var|function|class|if|for|while|do|switch|try|throw|return|import|export|type|interface|enum)$/;

import jsTokens from 'js-tokens';
import { isShellBrace, openQuote } from './shellLine.js';

/** A text, or the source of a `{expr}` hole, of a magic's line. `start` is its offset in the cell. */
export interface LinePart {
  readonly kind: 'text' | 'hole';
  readonly text: string;
  readonly start: number;
}

/** Splits a magic's line into texts and `{expr}` holes; `{{` and `}}` are literal braces. For the shell its own braces stay, and all in `'…'`. */
export function lineParts(cell: string, from: number, end: number, shell: boolean): LinePart[] {
  const parts: LinePart[] = [];
  let text = '';
  let start = from;
  let quote: ReturnType<typeof openQuote> = '';
  for (let at = from; at < end; ) {
    const pair = cell.slice(at, at + 2);
    const literal = shell && quote === "'";
    const close = cell[at] === '{' && !literal && pair !== '{{' ? holeEnd(cell.slice(at + 1, end)) : undefined;
    const inside = close === undefined ? '' : cell.slice(at + 1, at + 1 + close);
    if (!literal && (pair === '{{' || pair === '}}')) {
      text += pair[0];
      at += 2;
    } else if (close !== undefined && !(shell && isShellBrace(text, inside))) {
      parts.push({ kind: 'text', text, start }, { kind: 'hole', text: inside, start: at + 1 });
      at += close + 2;
      text = '';
      start = at;
    } else {
      // What is escaped is taken along, so that no quote is seen in it.
      const taken = shell && cell[at] === '\\' && !literal ? pair : cell[at]!;
      if (shell) quote = openQuote(taken, quote);
      text += taken;
      at += taken.length;
    }
  }
  return [...parts, { kind: 'text', text, start }];
}

/** Offset of the `}` that closes a hole whose `{` stands just before `text`. */
function holeEnd(text: string): number | undefined {
  let depth = 0;
  let offset = 0;
  for (const token of jsTokens(text)) {
    if (token.value === '{' || token.type === 'TemplateHead') depth++;
    if (token.type === 'TemplateTail') depth--;
    if (token.value === '}' && depth-- === 0) return offset;
    offset += token.value.length;
  }
  return undefined;
}

export const lineEnd = (cell: string, from: number): number => {
  const end = cell.slice(from).search(/\r?\n/);
  return end < 0 ? cell.length : from + end;
};

/** A `\` at the end of a line takes the next one along. */
export function shellEnd(cell: string, from: number): number {
  let end = lineEnd(cell, from);
  while (end < cell.length && /(?:^|[^\\])(?:\\\\)*\\$/.test(cell.slice(from, end))) end = lineEnd(cell, nextLine(cell, end));
  return end;
}

export const nextLine = (cell: string, end: number): number => Math.min(cell.length, end + (cell.startsWith('\r\n', end) ? 2 : 1));

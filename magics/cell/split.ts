import jsTokens from 'js-tokens';

/** A text, or the source of a `{expr}` hole, of a magic's line. `start` is its offset in the cell. */
export interface LinePart {
  readonly kind: 'text' | 'hole';
  readonly text: string;
  readonly start: number;
}

/** A magic where it stands in a cell; offsets are UTF-16, half-open. */
export interface MagicSegment {
  readonly kind: 'magic';
  readonly name: string;
  /** Offset of the `%`. */
  readonly start: number;
  readonly end: number;
  /** What stands behind the name, on the same line. */
  readonly parts: readonly LinePart[];
  /** The lines below `%%name`; absent for `%name`. */
  readonly body?: { readonly text: string; readonly start: number };
  /** `x = %name …`. */
  readonly assigned: boolean;
}

export interface TypeScriptSegment {
  readonly kind: 'typescript';
  readonly start: number;
  readonly end: number;
}

/** `%word` where no TypeScript can stand, but no magic has that name; or `%%name` below the first line. */
export interface StraySegment {
  readonly kind: 'unknown' | 'not-first';
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export type Segment = MagicSegment | TypeScriptSegment | StraySegment;

const name = /^%(%?)([A-Za-z_][\w-]*)/;

/**
 * Takes a cell apart into TypeScript and magics. A magic is a line whose first character other than blanks is `%`, followed
 * by a registered name, outside brackets, strings, templates and comments, and not continuing the expression above;
 * or the rest of a line behind `=`. `%%name` stands on the cell's first line and takes the whole cell.
 *
 * @example
 * split('const p = %prepare t', (name) => name === 'prepare').map((s) => s.kind); // ['typescript', 'magic']
 */
export function split(cell: string, isMagic: (name: string) => boolean): Segment[] {
  const indent = /^\s*/.exec(cell)![0].length;
  const whole = name.exec(cell.slice(indent));
  if (whole?.[1] === '%') {
    const at = { start: indent, end: lineEnd(cell, indent) };
    if (!isMagic(whole[2]!)) return [{ kind: 'unknown', name: whole[2]!, ...at }];
    const below = Math.min(cell.length, nextLine(cell, at.end));
    return [{ ...magic(cell, indent, whole[2]!, 2, false), body: { text: cell.slice(below), start: below } }];
  }
  const segments: Segment[] = [];
  for (let from = 0; from < cell.length; ) {
    const found = firstMagic(cell, from, isMagic);
    const end = found?.start ?? cell.length;
    if (end > from) segments.push({ kind: 'typescript', start: from, end });
    if (!found) break;
    segments.push(found);
    from = found.end;
  }
  return segments;
}

/** The first magic (or stray `%word`) at or after `from`, which stands at the start of a statement. */
function firstMagic(cell: string, from: number, isMagic: (name: string) => boolean): MagicSegment | StraySegment | undefined {
  let offset = from;
  let depth = 0;
  let previous = ''; // the last token that is not blank, a line end or a comment
  let lineHasTokens = false;
  for (const token of jsTokens(cell.slice(from))) {
    const start = offset;
    offset += token.value.length;
    switch (token.type) {
      case 'WhiteSpace':
      case 'MultiLineComment':
      case 'SingleLineComment':
        continue;
      case 'LineTerminatorSequence':
        lineHasTokens = false;
        continue;
      case 'Punctuator':
        if (token.value.startsWith('%') && depth === 0) {
          const word = name.exec(cell.slice(start, start + 200));
          const startsLine = !lineHasTokens;
          if (word && startsLine && word[1] === '%') {
            return { kind: 'not-first', name: word[2]!, start, end: lineEnd(cell, start) };
          }
          if (word && ((startsLine && !continuesExpression(previous)) || previous === '=')) {
            if (isMagic(word[2]!)) return magic(cell, start, word[2]!, 1, !startsLine);
            const noOperand = previous === '' || previous === ';' || previous === '=' || previous === '}';
            if (noOperand) return { kind: 'unknown', name: word[2]!, start, end: lineEnd(cell, start) };
          }
        }
        if (/^[([{]$/.test(token.value)) depth++;
        else if (/^[)\]}]$/.test(token.value)) depth = Math.max(0, depth - 1);
        break;
      case 'TemplateHead':
        depth++;
        break;
      case 'TemplateTail':
        depth = Math.max(0, depth - 1);
        break;
    }
    previous = token.value;
    lineHasTokens = true;
  }
  return undefined;
}

/** Does an expression that ends in `token` go on with a `%`? After an operator it must, so that is no magic. */
const continuesExpression = (token: string): boolean => /^(?:[-+*/%&|^<>=!?:,.~]|&&|\|\||\?\?|\*\*|=>|\.{3}|[-+*/%&|^<>=!]+=)$/.test(token);

function magic(cell: string, start: number, word: string, signs: number, assigned: boolean): MagicSegment {
  const end = lineEnd(cell, start);
  return { kind: 'magic', name: word, start, end, assigned, parts: lineParts(cell, start + signs + word.length, end) };
}

/** Splits a magic's line into texts and `{expr}` holes; `{{` and `}}` are literal braces. */
function lineParts(cell: string, from: number, end: number): LinePart[] {
  const parts: LinePart[] = [];
  let text = '';
  let start = from;
  for (let at = from; at < end; ) {
    const pair = cell.slice(at, at + 2);
    if (pair === '{{' || pair === '}}') {
      text += pair[0];
      at += 2;
    } else if (cell[at] === '{') {
      const close = holeEnd(cell.slice(at + 1, end));
      if (close === undefined) {
        text += cell[at++];
        continue;
      }
      parts.push({ kind: 'text', text, start }, { kind: 'hole', text: cell.slice(at + 1, at + 1 + close), start: at + 1 });
      at += close + 2;
      text = '';
      start = at;
    } else text += cell[at++];
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

const lineEnd = (cell: string, from: number): number => {
  const end = cell.slice(from).search(/\r?\n/);
  return end < 0 ? cell.length : from + end;
};

const nextLine = (cell: string, end: number): number => end + (cell.startsWith('\r\n', end) ? 2 : 1);

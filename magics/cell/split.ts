import jsTokens from 'js-tokens';
import { codeOnLine, continuesExpression, depthOf } from './code.js';
import { lineEnd, lineParts, nextLine, shellEnd, type LinePart } from './line.js';
import { question } from './question.js';
import { isShellLine } from './shellLine.js';
import { asksForHelp } from './words.js';

/** A part of a cell as it stands there. */
export interface Part {
  readonly text: string;
  readonly start: number;
}

/** A magic where it stands in a cell; offsets are UTF-16, half-open. */
export interface MagicSegment {
  readonly kind: 'magic';
  readonly name: string;
  /** Offset of the `%` or `!`. */
  readonly start: number;
  readonly end: number;
  /** What stands behind the name, on the same line; of a line of code only the options before it. */
  readonly parts: readonly LinePart[];
  /** TypeScript on its line. */
  readonly code?: Part;
  /** `%%name`: the lines below are its own. */
  readonly isCell: boolean;
  /** The lines below `%%name` where they are text; TypeScript stands in segments of its own. */
  readonly body?: Part;
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

/** What is to be known of a magic to find its end. */
export interface MagicShape {
  /** What stands on its line, behind the options: words, a line for the shell, TypeScript. */
  readonly line: 'words' | 'shell' | 'code';
  /** What stands on the line of `%%name`. */
  readonly cellLine: 'words' | 'code';
  /** What stands below `%%name`. */
  readonly body: 'text' | 'code';
  /** How much of a line its options take. */
  optionsLength(line: string): number;
}

export interface Magics {
  /** The magic of a name. */
  shapeOf(name: string): MagicShape | undefined;
  /** Did an earlier cell declare this name? */
  isDeclared?(name: string): boolean;
}

/** What `!command`, and `?name` and `name?`, are short for. */
const shorthand = { shell: 'sh', help: 'inspect' } as const;

const name = /^%(%?)([A-Za-z_][\w-]*)/;

/**
 * Takes a cell apart into TypeScript and magics. A magic is a line whose first character other than blanks is `%`, followed
 * by a registered name, outside brackets, strings, templates and comments, and not continuing the expression above;
 * or the rest of a line behind `=`. `%%name` stands on the cell's first line and takes the whole cell. `!command` is
 * `%sh command`, where the line is no TypeScript.
 *
 * @example
 * split('const p = %prepare t', { shapeOf }).map((s) => s.kind); // ['typescript', 'magic']
 */
export function split(cell: string, magics: Magics): Segment[] {
  const indent = /^\s*/.exec(cell)![0].length;
  const whole = name.exec(cell.slice(indent));
  const segments: Segment[] = [];
  let from = 0;
  if (whole?.[1] === '%') {
    const shape = magics.shapeOf(whole[2]!);
    if (!shape) return [{ kind: 'unknown', name: whole[2]!, start: indent, end: lineEnd(cell, indent) }];
    const first = magic(cell, indent, whole[2]!, indent + whole[0].length, shape, { isCell: true, assigned: false });
    const below = nextLine(cell, first.end);
    if (shape.body === 'text') return [{ ...first, body: { text: cell.slice(below), start: below } }];
    segments.push(first);
    from = first.end;
  }
  const mentioned = new Set<string>();
  while (from < cell.length) {
    const found = firstMagic(cell, from, magics, mentioned);
    const end = found?.start ?? cell.length;
    if (end > from) segments.push({ kind: 'typescript', start: from, end });
    if (!found) break;
    segments.push(found);
    from = found.end;
  }
  return segments;
}

/** The first magic (or stray `%word`) at or after `from`, which stands at the start of a statement. */
function firstMagic(cell: string, from: number, magics: Magics, mentioned: Set<string>): MagicSegment | StraySegment | undefined {
  const isKnown = (word: string): boolean => mentioned.has(word) || word in globalThis || (magics.isDeclared?.(word) ?? false);
  let offset = from;
  let depth = 0;
  let previous = ''; // the last token that is not blank, a line end or a comment
  let line: { start: number; previous: string } | undefined; // where the line's first token stands, and the token before it
  for (const token of jsTokens(cell.slice(from))) {
    const start = offset;
    const { type, value } = token;
    offset += value.length;
    if (type === 'LineTerminatorSequence') line = undefined;
    if (type === 'LineTerminatorSequence' || type === 'WhiteSpace' || type.endsWith('Comment')) continue;
    const startsLine = line === undefined;
    line ??= { start, previous };
    if (type === 'Punctuator' && depth === 0) {
      const startsStatement = startsLine && !continuesExpression(previous);
      const assigned = previous === '=';
      const word = value.startsWith('%') ? name.exec(cell.slice(start, start + 200)) : null;
      if (word && startsLine && word[1] === '%') return { kind: 'not-first', name: word[2]!, start, end: lineEnd(cell, start) };
      if (word && (startsStatement || assigned)) {
        const shape = magics.shapeOf(word[2]!);
        if (shape) return magic(cell, start, word[2]!, start + word[0].length, shape, { isCell: false, assigned: !startsLine });
        const noOperand = previous === '' || previous === ';' || previous === '=' || previous === '}';
        if (noOperand) return { kind: 'unknown', name: word[2]!, start, end: lineEnd(cell, start) };
      }
      const shell = value === '!' && (startsStatement || assigned) ? magics.shapeOf(shorthand.shell) : undefined;
      if (shell && isShellLine(cell.slice(offset, lineEnd(cell, offset)), isKnown)) {
        return magic(cell, start, shorthand.shell, offset, { ...shell, optionsLength: () => 0 }, { isCell: false, assigned: !startsLine });
      }
      if (value.startsWith('?') && !continuesExpression(line.previous)) {
        const asked = magics.shapeOf(shorthand.help) && question(cell, line.start);
        if (asked) return { kind: 'magic', name: shorthand.help, isCell: false, assigned: false, start: line.start, ...asked };
      }
    }
    if (type === 'IdentifierName' && previous !== '.') mentioned.add(value);
    depth = Math.max(0, depth + depthOf(token));
    previous = value;
  }
  return undefined;
}

interface Standing {
  readonly isCell: boolean;
  readonly assigned: boolean;
}

/** A magic whose line goes on at `from`. */
function magic(cell: string, start: number, word: string, from: number, shape: MagicShape, { isCell, assigned }: Standing): MagicSegment {
  const base = { kind: 'magic', name: word, start, isCell, assigned } as const;
  const end = lineEnd(cell, from);
  const rest = cell.slice(from, end);
  const kind = asksForHelp(rest) ? 'words' : isCell ? shape.cellLine : shape.line;
  if (kind === 'words') return { ...base, end, parts: lineParts(cell, from, end, false) };
  const options = from + shape.optionsLength(rest);
  if (kind === 'shell') {
    const last = shellEnd(cell, from);
    return { ...base, end: last, parts: lineParts(cell, from, last, true) };
  }
  const text = options + /^[ \t]*/.exec(cell.slice(options))![0].length;
  const code = codeOnLine(cell, text);
  const parts = lineParts(cell, from, options, false);
  return { ...base, end: code.lineEnd, parts, ...(code.end > text && { code: { text: cell.slice(text, code.end), start: text } }) };
}

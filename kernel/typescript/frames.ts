import type { CellError } from '../cell.js';
import { lineEnd } from './rewrite.js';

/** One place of a message: the line of source with carets below it, as everywhere in tasklab. */
export function codeFrame(source: string, line: number, column: number, length: number): string[] {
  const text = source.split(lineEnd)[line - 1];
  if (text === undefined) return [];
  const gutter = `${line}`;
  const indent = text.slice(0, column - 1).replace(/[^\t]/g, ' ');
  const marked = Math.max(1, Math.min(length, text.length - column + 1));
  return [`${gutter} | ${text}`, `${' '.repeat(gutter.length)} | ${indent}${'^'.repeat(marked)}`];
}

/** A cell that ran: the user's text, and where in it a place of its JavaScript is. */
export interface RanCell {
  readonly source: string;
  origin(line: number, column: number): { readonly line: number; readonly column: number };
}

const place = /\b(cell-[\w-]+\.ts):(\d+):(\d+)/;

/** An error at run time with the user's places, and the source below the first place of each of its stacks. */
export function withFrames(error: CellError, cellOf: (id: string) => RanCell | undefined): CellError {
  let framed = false;
  const traceback = error.traceback.flatMap((line) => {
    const isFrame = /^\s*at /.test(line);
    if (!isFrame) framed = false;
    const found = isFrame ? place.exec(line) : null;
    const cell = found ? cellOf(found[1]!) : undefined;
    if (!found || !cell) return [line];
    const { line: row, column } = cell.origin(Number(found[2]), Number(found[3]));
    const own = line.replace(place, `$1:${row}:${column}`).replace(/\$\$(?=[\w$]+ \()/, '');
    if (framed) return [own];
    framed = true;
    return [own, ...codeFrame(cell.source, row, column, 1).map((text) => `      ${text}`)];
  });
  return { ...error, traceback };
}

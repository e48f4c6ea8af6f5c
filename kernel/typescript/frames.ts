import type { CellError } from '../cell.js';

/** One place of a message: the line of source with carets below it, as everywhere in tasklab. */
export function codeFrame(source: string, line: number, column: number, length: number): string[] {
  const text = source.split(/\r?\n/)[line - 1];
  if (text === undefined) return [];
  const gutter = `${line}`;
  const indent = text.slice(0, column - 1).replace(/[^\t]/g, ' ');
  const marked = Math.max(1, Math.min(length, text.length - column + 1));
  return [`${gutter} | ${text}`, `${' '.repeat(gutter.length)} | ${indent}${'^'.repeat(marked)}`];
}

const place = /\b(cell-[\w-]+\.ts):(\d+):(\d+)/;

/** An error at run time with the user's source below the first place of each of its stacks. */
export function withFrames(error: CellError, sourceOf: (id: string) => string | undefined): CellError {
  let framed = false;
  const traceback = error.traceback.flatMap((line) => {
    const isFrame = /^\s*at /.test(line);
    if (!isFrame) framed = false;
    const found = place.exec(line);
    const source = found ? sourceOf(found[1]!) : undefined;
    if (!found || source === undefined || framed) return [line];
    framed = true;
    return [line, ...codeFrame(source, Number(found[2]), Number(found[3]), 1).map((text) => `      ${text}`)];
  });
  return { ...error, traceback };
}

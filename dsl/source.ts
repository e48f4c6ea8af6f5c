/** A piece of program text with a name that people recognise: a cell or a file. */
export interface Source {
  /** Shown before the position: `cell[3]`, `tasks/sentiment.task`. */
  readonly name: string;
  readonly text: string;
  /** Lines above `text` in its cell: 1 below a `%%task` line. */
  readonly lineOffset: number;
}

/** Half-open range of offsets (UTF-16 units) into {@link Source.text}. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const lineStart = (text: string, offset: number): number => (offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1);

/** Line and column as people count them: from 1, the column in characters (code points), the line in the cell. */
export function position(source: Source, offset: number): { line: number; column: number } {
  const start = lineStart(source.text, offset);
  let line = 1 + source.lineOffset;
  for (let i = source.text.indexOf('\n'); i >= 0 && i < start; i = source.text.indexOf('\n', i + 1)) line++;
  const pairs = source.text.slice(start, offset).match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0;
  return { line, column: offset - start - pairs + 1 };
}

/** The line of text that `offset` stands in, without its line end, and the offset of its first character. */
export function lineAt(source: Source, offset: number): { text: string; start: number } {
  const start = lineStart(source.text, offset);
  const end = source.text.indexOf('\n', start);
  const text = source.text.slice(start, end < 0 ? undefined : end);
  return { text: text.endsWith('\r') ? text.slice(0, -1) : text, start };
}

/** The offset of a line and column as {@link position} counts them; nothing where the text has no such place. */
export function offsetAt({ text, lineOffset }: Source, { line, column }: { readonly line: number; readonly column: number }): number | undefined {
  const lines = text.split('\n');
  const before = lines[line - 1 - lineOffset]?.replace(/\r$/, '');
  const characters = before === undefined ? [] : [...before];
  if (before === undefined || column < 1 || column > characters.length + 1) return undefined;
  const start = lines.slice(0, line - 1 - lineOffset).reduce((sum, one) => sum + one.length + 1, 0);
  return start + characters.slice(0, column - 1).join('').length;
}

import type { Code } from './codes.js';
import { lineAt, position, type Source, type Span } from './source.js';

/** What is wrong, without the place: what the catalogue of messages gives. */
export interface Problem {
  readonly code: Code;
  readonly severity: 'error' | 'warning';
  /** One sentence: what is wrong. */
  readonly message: string;
  /** What to do next, in the imperative. */
  readonly hint?: string;
}

/** One thing that the author should know about their text. Plain data, never thrown. */
export interface Diagnostic extends Omit<Problem, 'code'> {
  /** A {@link Code}, or that of whoever looks further than the language does: a data set that could not be opened. */
  readonly code: string;
  readonly source: Source;
  /** The smallest thing to change. */
  readonly span: Span;
}

/** Longest piece of a line that a diagnostic shows; a longer line is cut around the place. */
const widest = 160;

/**
 * A diagnostic as people read it: place and code, the line with carets under the place, message, hint.
 *
 * @example
 * printDiagnostic(parse({ name: 'a.task', text: 'param x =', lineOffset: 0 }).diagnostics[0]!);
 */
export function printDiagnostic({ source, span, severity, code, message, hint }: Diagnostic): string {
  const { line, column } = position(source, span.start);
  const { text, start } = lineAt(source, span.start);
  const at = span.start - start;
  // Of a long line only what is near: more is never shown.
  const [from, until] = [Math.max(0, at - 2 * widest - 2), Math.min(Math.max(at, span.end - start), at + 2 * widest)];
  const before = [...text.slice(from, at)];
  const marked = [...text.slice(at, until)];
  const after = [...text.slice(until, until + 2 * widest + 2)];
  const cut = Math.max(0, before.length + Math.min(Math.max(1, marked.length), widest / 2) - widest);
  const shown = [...before, ...marked, ...after].slice(cut, cut + widest);
  const codeLine = `${cut > 0 ? '…' : ''}${shown.join('')}${cut + widest < before.length + marked.length + after.length ? '…' : ''}`;
  const indent = (cut > 0 ? ' ' : '') + before.slice(cut).map((character) => (character === '\t' ? '\t' : ' ')).join('');
  const carets = '^'.repeat(Math.max(1, Math.min(marked.length, widest + cut - before.length)));
  const gutter = String(line);
  return [
    `${source.name}:${line}:${column} ${severity} ${code}`,
    `${gutter} | ${codeLine}`,
    `${' '.repeat(gutter.length)} | ${indent}${carets}`,
    message,
    ...(hint === undefined ? [] : [`hint: ${hint}`]),
  ].join('\n');
}

/** A place in a text as people and editors count it: lines and columns (code points) from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A diagnostic as JSON: for scripts and editors. `end` is not included. */
export interface DiagnosticJson extends Omit<Diagnostic, 'source' | 'span'> {
  readonly file: string;
  readonly start: Place;
  readonly end: Place;
}

export const diagnosticJson = ({ source, span, ...problem }: Diagnostic): DiagnosticJson => ({
  ...problem, file: source.name, start: position(source, span.start), end: position(source, span.end),
});

import { posix } from 'node:path';
import type { Declaration, Include, Parsed } from './ast.js';
import type { Diagnostic } from './diagnostics.js';
import * as messages from './messages.js';
import { parse } from './parse.js';
import type { Source } from './source.js';

/** Gives the text of a file; the path starts where the program stands. Throws where it cannot be read. */
export type ReadFile = (path: string) => string;

/** A program with all that it includes. */
export interface WholeProgram extends Omit<Parsed, 'includes'> {
  /** The program's own text first, then the included ones, each once. */
  readonly sources: readonly Source[];
  /** An include could not be read: what is declared nowhere may stand there. */
  readonly incomplete: boolean;
}

/**
 * Reads a program and the files that it includes: their declarations stand where the `include` stands, and a later
 * declaration of a name replaces an included one. A file that is included twice is read once.
 *
 * @example
 * const { declarations } = readProgram({ name: 'a.task', text: 'include "b.task"', lineOffset: 0 }, (path) => readFileSync(path, 'utf8'));
 */
export function readProgram(source: Source, readFile: ReadFile): WholeProgram {
  const sources: Source[] = [];
  const diagnostics: Diagnostic[] = [];
  let incomplete = false;
  const visit = (from: Source, path: readonly string[]): Declaration[] => {
    sources.push(from);
    const { declarations, includes, diagnostics: said } = parse(from);
    diagnostics.push(...said);
    const items = [...declarations, ...includes].sort((a, b) => a.span.start - b.span.start);
    return items.flatMap((item) => ('kind' in item ? item : included(item, path)));
  };
  const included = (include: Include, path: readonly string[]): Declaration[] => {
    const name = posix.normalize(relativeTo(include.source, include.path));
    const report = (problem: ReturnType<typeof messages.unreadable>): Declaration[] => {
      incomplete = true;
      diagnostics.push({ ...problem, source: include.source, span: include.span });
      return [];
    };
    if (path.includes(name)) return report(messages.cycle('includes', [...path.slice(path.indexOf(name)), name]));
    if (sources.some((known) => known.name === name)) return [];
    let text: string;
    try {
      text = readFile(name);
    } catch (error) {
      return report(messages.unreadable(include.path, (error as NodeJS.ErrnoException).code));
    }
    return visit({ name, text, lineOffset: 0 }, [...path, name]);
  };
  const declarations = visit(source, [source.name]);
  const place = ({ source: at, span }: Diagnostic) => [sources.indexOf(at), span.start] as const;
  diagnostics.sort((a, b) => place(a)[0] - place(b)[0] || place(a)[1] - place(b)[1]);
  return { declarations, diagnostics, sources, incomplete };
}

/** A path that a program names, as it is from where the whole program stands: an included file's paths start at that file. */
export function relativeTo({ name }: Source, path: string): string {
  const folder = posix.dirname(name);
  if (folder === '.' || posix.isAbsolute(path)) return path;
  return posix.join(folder, path);
}

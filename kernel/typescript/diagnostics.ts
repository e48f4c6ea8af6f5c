import ts from 'typescript';
import type { CellError } from '../cell.js';
import { codeFrame } from './frames.js';
import { placeOf } from './rewrite.js';

/** Fine in a notebook: a module without types is `any`, and `import x = require()` works. */
const allowed: ReadonlySet<number> = new Set([7016, 1202]);

export const ofUser = (diagnostics: readonly ts.Diagnostic[]): ts.Diagnostic[] => diagnostics.filter(({ category, code }) => category === ts.DiagnosticCategory.Error && !allowed.has(code));

/** What TypeScript says; types of earlier cells go by their names alone, those of files by the file's. */
export const messageOf = ({ messageText }: ts.Diagnostic, lineEnd: string): string =>
  ts.flattenDiagnosticMessageText(messageText, lineEnd).replace(/import\("[^"]*\/\.cell[\w-]*"\)\./g, '').replace(/import\("[^"]*\/([^"/]+)"\)/g, 'import("./$1")');

/** All mistakes of a cell as one error, each with its line of source. */
export function describe(diagnostics: readonly ts.Diagnostic[], cell: string, id: string, ename: string, origin: (offset: number) => number): CellError {
  const parts = diagnostics.map((diagnostic) => {
    const { start = 0, length = 1, code } = diagnostic;
    const from = Math.min(origin(start), cell.length);
    const { line, column } = placeOf(cell, from);
    return [`${id}:${line}:${column} error${code > 0 ? ` TS${code}` : ''}`, ...codeFrame(cell, line, column, origin(start + length) - from), messageOf(diagnostic, '\n')];
  });
  const first = messageOf(diagnostics[0]!, ' ');
  return {
    ename,
    evalue: diagnostics.length === 1 ? first : `${first} (and ${diagnostics.length - 1} more)`,
    traceback: parts.flatMap((part, i) => (i > 0 ? ['', ...part] : part)),
  };
}

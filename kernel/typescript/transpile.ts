import { SourceMap, type SourceMapPayload } from 'node:module';
import ts from 'typescript';
import type { Stretch } from '../cell.js';
import { lineEnd, offsetOf, rewrite, type Edit } from './rewrite.js';

/**
 * JavaScript for a statement that types alone cannot be taken from (enums, namespaces, decorators, parameter properties,
 * `using`), as TypeScript emits it, each line on the line that it came from where there is room.
 *
 * @param isDeclared whether the cell declares a name already, which an enum or namespace then adds to
 */
export function transpile(source: string, isDeclared: (name: string) => boolean): { readonly text: string; readonly stretches: readonly Stretch[] } {
  const { outputText, sourceMapText } = ts.transpileModule(source, {
    fileName: 'cell.ts',
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, removeComments: true, sourceMap: true, newLine: ts.NewLineKind.LineFeed },
  });
  const emitted = outputText.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '');
  const file = ts.createSourceFile('cell.js', emitted, ts.ScriptTarget.ES2022, true);
  const map = new SourceMap(JSON.parse(sourceMapText!) as SourceMapPayload);
  const edits: Edit[] = [];
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    const start = statement.getStart(file);
    const { declarationList: list } = statement;
    if (list.declarations.every(({ name, initializer }) => !initializer && ts.isIdentifier(name) && isDeclared(name.text))) edits.push({ start, end: statement.end, text: '' });
    // One kind of variable, so that a later cell may declare the name in any way.
    else if (!(list.flags & ts.NodeFlags.BlockScoped)) edits.push({ start, end: start + 3, text: 'let' });
  }
  const templates = templatesOf(file);
  const lastLine = source.split(lineEnd).length;
  let line = 1;
  for (const { 0: end, index } of emitted.matchAll(/\n\s*/g)) {
    if (templates.some(({ start, end: close }) => start < index && index < close)) {
      line++;
      continue;
    }
    const wanted = lineAt(map, emitted, index + end.length) ?? line;
    const breaks = Math.max(0, Math.min(wanted, lastLine) - line);
    edits.push({ start: index, end: index + end.length, text: breaks > 0 ? '\n'.repeat(breaks) : ' ' });
    line += breaks;
  }
  const { text, stretches } = rewrite(emitted, edits);
  return { text: text + '\n'.repeat(Math.max(0, lastLine - line)), stretches: stretches.flatMap((stretch) => mapped(map, source, emitted, stretch)) };
}

/** A stretch of the emitted text in pieces that each come from one place of the source. */
function mapped(map: SourceMap, source: string, emitted: string, { from, at, length }: Stretch): Stretch[] {
  const pieces: Stretch[] = [];
  for (let i = 0; i < Math.max(1, length); i++) {
    const place = originalPlace(map, emitted, from + i);
    if (!place) continue;
    const start = offsetOf(source, place.line, place.column);
    const last = pieces.at(-1);
    if (last?.from !== start) pieces.push({ from: start, at: at + i, length: 0 });
  }
  return pieces;
}

function originalPlace(map: SourceMap, text: string, offset: number): { line: number; column: number } | undefined {
  const before = text.slice(0, offset).split('\n');
  const entry = map.findEntry(before.length - 1, before.at(-1)!.length);
  return 'originalLine' in entry && entry.generatedLine === before.length - 1 ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 } : undefined;
}

const lineAt = (map: SourceMap, text: string, offset: number): number | undefined => originalPlace(map, text, offset)?.line;

/** Where line ends are part of a value. */
function templatesOf(file: ts.SourceFile): { readonly start: number; readonly end: number }[] {
  const found: { start: number; end: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTemplateLiteralToken(node)) found.push({ start: node.getStart(file), end: node.end });
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

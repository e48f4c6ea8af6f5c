/** The TypeScript half of the kernel: cells are checked, completed and turned into JavaScript here. */
import ts from 'typescript';
import type { CellError, CellLanguage, CompletionItem, Completions } from '../cell.js';
import { emit } from './emit.js';
import { codeFrame, withFrames } from './frames.js';
import { declaredNames, mentionedNames, type DeclaredName } from './names.js';
import { CellService } from './service.js';

/** A cell that may run, unless it has errors. */
export interface PreparedCell {
  readonly js: string;
  readonly errors: readonly CellError[];
  readonly warnings: readonly CellError[];
  /** The names that it declares. */
  readonly names: readonly string[];
}

export interface TypeScriptCellsOptions {
  /** The notebook's folder. */
  readonly cwd: string;
  /** What shares the cells with TypeScript. */
  readonly language?: CellLanguage;
  /** Default: `error`: a cell with type errors does not run. */
  readonly typecheck?: 'off' | 'warn' | 'error';
}

/** Where a name of an earlier cell comes from. */
interface Known extends DeclaredName {
  readonly cell: string;
}

/**
 * The cells of one notebook. A cell is a module of its own; names of earlier cells come in through declarations that stand
 * *behind* the user's text, so every position is the user's.
 */
export class TypeScriptCells {
  readonly #service: CellService;
  readonly #language: CellLanguage | undefined;
  readonly #typecheck: 'off' | 'warn' | 'error';
  readonly #known = new Map<string, Known>();
  /** User texts by cell, for code frames. */
  readonly #sources = new Map<string, string>();
  #prepared: { id: string; names: readonly DeclaredName[] } | undefined;

  constructor({ cwd, language, typecheck = 'error' }: TypeScriptCellsOptions) {
    this.#service = new CellService(cwd);
    this.#language = language;
    this.#typecheck = typecheck;
  }

  /** Checks a cell and makes JavaScript of it; nothing of it is in scope until {@link commit}. */
  prepare(cell: string, { id }: { id: string }): PreparedCell {
    this.#prepared = undefined;
    this.#sources.set(id, cell);
    const translation = this.#language?.translate(cell) ?? { code: cell, errors: [] };
    if (translation.errors.length > 0) return { js: '', errors: translation.errors, warnings: [], names: [] };
    const code = asExpression(translation.code);
    const parsed = ts.createSourceFile(id, code, ts.ScriptTarget.ES2022, true);
    const names = declaredNames(parsed);
    const path = this.#service.set(id, code + this.#surroundings(names, mentionedNames(parsed)) + exportsOf(names));
    const syntax = syntaxErrors(code, id);
    const types = syntax.length > 0 || this.#typecheck === 'off' ? [] : this.#service.service.getSemanticDiagnostics(path);
    // What is behind the user's text is ours: a mistake there follows from one that was reported with its own cell.
    const own = (d: ts.Diagnostic): boolean => d.category === ts.DiagnosticCategory.Error && (d.start ?? 0) <= code.length;
    const failures = [...syntax, ...types].filter(own);
    const report = failures.length > 0 ? [describe(failures, cell, id, syntax.length > 0)] : [];
    const blocks = syntax.length > 0 || this.#typecheck === 'error';
    if (report.length > 0 && blocks) return { js: '', errors: report, warnings: [], names: [] };
    this.#prepared = { id, names };
    return { js: emit(parsed, id), errors: [], warnings: report, names: names.map(({ name }) => name) };
  }

  /** The prepared cell began to run: later cells see its names. */
  commit(): void {
    for (const name of this.#prepared?.names ?? []) this.#known.set(name.name, { ...name, cell: this.#prepared!.id });
  }

  /** The process that ran the cells is gone, and all names with it. */
  reset(): void {
    this.#known.clear();
  }

  setContext(context: unknown): void {
    this.#language?.setContext(context);
  }

  /** An error at run time, with the lines of source that it came from. */
  mapError(error: CellError): CellError {
    return withFrames(error, (id) => this.#sources.get(id));
  }

  complete(cell: string, offset: number): Completions {
    const other = this.#language?.complete(cell, offset);
    if (other) return other;
    const path = this.#open(cell);
    const found = this.#service.service.getCompletionsAtPosition(path, offset, { includeCompletionsForModuleExports: false });
    const start = found?.optionalReplacementSpan?.start ?? offset - /[\w$]*$/.exec(cell.slice(0, offset))![0].length;
    const typed = cell.slice(start, offset).toLowerCase();
    const items = (found?.entries ?? [])
      .filter(({ name, kind }) => name.toLowerCase().startsWith(typed) && !name.startsWith('$') && kind !== ts.ScriptElementKind.warning)
      .sort((a, b) => (a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : 0))
      .map(({ name, kind }): CompletionItem => ({ label: name, kind }));
    return { start, end: Math.max(offset, start), items };
  }

  /** Type, documentation and signature of what stands at `offset`, as Markdown. */
  inspect(cell: string, offset: number): string | undefined {
    const other = this.#language?.inspect(cell, offset);
    if (other !== undefined) return other;
    const path = this.#open(cell);
    const info = this.#service.service.getQuickInfoAtPosition(path, offset) ?? this.#service.service.getQuickInfoAtPosition(path, Math.max(0, offset - 1));
    if (!info) return undefined;
    const documentation = ts.displayPartsToString(info.documentation);
    const tags = (info.tags ?? []).map(({ name, text }) => `*@${name}* ${ts.displayPartsToString(text)}`.trim());
    return ['```typescript', ts.displayPartsToString(info.displayParts), '```', documentation, ...tags].filter(Boolean).join('\n');
  }

  isComplete(cell: string): 'complete' | 'incomplete' | 'invalid' {
    const other = this.#language?.isComplete(cell);
    if (other) return other;
    const code = this.#language?.translate(cell).code ?? cell;
    const errors = syntaxErrors(code, 'typing.ts');
    if (errors.length === 0) return 'complete';
    // What is wrong only because the text ends is not finished yet.
    const end = code.trimEnd().length;
    const unfinished = errors.some(({ start = 0, length = 0, code: number }) => start + length >= end && (start >= end || unterminated.has(number)));
    return unfinished ? 'incomplete' : 'invalid';
  }

  /** Loads the types that every cell needs. */
  warmUp(): void {
    this.prepare('0', { id: 'cell-0.ts' });
  }

  /** A text that is being typed, with all earlier names in sight. */
  #open(cell: string): string {
    const code = this.#language?.translate(cell).code ?? cell;
    // A magic's line is another text in TypeScript; behind the first one places no longer agree, so they are blanked instead.
    const text = code === cell ? cell : blankMagics(cell);
    const names = declaredNames(ts.createSourceFile('typing.ts', text, ts.ScriptTarget.ES2022, true));
    return this.#service.set('typing.ts', text + this.#surroundings(names));
  }

  /** Declarations of earlier names; `mentioned` limits them to those that matter. */
  #surroundings(own: readonly DeclaredName[], mentioned?: ReadonlySet<string>): string {
    const redeclared = new Set(own.map(({ name }) => name));
    const lines: string[] = [];
    for (const { name, kind, cell } of this.#known.values()) {
      if (redeclared.has(name) || (mentioned && !mentioned.has(name))) continue;
      const module = JSON.stringify(`./.${cell}`);
      if (kind === 'other') lines.push(`import { ${name} } from ${module};`);
      else lines.push(`declare ${kind} ${name}: typeof import(${module}).${name};`);
    }
    return `\n${lines.join('\n')}\nexport {};`;
  }
}

/** Lets later cells import what this one declares. */
function exportsOf(names: readonly DeclaredName[]): string {
  const list = names.filter(({ exported }) => !exported).map(({ name }) => name);
  return list.length === 0 ? '' : `\nexport { ${list.join(', ')} };`;
}

/** Mistakes of form in the user's own text: what stands behind it must not close what the user left open. */
const syntaxErrors = (code: string, id: string): readonly ts.Diagnostic[] =>
  ts.transpileModule(code, { reportDiagnostics: true, fileName: id, compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } }).diagnostics ?? [];

/** `{ a: 1 }` alone is an object, as in every console. */
function asExpression(code: string): string {
  if (!/^\s*\{/.test(code) || !/\}\s*$/.test(code)) return code;
  const start = code.search(/\S/);
  const wrapped = `${code.slice(0, start)}(${code.slice(start).trimEnd()})`;
  const { parseDiagnostics } = ts.createSourceFile('cell.ts', wrapped, ts.ScriptTarget.ES2022) as unknown as { parseDiagnostics: readonly unknown[] };
  return parseDiagnostics.length === 0 ? wrapped : code;
}

/** Messages for a text, template, comment or bracket that the end of the cell cuts off. */
const unterminated = new Set([1002, 1005, 1010, 1109, 1126, 1160, 1161]);

const blankMagics = (cell: string): string => cell.replace(/^([ \t]*)%.*$/gm, (line) => ' '.repeat(line.length)).replace(/=[ \t]*%.*$/gm, (line) => `= 0 as any;`.padEnd(line.length).slice(0, line.length));

function describe(diagnostics: readonly ts.Diagnostic[], cell: string, id: string, isSyntax: boolean): CellError {
  const parts = diagnostics.map(({ file, start = 0, length = 1, messageText, code }) => {
    const { line, character } = file!.getLineAndCharacterOfPosition(start);
    const message = ts.flattenDiagnosticMessageText(messageText, '\n').replace(/import\("[^"]*\/\.cell-[\w-]+"\)\./g, '');
    return [`${id}:${line + 1}:${character + 1} error TS${code}`, ...codeFrame(cell, line + 1, character + 1, length), message];
  });
  const first = ts.flattenDiagnosticMessageText(diagnostics[0]!.messageText, ' ');
  return {
    ename: isSyntax ? 'SyntaxError' : 'TypeScriptError',
    evalue: diagnostics.length === 1 ? first : `${first} (and ${diagnostics.length - 1} more)`,
    traceback: parts.flatMap((part, i) => (i > 0 ? ['', ...part] : part)),
  };
}

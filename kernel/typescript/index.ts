/** The TypeScript half of the kernel: cells are checked, completed and turned into JavaScript here. */
import ts from 'typescript';
import type { CellError, CellLanguage, CompletionItem, Completions } from '../cell.js';
import type { CellChecker, ReadCell } from './checker.js';
import { describe, ofUser } from './diagnostics.js';
import { documentationAt, type Documentation } from './documentation.js';
import { emit, isUsing } from './emit.js';
import { withFrames, type RanCell } from './frames.js';
import { CellService } from './languageService.js';
import { declaredNames, importsOf, mentionedNames, type DeclaredName } from './names.js';
import { asExpression, isUnfinished, parse } from './parse.js';
import { isKnownTypeScript, PersistentChecker } from './persistentChecker.js';
import { Project } from './project.js';
import { destination, offsetOf, origin, placeOf, type Steps } from './rewrite.js';
import { ServiceChecker } from './serviceChecker.js';

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
  /** The quick way to check cells. Default: {@link PersistentChecker}, where TypeScript has what that needs. */
  readonly checker?: (project: Project) => CellChecker | undefined;
}

/** Errors of cells further back have the places of their JavaScript. */
const rememberedCells = 1000;

/** Where a name of an earlier cell comes from. */
interface Known extends DeclaredName {
  readonly cell: string;
}

/**
 * The cells of one notebook. A cell is a module of its own; names of earlier cells come in through declarations that stand
 * *behind* the user's text, so every position is the user's.
 */
export class TypeScriptCells {
  readonly #project: Project;
  #checker: CellChecker;
  #service: CellService | undefined;
  #language: CellLanguage | undefined;
  readonly #typecheck: 'off' | 'warn' | 'error';
  readonly #known = new Map<string, Known>();
  /** For errors at run time. */
  readonly #ran = new Map<string, RanCell>();
  #prepared: ReadCell | undefined;

  constructor({ cwd, language, typecheck = 'error', checker = persistentChecker }: TypeScriptCellsOptions) {
    this.#project = new Project(cwd);
    this.#checker = checker(this.#project) ?? this.#slowChecker();
    this.#language = language;
    this.#typecheck = typecheck;
  }

  /** From now on cells are shared. */
  share(language: CellLanguage): void {
    this.#language = language;
  }

  /** Checks a cell and makes JavaScript of it; nothing of it is in scope until {@link commit}. */
  prepare(cell: string, { id }: { id: string }): PreparedCell {
    this.#prepared = undefined;
    const { code, steps, errors } = this.#read(cell);
    if (errors.length > 0) return failed(errors);
    const parsed = parse(code, this.#project.path(`.${id}`));
    const report = (found: readonly ts.Diagnostic[], ename: string): CellError[] =>
      found.length === 0 ? [] : [describe(found, cell, id, ename, (offset) => origin(steps, offset))];
    const formal = parsed.errors.length > 0 ? parsed.errors : topLevelUsing(parsed.file);
    if (formal.length > 0) return failed(report(formal, 'SyntaxError'));
    const names = declaredNames(parsed.file);
    const mentioned = mentionedNames(parsed.file);
    const read: ReadCell = { id, file: parsed.file, names, mentioned, module: code + this.#surroundings(names, mentioned) + exportsOf(names) };
    const types = report(this.#mistakes(read), 'TypeScriptError');
    if (types.length > 0 && this.#typecheck === 'error') return failed(types);
    const typeNames = importsOf(parsed.file).filter((name) => this.#checker.isType(read, name)).map(({ text }) => text);
    const { text: js, stretches } = emit(parsed.file, (name) => typeNames.includes(name));
    const all = [...steps, stretches];
    this.#ran.delete(this.#ran.size < rememberedCells ? '' : this.#ran.keys().next().value!);
    this.#ran.set(id, { source: cell, origin: (line, column) => placeOf(cell, origin(all, offsetOf(js, line, column))) });
    this.#prepared = read;
    return { js, errors: [], warnings: types, names: names.map(({ name }) => name) };
  }

  /** The prepared cell began to run: later cells see its names. */
  commit(): void {
    const cell = this.#prepared;
    if (!cell) return;
    this.#checker.commit(cell);
    if (cell.names.length > 0) this.#project.write(`.${cell.id}`, cell.module);
    for (const name of cell.names) this.#known.set(name.name, { ...name, cell: cell.id });
  }

  /** Keeps memory small over hundreds of cells. */
  renew(): void {
    this.#checker.renew();
  }

  /** The process that ran the cells is gone, and all names with it. */
  reset(): void {
    this.#known.clear();
    this.#checker.reset();
  }

  setContext(context: unknown): void {
    this.#language?.setContext(context);
  }

  /** An error at run time, with the lines of source that it came from. */
  mapError(error: CellError): CellError {
    return withFrames(error, (id) => this.#ran.get(id));
  }

  complete(cell: string, offset: number): Completions {
    const other = this.#language?.complete(cell, offset);
    if (other) return other;
    const before = cell.slice(0, offset);
    const word = wordAtEnd.exec(before)![0].toLowerCase();
    // Behind a dot stand members; else every name that begins so.
    const isOffered = before.at(-1 - word.length) === '.' ? undefined : (name: string) => name.toLowerCase().startsWith(word);
    const { path, steps } = this.#open(cell, isOffered);
    const at = destination(steps, offset);
    const found = this.#cells.service.getCompletionsAtPosition(path, at, { includeCompletionsForModuleExports: false });
    const span = found?.optionalReplacementSpan;
    const start = span ? origin(steps, span.start) : offset - word.length;
    const end = span ? origin(steps, span.start + span.length) : offset;
    const typed = cell.slice(start, offset).toLowerCase();
    const items = (found?.entries ?? [])
      .filter(({ name, kind }) => name.toLowerCase().startsWith(typed) && !name.startsWith('$') && kind !== ts.ScriptElementKind.warning)
      .sort((a, b) => (a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : 0))
      .map(({ name, kind }): CompletionItem => ({ label: name, kind: kind === ts.ScriptElementKind.alias ? (this.#known.get(name)?.kind ?? kind) : kind }));
    return { start, end, items };
  }

  /** Type, documentation and signature of what stands at `offset`, as Markdown. */
  inspect(cell: string, offset: number): string | undefined {
    const other = this.#language?.inspect(cell, offset);
    if (other !== undefined) return other;
    const { path, steps } = this.#open(cell);
    const at = destination(steps, offset);
    const { service } = this.#cells;
    const place = [at, Math.max(0, at - 1)].find((one) => service.getQuickInfoAtPosition(path, one));
    if (place === undefined) return undefined;
    const info = service.getQuickInfoAtPosition(path, place)!;
    const { text, tags } = this.#documentation(info, path, place);
    // A name of an earlier cell is an import to TypeScript only.
    const signature = ts
      .displayPartsToString(info.displayParts)
      .replace(/^\(alias\) (?=[\p{ID_Continue}$]+[(<])/u, 'function ')
      .replace(/^\(alias\) |\nimport [^\n]*$/g, '');
    return ['```typescript', signature, '```', text, ...tags.map((tag) => `*@${tag.name}* ${tag.text}`.trim())].filter(Boolean).join('\n');
  }

  #documentation({ documentation, tags = [] }: ts.QuickInfo, path: string, at: number): Documentation {
    const own = { text: ts.displayPartsToString(documentation), tags: tags.map(({ name, text }) => ({ name, text: ts.displayPartsToString(text) })) };
    if (own.text !== '' || own.tags.length > 0) return own;
    for (const { fileName, textSpan } of this.#cells.service.getDefinitionAtPosition(path, at) ?? []) {
      const found = this.#project.installed(fileName) && documentationAt(fileName, textSpan.start);
      if (found) return found;
    }
    return own;
  }

  isComplete(cell: string): 'complete' | 'incomplete' | 'invalid' {
    const other = this.#language?.isComplete(cell);
    if (other) return other;
    const { code, errors } = this.#read(cell);
    if (errors.length > 0) return 'invalid';
    const parsed = parse(code, 'typing.ts');
    return parsed.errors.length === 0 ? 'complete' : isUnfinished(parsed) ? 'incomplete' : 'invalid';
  }

  /** Does in small pieces what some cell will need, so that a cell in between need not wait for it. */
  *prepareAhead(): Generator<void, void> {
    const prepared = this.#prepared;
    this.prepare('0', { id: 'cell-0.ts' });
    this.#prepared = prepared;
    yield;
    yield* this.#checker.loadNode();
  }

  /** Made when it is first needed: it keeps as much again as the checker does. */
  get #cells(): CellService {
    return (this.#service ??= new CellService(this.#project));
  }

  #mistakes(cell: ReadCell): ts.Diagnostic[] {
    const mistakes = (): ts.Diagnostic[] => {
      if (this.#typecheck !== 'off') return ofUser(this.#checker.check(cell));
      this.#checker.bind(cell);
      return [];
    };
    try {
      return mistakes();
    } catch (defect) {
      // What the quick way does not survive, the public one may.
      if (this.#checker instanceof ServiceChecker) throw defect;
      this.#checker = this.#slowChecker();
      return mistakes();
    }
  }

  #slowChecker(): CellChecker {
    return new ServiceChecker(this.#project, this.#cells);
  }

  /** A text that is being typed, with the earlier names in sight that it mentions or that are offered. */
  #open(cell: string, isOffered: (name: string) => boolean = () => false): { path: string; steps: Steps } {
    const { code, steps } = this.#read(cell);
    const file = ts.createSourceFile('typing.ts', code, ts.ScriptTarget.ES2022, true);
    const names = [...mentionedNames(file), ...[...this.#known.keys()].filter(isOffered)];
    return { path: this.#cells.open(code + this.#surroundings(declaredNames(file), new Set(names))), steps };
  }

  /** A cell as TypeScript alone. */
  #read(cell: string): { code: string; steps: Steps; errors: readonly CellError[] } {
    const { code, stretches, errors } = this.#language?.translate(cell) ?? { code: cell, errors: [] };
    const expression = asExpression(code);
    return { code: expression.text, steps: [...(stretches ? [stretches] : []), expression.stretches], errors };
  }

  /** Declarations of those earlier names that a cell could need. */
  #surroundings(own: readonly DeclaredName[], needed: ReadonlySet<string>): string {
    const redeclared = new Set(own.map(({ name }) => name));
    const lines: string[] = [];
    for (const name of needed) {
      const known = redeclared.has(name) ? undefined : this.#known.get(name);
      if (!known) continue;
      const module = JSON.stringify(`./.${known.cell}`);
      // What is imported cannot be assigned to.
      lines.push(known.kind === 'let' ? `declare let ${name}: typeof import(${module}).${name};` : `import { ${name} } from ${module};`);
    }
    // A text that ends in a dot would take the next line for a member.
    return `\n;${lines.join('\n')}\nexport {};`;
  }
}

const wordAtEnd = /[\p{ID_Continue}$]*$/u;

const persistentChecker = (project: Project): CellChecker | undefined => (isKnownTypeScript() ? new PersistentChecker(project) : undefined);

/** Lets later cells import what this one declares. */
function exportsOf(names: readonly DeclaredName[]): string {
  const list = names.filter(({ exported }) => !exported).map(({ name }) => name);
  return list.length === 0 ? '' : `\nexport { ${list.join(', ')} };`;
}

const failed = (errors: readonly CellError[]): PreparedCell => ({ js: '', errors, warnings: [], names: [] });

/** A cell ends, its variables live on: nothing says when such a value would be disposed. */
function topLevelUsing(file: ts.SourceFile): ts.Diagnostic[] {
  const lists = file.statements.filter(ts.isVariableStatement).map((statement) => statement.declarationList);
  return lists.filter(isUsing).map((list) => ({
    file,
    start: list.getStart(file),
    length: list.getWidth(file),
    category: ts.DiagnosticCategory.Error,
    code: 0,
    messageText: "'using' cannot stand at the top level of a cell, whose variables outlive it. Put it into a block: { using … }.",
  }));
}

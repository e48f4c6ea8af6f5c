/** The TypeScript half of the kernel: cells are checked, completed and turned into JavaScript here. */
import ts from 'typescript';
import type { CellError, CellLanguage, Completions, DeclaredVariable } from '../cell.js';
import { Assistance } from './assistance.js';
import type { CellChecker, ReadCell } from './checker.js';
import { describe, ofUser } from './diagnostics.js';
import { emit, isUsing } from './emit.js';
import { withFrames, type RanCell } from './frames.js';
import { KnownNames } from './knownNames.js';
import { CellService } from './languageService.js';
import { SharedNames } from './loops.js';
import { declaredNames, importsOf, mentionedNames } from './names.js';
import { asExpression, isUnfinished, parse } from './parse.js';
import { isKnownTypeScript, PersistentChecker } from './persistentChecker.js';
import { Project } from './project.js';
import { offsetOf, origin, placeOf, type Steps } from './rewrite.js';
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

/**
 * The cells of one notebook. A cell is a module of its own; names of earlier cells come in through declarations that stand
 * *behind* the user's text, so every position is the user's.
 */
export class TypeScriptCells {
  readonly #cwd: string;
  readonly #project: Project;
  #checker: CellChecker;
  #service: CellService | undefined;
  #language: CellLanguage | undefined;
  #typecheck: 'off' | 'warn' | 'error';
  readonly #known = new KnownNames();
  #shared = new SharedNames();
  /** For errors at run time. */
  readonly #ran = new Map<string, RanCell>();
  #prepared: ReadCell | undefined;

  constructor({ cwd, language, typecheck = 'error', checker = persistentChecker }: TypeScriptCellsOptions) {
    this.#cwd = cwd;
    this.#project = new Project(cwd);
    this.#checker = checker(this.#project) ?? this.#slowChecker();
    this.#typecheck = typecheck;
    if (language) this.share(language);
  }

  /** From now on cells are shared. */
  share(language: CellLanguage): void {
    this.#language = language;
    language.setDeclared?.(this.#known);
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
    const read: ReadCell = { id, file: parsed.file, names, mentioned, module: this.#known.moduleOf(code, names, mentioned) };
    const types = report(this.#mistakes(read), 'TypeScriptError');
    if (types.length > 0 && this.#typecheck === 'error') return failed(types);
    const typeNames = importsOf(parsed.file).filter((name) => this.#checker.isType(read, name)).map(({ text }) => text);
    this.#shared.add(parsed.file);
    const isShared = (name: string, isHere: boolean): boolean => this.#shared.has(name) || !(isHere || (this.#known.isVariable(name) && !names.some((own) => own.name === name)));
    const { text: js, stretches } = emit(parsed.file, (name) => typeNames.includes(name), isShared);
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
    this.#known.declare(cell.names, cell.names.length > 0 ? this.#project.write(cell.file.fileName, cell.module) : cell.file.fileName);
  }

  /** Keeps memory small over hundreds of cells. */
  renew(): void {
    this.#checker.renew();
  }

  /** The process that ran the cells is gone, and all names with it. */
  reset(): void {
    this.#known.clear();
    this.#shared = new SharedNames();
    this.#project.folder = this.#cwd;
    this.#checker.reset();
  }

  /** From the next cell on modules are found from another folder. */
  setFolder(path: string): void {
    this.#project.folder = path;
    this.#checker.renew();
  }

  /** What cells declared, with its types. */
  names(): DeclaredVariable[] {
    return this.#assistance.names();
  }

  setContext(context: unknown): void {
    this.#language?.setContext(context);
  }

  setTypecheck(mode: 'off' | 'warn' | 'error'): void {
    this.#typecheck = mode;
  }

  /** An error at run time, with the lines of source that it came from. */
  mapError(error: CellError): CellError {
    return withFrames(error, (id) => this.#ran.get(id));
  }

  complete(cell: string, offset: number): Completions {
    return this.#language?.complete(cell, offset) ?? this.#assistance.complete({ cell, ...this.#read(cell) }, offset);
  }

  /** Type, documentation and signature of what stands at `offset`, as Markdown. */
  inspect(cell: string, offset: number): string | undefined {
    return this.#language?.inspect(cell, offset) ?? this.#assistance.inspect({ cell, ...this.#read(cell) }, offset);
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

  get #assistance(): Assistance {
    return new Assistance(this.#project, this.#known, this.#cells);
  }

  #mistakes(cell: ReadCell): ts.Diagnostic[] {
    const mistakes = (): ts.Diagnostic[] => {
      if (this.#typecheck !== 'off') return ofUser(this.#checker.check(cell));
      // Expressions leave nothing behind for later cells.
      if (!cell.file.statements.every(ts.isExpressionStatement)) this.#checker.bind(cell);
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

  /** A cell as TypeScript alone. */
  #read(cell: string): { code: string; steps: Steps; errors: readonly CellError[] } {
    const { code, stretches, errors } = this.#language?.translate(cell) ?? { code: cell, errors: [] };
    const expression = asExpression(code);
    return { code: expression.text, steps: [...(stretches ? [stretches] : []), expression.stretches], errors };
  }
}

const persistentChecker = (project: Project): CellChecker | undefined => (isKnownTypeScript() ? new PersistentChecker(project) : undefined);

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

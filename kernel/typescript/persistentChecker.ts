import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { cannotFindModule, isTypeAlone, type CellChecker, type ReadCell } from './checker.js';
import type { Project } from './project.js';

/**
 * One type checker for all cells: a cell is bound by itself and checked with the checker of the cells before it, so that no
 * program is made for it. This uses parts of TypeScript that are not public, all of them here; {@link isKnownTypeScript}
 * says whether they are there, and `serviceChecker.ts` does the same by the public ones.
 */
export class PersistentChecker implements CellChecker {
  #checker!: InnerChecker;
  /** Node's types are most of what there is to load: they come when a cell needs them, or when there is time. */
  #hasNode = false;
  /** Names of earlier cells. */
  #scope = new Map<string, ts.Symbol>();
  /** Modules that cells import, by the folder of the cell. */
  readonly #imports = new Map<string, Set<string>>();
  /** Cells that add to global scope or to modules. */
  readonly #augmenting = new Map<string, ts.SourceFile>();
  /** The user's own files in the program, and their versions. */
  #versions = new Map<string, string>();
  readonly #files = new Map<string, { file: ts.SourceFile; version: string }>();
  #unresolved = false;

  constructor(private readonly project: Project) {
    this.#build();
  }

  check(cell: ReadCell): readonly ts.Diagnostic[] {
    this.bind(cell);
    let found = this.#diagnostics(cell.file);
    // What Node declares is not known yet: only with it is a mistake one.
    if (found.length > 0 && !this.#hasNode) {
      for (const _ of this.loadNode());
      found = this.#diagnostics(cell.file);
    }
    this.#unresolved = found.some(({ code }) => code === cannotFindModule);
    return found;
  }

  bind(cell: ReadCell): void {
    const { file } = cell;
    const imports = specifiers(file);
    const named = imports.map(({ text }) => text);
    if (named.some(isBuiltin)) for (const _ of this.loadNode());
    const folder = dirname(file.fileName);
    const imported = this.#imports.get(folder) ?? new Set();
    const added = named.filter((name) => !imported.has(name) && !isBuiltin(name) && !this.#isAmbient(name));
    if (added.length > 0) this.#imports.set(folder, new Set([...imported, ...added]));
    const augments = file.statements.some(isAugmentation);
    if (augments) this.#augmenting.set(file.fileName, file);
    // What a program writes on its files.
    else Object.assign(file, { path: file.fileName, resolvedPath: file.fileName, originalFileName: file.fileName, imports, moduleAugmentations: [], ambientModuleNames: [] });
    if (added.length > 0 || augments || this.#unresolved || this.#haveFilesChanged()) this.#build();
    inner.bindSourceFile(file, this.project.options);
    const locals = (file as InnerFile).locals!;
    for (const name of cell.mentioned) {
      const earlier = locals.has(name as ts.__String) ? undefined : this.#scope.get(name);
      if (earlier) locals.set(name as ts.__String, earlier);
    }
  }

  isType(_cell: ReadCell, name: ts.Identifier): boolean {
    return isTypeAlone(this.#checker, this.#checker.getSymbolAtLocation(name), ts.SymbolFlags);
  }

  commit({ file, names }: ReadCell): void {
    const locals = (file as InnerFile).locals;
    for (const { name } of names) {
      const symbol = locals?.get(name as ts.__String) as InnerSymbol | undefined;
      if (symbol) this.#scope.set(name, symbol.exportSymbol ?? symbol);
    }
  }

  reset(): void {
    this.#scope.clear();
    this.#augmenting.clear();
    this.#build();
  }

  *loadNode(): Generator<void, void> {
    if (this.#hasNode) return;
    const waiting = [this.project.nodeTypes];
    const seen = new Set(waiting);
    for (let path; (path = waiting.pop()) !== undefined; ) {
      const file = this.project.installed(path);
      if (!file) continue;
      inner.bindSourceFile(file, this.project.options);
      for (const { fileName } of file.referencedFiles) {
        const referenced = ts.sys.resolvePath(`${path}/../${fileName}`);
        if (!seen.has(referenced)) waiting.push(referenced);
        seen.add(referenced);
      }
      yield;
    }
    // Somebody else may have come to the end first.
    if (this.#hasNode) return;
    this.#hasNode = true;
    this.#build();
  }

  renew(): void {
    this.#build();
  }

  #build(): void {
    const { project } = this;
    project.forgetResolutions();
    const imports = [...this.#imports].map(([folder, names]) => project.write(join(folder, '.imports.ts'), [...names].map((name) => `import ${JSON.stringify(name)};\n`).join('')));
    const own = this.#hasNode ? ['.globals.d.ts', '.node.d.ts'] : ['.globals.d.ts', '.console.d.ts'];
    const program = ts.createProgram({
      rootNames: [...own.map((name) => project.path(name)), ...imports, ...this.#augmenting.keys()],
      options: { ...project.options, types: this.#hasNode ? ['node'] : [] },
      host: {
        ...project,
        getSourceFile: (path, options) => this.#augmenting.get(path) ?? project.installed(path, options as ts.CreateSourceFileOptions) ?? this.#fileOf(path, options),
        getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
        getCanonicalFileName: (path) => path,
        getNewLine: () => '\n',
        writeFile: () => undefined,
        resolveModuleNameLiterals: (literals, from) => literals.map(({ text }) => project.resolve(text, from)),
      },
    }) as InnerProgram;
    this.#versions = new Map(program.getSourceFiles().filter(({ fileName }) => !project.installed(fileName)).map(({ fileName }) => [fileName, project.version(fileName)]));
    const seen: InnerProgram = Object.create(program) as InnerProgram;
    // A cell is no file of the program; what it imports is, by a file that imports all that cells do.
    seen.getResolvedModule = (file, name, mode) => (program.getSourceFile(file.fileName) ? program.getResolvedModule(file, name, mode) : project.resolve(name, file.fileName));
    this.#checker = inner.createTypeChecker(seen);
  }

  /** A file of the user's, or in memory. */
  #fileOf(path: string, options: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile | undefined {
    const version = this.project.version(path);
    const known = this.#files.get(path);
    if (known?.version === version) return known.file;
    const text = this.project.readFile(path);
    if (text === undefined) return undefined;
    const file = ts.createSourceFile(path, text, options);
    this.#files.set(path, { file, version });
    return file;
  }

  #haveFilesChanged(): boolean {
    for (const [path, version] of this.#versions) if (this.project.version(path) !== version) return true;
    return false;
  }

  /** Does a cell declare this module? */
  #isAmbient(name: string): boolean {
    return this.#augmenting.size > 0 && this.#checker.tryFindAmbientModule(name) !== undefined;
  }

  #diagnostics(file: ts.SourceFile): ts.Diagnostic[] {
    const found = [...(file as InnerFile).bindDiagnostics, ...this.#checker.getDiagnostics(file)];
    const { commentDirectives = [] } = file as InnerFile;
    if (commentDirectives.length === 0) return found;
    // `// @ts-ignore` and `// @ts-expect-error` speak of the next line that is no comment.
    const directives = inner.createCommentDirectivesMap(file, commentDirectives);
    const left = found.filter(({ start = 0 }) => !isSuppressed(file, start, directives));
    const unused = directives.getUnusedExpectations().map(
      ({ range }): ts.Diagnostic => ({ file, start: range.pos, length: range.end - range.pos, category: ts.DiagnosticCategory.Error, code: 2578, messageText: "Unused '@ts-expect-error' directive." }),
    );
    return [...left, ...unused];
  }
}

/** Whether this TypeScript has the inner parts that {@link PersistentChecker} works by. */
export function isKnownTypeScript(): boolean {
  return ['createTypeChecker', 'bindSourceFile', 'createCommentDirectivesMap'].every((name) => typeof (ts as unknown as Record<string, unknown>)[name] === 'function');
}

interface InnerFile extends ts.SourceFile {
  readonly locals?: ts.SymbolTable;
  readonly bindDiagnostics: readonly ts.Diagnostic[];
  readonly commentDirectives?: readonly object[];
}

interface InnerSymbol extends ts.Symbol {
  /** Of a name that is exported: what other files see of it. */
  readonly exportSymbol?: ts.Symbol;
}

interface InnerProgram extends ts.Program {
  getResolvedModule(file: ts.SourceFile, name: string, mode: ts.ResolutionMode): unknown;
}

interface InnerChecker extends ts.TypeChecker {
  getDiagnostics(file: ts.SourceFile): readonly ts.Diagnostic[];
  tryFindAmbientModule(name: string): ts.Symbol | undefined;
}

interface Directives {
  /** Whether a directive stands in this line; it then counts as used. */
  markUsed(line: number): boolean;
  getUnusedExpectations(): readonly { readonly range: ts.TextRange }[];
}

const inner = ts as unknown as {
  createTypeChecker(program: InnerProgram): InnerChecker;
  bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void;
  createCommentDirectivesMap(file: ts.SourceFile, directives: readonly object[]): Directives;
};

function isSuppressed(file: ts.SourceFile, start: number, directives: Directives): boolean {
  const starts = file.getLineStarts();
  for (let line = file.getLineAndCharacterOfPosition(start).line - 1; line >= 0; line--) {
    if (directives.markUsed(line)) return true;
    const text = file.text.slice(starts[line], starts[line + 1]).trim();
    if (text !== '' && !text.startsWith('//')) return false;
  }
  return false;
}

const isAugmentation = (statement: ts.Statement): boolean => ts.isModuleDeclaration(statement) && (ts.isStringLiteral(statement.name) || (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0);

/** The modules that a cell names in imports of every form. */
function specifiers(file: ts.SourceFile): ts.StringLiteralLike[] {
  if (!/\b(?:import|export|require)\b/.test(file.text)) return [];
  const found: ts.StringLiteralLike[] = [];
  const add = (node: ts.Node | undefined): void => {
    if (node && ts.isStringLiteralLike(node)) found.push(node);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isImportTypeNode(node)) add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0]);
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

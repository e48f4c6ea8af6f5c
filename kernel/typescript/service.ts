import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { importedNames } from './names.js';

/** This installation: its `node_modules` and its own types are what every notebook may use. */
const installation = (function above(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : above(dirname(folder));
})(dirname(fileURLToPath(import.meta.url)));

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  allowImportingTsExtensions: true,
  allowJs: true,
  esModuleInterop: true,
  resolveJsonModule: true,
  skipLibCheck: true,
  noEmit: true,
  strict: true,
  types: ['node'],
};

/** Cells as files that exist in memory alone, in the folder of the notebook, under TypeScript's public LanguageService. */
export class CellService {
  readonly #files = new Map<string, { text: string; version: number }>();
  readonly service: ts.LanguageService;

  constructor(private readonly folder: string) {
    const roots = [this.#write('.globals.d.ts', globals), this.#write('.cell.ts', '')];
    const own = join(installation, 'dist');
    const options: ts.CompilerOptions = {
      ...compilerOptions,
      typeRoots: [join(folder, 'node_modules/@types'), join(installation, 'node_modules/@types')],
      paths: { tasklab: [join(own, 'runtime/index.d.ts')], tslab: [join(own, 'kernel/child/tslab.d.ts')] },
    };
    const cache = ts.createModuleResolutionCache(folder, (name) => name, options);
    const resolve = (name: string, from: string): ts.ResolvedModuleWithFailedLookupLocations => {
      const here = ts.resolveModuleName(name, from, options, host, cache);
      // What the notebook's folder lacks, the installation may have.
      return here.resolvedModule || name.startsWith('.') ? here : ts.resolveModuleName(name, join(installation, 'cell.ts'), options, host);
    };
    const host: ts.LanguageServiceHost = {
      getCompilationSettings: () => options,
      getCurrentDirectory: () => folder,
      getDefaultLibFileName: (o) => ts.getDefaultLibFilePath(o),
      getScriptFileNames: () => roots,
      getScriptVersion: (path) => String(this.#files.get(path)?.version ?? fileVersion(path)),
      getScriptSnapshot: (path) => {
        const text = this.#files.get(path)?.text ?? ts.sys.readFile(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      fileExists: (path) => this.#files.has(path) || ts.sys.fileExists(path),
      readFile: (path) => this.#files.get(path)?.text ?? ts.sys.readFile(path),
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
      readDirectory: ts.sys.readDirectory,
      ...(ts.sys.realpath && { realpath: ts.sys.realpath }),
      resolveModuleNameLiterals: (literals, from) => literals.map(({ text }) => resolve(text, from)),
    };
    this.service = ts.createLanguageService(host);
  }

  /** Gives a cell its text, and makes it what is checked, always under one path: TypeScript then reuses what it knows of all other files. */
  set(id: string, text: string): string {
    this.#write(`.${id}`, text);
    return this.#write('.cell.ts', text);
  }

  #write(name: string, text: string): string {
    const path = join(this.folder, name);
    this.#files.set(path, { text, version: (this.#files.get(path)?.version ?? 0) + 1 });
    return path;
  }

  /** Imported names of a cell that are types alone. */
  typeNames(path: string): Set<string> {
    const program = this.service.getProgram()!;
    const checker = program.getTypeChecker();
    const imported = program.getSourceFile(path)!.statements.filter(ts.isImportDeclaration).flatMap(importedNames);
    return new Set(imported.filter((name) => isType(checker, checker.getSymbolAtLocation(name))).map(({ text }) => text));
  }
}

function isType(checker: ts.TypeChecker, symbol: ts.Symbol | undefined): boolean {
  if (!symbol || !(symbol.flags & ts.SymbolFlags.Alias)) return false;
  const { flags } = checker.getAliasedSymbol(symbol);
  return (flags & ts.SymbolFlags.Type) !== 0 && (flags & ts.SymbolFlags.Value) === 0;
}

/** What cells see beside Node's own names. */
const globals = `
declare function $magic(name: string, parts: readonly unknown[], meta: object): Promise<any>;
/** Shows a value below the cell; what it returns replaces it. */
declare function display(value: unknown): { update(value: unknown): void };
declare const require: NodeJS.Require;
declare const __dirname: string;
declare const __filename: string;
`;

/** A module on disk may change between cells. */
const fileVersion = (path: string): string => (path.includes('/node_modules/') || !existsSync(path) ? '0' : String(ts.sys.getModifiedTime?.(path)?.getTime() ?? 0));

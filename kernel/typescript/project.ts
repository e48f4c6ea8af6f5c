import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

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
};

/** What cells are compiled in: the notebook's folder, the compiler's options, where modules are found, and files that exist in memory alone. */
export class Project {
  readonly options: ts.CompilerOptions;
  /** Trees of what is installed: each is made once, for whoever asks, without the documentation in it. */
  readonly #installed = new Map<string, ts.SourceFile>();
  readonly #memory = new Map<string, { text: string; version: number }>();
  #resolutions: ts.ModuleResolutionCache;

  constructor(private cwd: string) {
    const own = join(installation, 'dist');
    this.options = {
      ...compilerOptions,
      typeRoots: [join(cwd, 'node_modules/@types'), join(installation, 'node_modules/@types')],
      paths: { tasklab: [join(own, 'runtime/index.d.ts')], tslab: [join(own, 'kernel/child/tslab.d.ts')] },
    };
    this.#resolutions = this.#newCache();
    this.#writeGlobals();
  }

  get folder(): string {
    return this.cwd;
  }

  /** What comes now stands in another folder; what is there already stays where it is. */
  set folder(path: string) {
    this.cwd = path;
    this.forgetResolutions();
    this.#writeGlobals();
  }

  #writeGlobals(): void {
    this.write('.globals.d.ts', globals);
    this.write('.console.d.ts', consoleAlone);
    this.write('.node.d.ts', nodeGlobals);
  }

  path(name: string): string {
    return resolve(this.folder, name);
  }

  /** Gives a file in memory its text; its path. */
  write(name: string, text: string): string {
    const path = this.path(name);
    this.#memory.set(path, { text, version: (this.#memory.get(path)?.version ?? 0) + 1 });
    return path;
  }

  readonly fileExists = (path: string): boolean => this.#memory.has(path) || ts.sys.fileExists(path);
  readonly readFile = (path: string): string | undefined => this.#memory.get(path)?.text ?? this.#installed.get(path)?.text ?? ts.sys.readFile(path);

  /** Another one when the file has changed: a module on disk may do so between cells. */
  version(path: string): string {
    const memory = this.#memory.get(path);
    if (memory) return String(memory.version);
    return isInstalled(path) ? '0' : String(ts.sys.getModifiedTime?.(path)?.getTime() ?? 'none');
  }

  /** The tree of a declaration file that stays as it is while the kernel runs; nothing for all other files. */
  installed(path: string, options: ts.CreateSourceFileOptions = { languageVersion: ts.ScriptTarget.ES2022 }): ts.SourceFile | undefined {
    if (!isInstalled(path) || !/\.d\.[cm]?ts$/.test(path)) return undefined;
    const known = this.#installed.get(path);
    if (known) return known;
    const text = ts.sys.readFile(path);
    if (text === undefined) return undefined;
    const file = ts.createSourceFile(path, text, { ...options, jsDocParsingMode: ts.JSDocParsingMode.ParseNone });
    this.#installed.set(path, Object.assign(file, { version: '0' }));
    return file;
  }

  /** What the notebook's folder lacks, the installation may have. */
  resolve(name: string, from: string): ts.ResolvedModuleWithFailedLookupLocations {
    const here = ts.resolveModuleName(name, from, this.options, this, this.#resolutions);
    return here.resolvedModule || name.startsWith('.') ? here : ts.resolveModuleName(name, join(installation, 'cell.ts'), this.options, this);
  }

  /** Looks again for what was not there. */
  forgetResolutions(): void {
    this.#resolutions = this.#newCache();
  }

  #newCache(): ts.ModuleResolutionCache {
    return ts.createModuleResolutionCache(this.folder, (name) => name, this.options);
  }

  /** The entry of Node's types: the notebook's own where it has them. */
  get nodeTypes(): string {
    const { resolvedTypeReferenceDirective: found } = ts.resolveTypeReferenceDirective('node', this.path('cell.ts'), this.options, this);
    return found?.resolvedFileName ?? join(installation, 'node_modules/@types/node/index.d.ts');
  }

  readonly directoryExists = ts.sys.directoryExists;
  readonly getDirectories = ts.sys.getDirectories;
  readonly readDirectory = ts.sys.readDirectory;
  readonly realpath = ts.sys.realpath ?? ((path: string) => path);
  readonly getCurrentDirectory = (): string => this.folder;
  readonly useCaseSensitiveFileNames = (): boolean => true;
}

const isInstalled = (path: string): boolean => path.includes('/node_modules/');

/** What cells see beside Node's own names. */
const globals = `
declare function $magic(name: string, parts: readonly unknown[], meta: object): Promise<any>;
/**
 * Shows a value below the cell, as the value of a cell is shown, and returns a handle that replaces it.
 * @param options \`raw\`: the value is a MIME bundle; \`metadata\` by MIME type; \`displayId\` names the place, \`update\` replaces what it names
 * @example const place = display('working'); place.update('done');
 */
declare function display(
  value: unknown,
  options?: { readonly raw?: boolean; readonly metadata?: object; readonly displayId?: string; readonly update?: boolean },
): { readonly displayId: string; update(value: unknown, options?: { readonly raw?: boolean; readonly metadata?: object }): void };
/** Removes what the cell has shown so far; with \`wait\` when its next output comes, so that nothing flickers. */
declare function clearOutput(options?: { readonly wait?: boolean }): void;
declare namespace display {
  /** Shows a value in the front end's pager, beside the notebook and not in it; a text as it stands. */
  function page(value: unknown): void;
}
/** Asks the user for a line and waits for it; null when the user ends the input instead. Who just presses return means \`otherwise\`. */
declare function prompt(message?: string, otherwise?: string): string | null;
/** Asks the user a question and waits for yes or no. */
declare function confirm(message?: string): boolean;
/** Asks the user for a line while timers and other work go on; a password is not shown as it is typed. */
declare function input(message?: string, options?: { password?: boolean }): Promise<string>;
`;

/** What needs Node's types. */
const nodeGlobals = `
declare const require: NodeJS.Require;
declare const __dirname: string;
declare const __filename: string;
`;

/** The part of Node's types that most cells need, to the letter: with it the first cells need not wait for all of them. */
const consoleAlone = `
interface Console {
  debug(message?: any, ...optionalParams: any[]): void;
  error(message?: any, ...optionalParams: any[]): void;
  info(message?: any, ...optionalParams: any[]): void;
  log(message?: any, ...optionalParams: any[]): void;
  warn(message?: any, ...optionalParams: any[]): void;
}
declare var console: Console;
`;

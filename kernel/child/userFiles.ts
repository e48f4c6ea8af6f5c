/** The user's files as modules: what a relative import finds, the version of what it finds, and the JavaScript of TypeScript and JSON. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, extname, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type TypeScript from 'typescript';

let loaded: typeof TypeScript | undefined;
/** Loaded when there is a TypeScript file: most imports need none of it. */
const typescript = (): typeof TypeScript => (loaded ??= createRequire(import.meta.url)('typescript') as typeof TypeScript);

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
export const isTypeScript = (path: string): boolean => /\.m?ts$/.test(path) && !/\.d\.m?ts$/.test(path);

/** What is installed, this program among it, stays as it is while it runs. */
const installation = fileURLToPath(new URL('../../', import.meta.url));
export const isInstalled = (path: string): boolean => path.startsWith(installation) || path.includes(`${sep}node_modules${sep}`);

/** Is this the address of a module of the user's, or of a cell? */
export const isUserAddress = (url: string | undefined): boolean => url?.startsWith('file:') === true && !isInstalled(fileURLToPath(url));

/** The file of the user's that a relative or absolute import means; nothing where that is something else. */
export function userFile(specifier: string, parent: string | undefined): string | undefined {
  if (!/^(?:\.{0,2}\/|\.{1,2}$|file:)/.test(specifier)) return undefined;
  const url = new URL(specifier.startsWith('/') ? pathToFileURL(specifier) : specifier, parent);
  if (url.protocol !== 'file:') return undefined;
  url.search = '';
  const path = fileURLToPath(url);
  if (isInstalled(path)) return undefined;
  // As TypeScript's own resolution has it: a file is named by what it becomes, or without an extension.
  const others = extname(path) === '' ? ['.ts', '.js', `${sep}index.ts`, `${sep}index.js`].map((end) => path.replace(/[/\\]$/, '') + end) : [path.replace(/\.(m?)js$/, '.$1ts')];
  const found = [path, ...others].find(isFile);
  return found !== undefined && (isTypeScript(found) || /\.(?:[mc]?js|json)$/.test(found)) ? found : undefined;
}

/**
 * The address of a file, another one whenever it or a file that it imports by a relative name has changed:
 * modules are loaded once for an address.
 */
export function versioned(path: string): string {
  const hash = createHash('sha256');
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, 'utf8');
    hash.update(file).update('\0').update(text).update('\0');
    if (file.endsWith('.json')) return;
    for (const { fileName } of typescript().preProcessFile(text, true, !isTypeScript(file)).importedFiles) {
      const imported = userFile(fileName, pathToFileURL(file).href);
      if (imported !== undefined) visit(imported);
    }
  };
  visit(path);
  return `${pathToFileURL(path).href}?version=${hash.digest('hex').slice(0, 16)}`;
}

/** The JavaScript of a TypeScript file, types taken away, and its source map. Throws a SyntaxError that names the place. */
export function javascriptOf(path: string, format: 'module' | 'commonjs' = 'module'): { readonly text: string; readonly map: string } {
  const ts = typescript();
  const module = format === 'module' ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS;
  const { outputText, sourceMapText } = transpile(path, readFileSync(path, 'utf8'), { module, esModuleInterop: true, sourceMap: true, inlineSources: true });
  return { text: outputText.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'), map: sourceMapText! };
}

/** Throws a SyntaxError that names the place of the first mistake in a JavaScript file. */
export const checkSyntax = (path: string, text: string): void => void transpile(path, text, { allowJs: true });

function transpile(path: string, text: string, options: TypeScript.CompilerOptions): TypeScript.TranspileOutput {
  const ts = typescript();
  const compilerOptions = { target: ts.ScriptTarget.ES2022, ...options };
  const output = ts.transpileModule(text, { fileName: path, reportDiagnostics: true, compilerOptions });
  const [first] = output.diagnostics ?? [];
  if (!first) return output;
  const place = first.file && first.start !== undefined ? first.file.getLineAndCharacterOfPosition(first.start) : { line: 0, character: 0 };
  throw new SyntaxError(`${basename(path)}:${place.line + 1}:${place.character + 1} ${ts.flattenDiagnosticMessageText(first.messageText, ' ')}`);
}

/** A JSON file as a module: its value, and the properties of that by name, as TypeScript has it. Throws a SyntaxError that names the file. */
export function jsonModule(path: string): string {
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`${basename(path)}: ${(error as Error).message}`);
  }
  const names = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value).filter((name) => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) && name !== 'default') : [];
  const properties = names.slice(0, 1000).map((name, i) => `const v${i} = value.${name}; export { v${i} as ${name} };`);
  return `const value = JSON.parse(${JSON.stringify(text)}); export default value; ${properties.join(' ')}`;
}

/** The user's files as modules: what a relative import finds, the version of what it finds, and the JavaScript of TypeScript. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type TypeScript from 'typescript';

let loaded: typeof TypeScript | undefined;
/** Loaded when there is a TypeScript file: most imports need none of it. */
const typescript = (): typeof TypeScript => (loaded ??= createRequire(import.meta.url)('typescript') as typeof TypeScript);

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
export const isTypeScript = (path: string): boolean => /\.m?ts$/.test(path) && !/\.d\.m?ts$/.test(path);

/** What is installed, this program among it, stays as it is while it runs. */
const installation = fileURLToPath(new URL('../../', import.meta.url));
const isInstalled = (path: string): boolean => path.startsWith(installation) || path.includes(`${sep}node_modules${sep}`);

/** The file of the user's that a relative or absolute import means, TypeScript or JavaScript; nothing where that is something else. */
export function userFile(specifier: string, parent: string | undefined): string | undefined {
  if (!/^(?:\.{0,2}\/|file:)/.test(specifier)) return undefined;
  const url = new URL(specifier.startsWith('/') ? pathToFileURL(specifier) : specifier, parent);
  if (url.protocol !== 'file:') return undefined;
  url.search = '';
  const path = fileURLToPath(url);
  if (isInstalled(path)) return undefined;
  if (isFile(path)) return isTypeScript(path) || /\.m?js$/.test(path) ? path : undefined;
  // As TypeScript's own resolution has it: a file is named by what it becomes, or without an extension.
  return (extname(path) === '' ? [`${path}.ts`, `${path}/index.ts`] : [path.replace(/\.(m?)js$/, '.$1ts')]).filter(isTypeScript).find(isFile);
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
    for (const { fileName } of typescript().preProcessFile(text).importedFiles) {
      const imported = userFile(fileName, pathToFileURL(file).href);
      if (imported !== undefined) visit(imported);
    }
  };
  visit(path);
  return `${pathToFileURL(path).href}?version=${hash.digest('hex').slice(0, 16)}`;
}

/** The JavaScript of a TypeScript file, types taken away. Throws a SyntaxError that names the place. */
export function javascriptOf(path: string): string {
  const ts = typescript();
  const { outputText, diagnostics = [] } = ts.transpileModule(readFileSync(path, 'utf8'), {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, inlineSourceMap: true },
  });
  const [first] = diagnostics;
  if (!first) return outputText;
  const place = first.file && first.start !== undefined ? first.file.getLineAndCharacterOfPosition(first.start) : { line: 0, character: 0 };
  throw new SyntaxError(`${path.split('/').at(-1)}:${place.line + 1}:${place.character + 1} ${ts.flattenDiagnosticMessageText(first.messageText, ' ')}`);
}

/** Is this the address of a TypeScript file as {@link versioned} gives it? */
export const isTypeScriptUrl = (url: string): boolean => url.startsWith('file:') && /\.m?ts\?version=/.test(url);

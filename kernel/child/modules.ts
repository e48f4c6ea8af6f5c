import { readFileSync } from 'node:fs';
import Module, { createRequire, isBuiltin } from 'node:module';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import vm from 'node:vm';

/** Names that mean this installation, from whatever folder they are imported. */
const own: Readonly<Record<string, string>> = {
  tasklab: new URL('../../runtime/index.js', import.meta.url).href,
  tslab: new URL('./tslab.js', import.meta.url).href,
};

type Import = (specifier: string) => Promise<Record<string, unknown>>;
let importer: { readonly folder: string; readonly load: Import } | undefined;

/** `import()` as a module in the working folder would do it, with the conditions of ESM. */
function importFrom(folder: string): Import {
  if (importer?.folder !== folder) {
    const load = new vm.Script('(specifier) => import(specifier)', {
      filename: resolve(folder, 'cell.mjs'),
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }).runInThisContext() as Import;
    importer = { folder, load };
  }
  return importer.load;
}

let hooked = false;
/** The user's own files import our names as well; the thread that this starts is needed for nothing else. */
function hook(): void {
  if (hooked) return;
  hooked = true;
  Module.register(new URL('./resolveHooks.js', import.meta.url), { data: own });
}

/** What `import` in a cell becomes: relative names and packages are found from the working folder, then from tasklab's. */
export async function importModule(specifier: string): Promise<Record<string, unknown>> {
  if (own[specifier] !== undefined) return nativeImport(own[specifier]);
  if (isBuiltin(specifier)) return import(specifier) as Promise<Record<string, unknown>>;
  hook();
  const folder = process.cwd();
  if (/^\.{0,2}\//.test(specifier) && specifier.endsWith('.json')) {
    return { default: JSON.parse(readFileSync(resolve(folder, specifier), 'utf8')) };
  }
  // An absolute path is found from anywhere; on Windows it is no specifier.
  if (isAbsolute(specifier)) return nativeImport(pathToFileURL(specifier).href);
  const load = importFrom(folder);
  try {
    return await load(specifier);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const missingHere = code === 'ERR_MODULE_NOT_FOUND' && message.includes(`package '${packageOf(specifier)}'`);
    if (!missingHere || /^[./]/.test(specifier)) throw error;
    return nativeImport(specifier).catch(() => {
      throw error;
    });
  }
}

const nativeImport = (specifier: string): Promise<Record<string, unknown>> => import(specifier) as Promise<Record<string, unknown>>;

const packageOf = (specifier: string): string => specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');

type Resolve = (request: string, parent: unknown, isMain: boolean, options?: object) => string;

/** `require` of our names, from the cell and from the user's CommonJS files. */
export function hookRequire(): void {
  const loader = Module as unknown as { _resolveFilename: Resolve };
  const original = loader._resolveFilename;
  loader._resolveFilename = function (request, ...rest) {
    const url = own[request];
    return url === undefined ? original.call(this, request, ...rest) : fileURLToPath(url);
  };
}

/** `require` for the working folder as it is when it is called. */
export function cellRequire(): NodeJS.Require {
  const here = (): NodeJS.Require => createRequire(resolve(process.cwd(), 'cell.js'));
  const require = ((id: string) => here()(id)) as NodeJS.Require;
  require.resolve = Object.assign(
    (id: string, options?: Parameters<NodeJS.RequireResolve>[1]) => here().resolve(id, options),
    { paths: (id: string) => here().resolve.paths(id) },
  );
  require.cache = createRequire(import.meta.url).cache;
  return require;
}

/** `import.meta` of a cell. */
export const cellMeta = {
  get dirname() {
    return process.cwd();
  },
  get filename() {
    return resolve(process.cwd(), 'cell.ts');
  },
  get url() {
    return pathToFileURL(this.filename).href;
  },
};

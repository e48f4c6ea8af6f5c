/** Modules as cells load them: relative to the notebook's folder, or to the one that was chosen since. */
import Module, { createRequire, isBuiltin } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { MessageChannel } from 'node:worker_threads';
import { forgetChanged, hookRequire } from './commonJs.js';
import type { HookSettings } from './resolveHooks.js';
import { addSourceMaps } from './stack.js';

/** Names that mean this installation, from whatever folder they are imported. */
const own: Readonly<Record<string, string>> = {
  tasklab: new URL('../../runtime/index.js', import.meta.url).href,
  tslab: new URL('./tslab.js', import.meta.url).href,
};

/** Jupyter starts a kernel in the folder of its notebook. */
let folder = process.cwd();
const cell = (): string => join(folder, 'cell.ts');

/** From now on cells import from here. `process.chdir` alone does not do that: a program that goes elsewhere stays the same program. */
export function importFrom(path: string): void {
  folder = path;
  importer = undefined;
}

type Import = (specifier: string) => Promise<Record<string, unknown>>;
let importer: Import | undefined;
let hooked = false;

/** The user's own files import our names as well; the thread that this starts is needed for nothing else. */
function hook(): void {
  if (hooked) return;
  hooked = true;
  const { port1, port2: maps } = new MessageChannel();
  addSourceMaps(port1);
  Module.register(new URL('./resolveHooks.js', import.meta.url), { data: { own, maps } satisfies HookSettings, transferList: [maps] });
}

/** `import()` as a module in the notebook's folder would do it, with the conditions of ESM. */
function importFromFolder(): Import {
  if (importer) return importer;
  hook();
  return (importer = new vm.Script('(specifier) => import(specifier)', {
    filename: join(folder, 'cell.mjs'),
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext() as Import);
}

/** What `import` in a cell becomes. */
export async function importModule(specifier: string): Promise<Record<string, unknown>> {
  const known = own[specifier] ?? (isBuiltin(specifier) ? specifier : undefined);
  if (known !== undefined) return import(known) as Promise<Record<string, unknown>>;
  forgetChanged();
  if (!isAbsolute(specifier)) return importFromFolder()(specifier);
  // It is found from anywhere; on Windows it is no specifier.
  hook();
  return import(pathToFileURL(specifier).href) as Promise<Record<string, unknown>>;
}

/** `require` of a cell. */
export function cellRequire(): NodeJS.Require {
  hookRequire(own);
  const require = (): NodeJS.Require => createRequire(cell());
  const fresh = (id: string): unknown => {
    forgetChanged();
    return require()(id);
  };
  const resolve = Object.assign((id: string, options?: Parameters<NodeJS.RequireResolve>[1]) => require().resolve(id, options), { paths: (id: string) => require().resolve.paths(id) });
  return Object.assign(fresh, require(), { resolve });
}

/** `import.meta` of a cell. */
export const cellMeta = {
  get dirname(): string {
    return folder;
  },
  get filename(): string {
    return cell();
  },
  get url(): string {
    return pathToFileURL(cell()).href;
  },
  resolve: (specifier: string): string => (/^(?:\.{0,2}\/|\w+:)/.test(specifier) ? new URL(specifier, cellMeta.url).href : import.meta.resolve(specifier, cellMeta.url)),
};

/** The user's files as CommonJS modules: loaded again when they changed, TypeScript among them; our names and packages from everywhere. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { addSourceMap } from './stack.js';
import { isInstalled, javascriptOf } from './userFiles.js';

/** What Node has documented as open to programs, but its types lack. */
const loader = Module as unknown as {
  _resolveFilename(request: string, parent: NodeJS.Module | undefined, isMain: boolean, options?: object): string;
  _extensions: Record<string, (module: NodeJS.Module & { _compile(text: string, path: string, format?: string): void }, path: string) => void>;
  _cache: Record<string, NodeJS.Module>;
  prototype: { load(this: NodeJS.Module, path: string): void };
};

/** By module, what it was loaded from. */
const loadedFrom = new WeakMap<NodeJS.Module, string>();

const contentOf = (path: string): string => {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return 'gone';
  }
};

/** `own`: names that lead to this installation. */
export function hookRequire(own: Readonly<Record<string, string>>): void {
  const { _resolveFilename: resolve } = loader;
  const { load } = loader.prototype;
  const here = createRequire(import.meta.url);

  loader._resolveFilename = function (request, parent, ...rest) {
    const url = own[request];
    if (url !== undefined) return fileURLToPath(url);
    try {
      return resolve.call(this, request, parent, ...rest);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const mayBeOurs = code === 'MODULE_NOT_FOUND' && !/^[./]/.test(request) && typeof parent?.filename === 'string' && !isInstalled(parent.filename);
      if (!mayBeOurs) throw error;
      try {
        return here.resolve(request);
      } catch {
        throw error;
      }
    }
  };
  loader.prototype.load = function (path) {
    if (!isInstalled(path)) loadedFrom.set(this, contentOf(path));
    load.call(this, path);
  };
  for (const extension of ['.ts', '.mts', '.cts']) {
    const others = loader._extensions[extension] ?? loader._extensions['.js']!;
    loader._extensions[extension] = (module, path) => {
      if (isInstalled(path)) return others(module, path);
      const { text, map } = javascriptOf(path, 'commonjs');
      addSourceMap(path, map);
      module._compile(text, path, 'commonjs');
    };
  }
}

/** Lets go of the user's modules whose files changed since they were loaded, and of those that required them. */
export function forgetChanged(): void {
  const modules = Object.values(loader._cache).filter((module) => loadedFrom.has(module));
  const stale = new Set(modules.filter((module) => contentOf(module.filename) !== loadedFrom.get(module)));
  for (let size = -1; size < stale.size; ) {
    size = stale.size;
    for (const module of modules) if (module.children.some((child) => stale.has(child))) stale.add(module);
  }
  for (const { filename } of stale) delete loader._cache[filename];
}

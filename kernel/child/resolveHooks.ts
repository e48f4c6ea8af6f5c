/**
 * Runs in the thread where Node resolves imports: our names lead to this installation from everywhere, files may be TypeScript
 * or JSON and are loaded again when they changed, and a package that the user's folders lack is taken from this installation.
 */
import { readFileSync } from 'node:fs';
import type { InitializeHook, LoadHook, ResolveFnOutput, ResolveHook, ResolveHookContext } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { checkSyntax, isTypeScript, isUserAddress, javascriptOf, jsonModule, userFile, versioned } from './userFiles.js';

export interface HookSettings {
  readonly own: Readonly<Record<string, string>>;
  /** Takes source maps, `[address, map]`. */
  readonly maps: MessagePort;
}

let settings: HookSettings;

export const initialize: InitializeHook<HookSettings> = (given) => {
  settings = given;
};

export const resolve: ResolveHook = async (specifier, context, next) => {
  const url = settings.own[specifier];
  if (url !== undefined) return { url, format: 'module', shortCircuit: true };
  const file = userFile(specifier, context.parentURL);
  if (file !== undefined) {
    if (isTypeScript(file) || file.endsWith('.json')) return { url: versioned(file), format: 'module', shortCircuit: true };
    return { ...(await next(pathToFileURL(file).href, context)), url: versioned(file) };
  }
  const found = await anywhere(specifier, context, next);
  return found.url.endsWith('.json') ? { ...found, importAttributes: { type: 'json' } } : found;
};

/** A package of the user's folders, else of this installation. */
async function anywhere(specifier: string, context: ResolveHookContext, next: (specifier: string, context: ResolveHookContext) => ResolveFnOutput | Promise<ResolveFnOutput>): Promise<ResolveFnOutput> {
  try {
    return await next(specifier, context);
  } catch (error) {
    const isPackage = !/^(?:[./]|\w+:)/.test(specifier);
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND' || !isPackage || !isUserAddress(context.parentURL)) throw error;
    try {
      return await next(specifier, { ...context, parentURL: import.meta.url });
    } catch {
      throw error;
    }
  }
}

export const load: LoadHook = async (url, context, next) => {
  if (!isUserAddress(url)) return next(url, context);
  const path = fileURLToPath(url);
  if (path.endsWith('.json')) return { format: 'module', source: jsonModule(path), shortCircuit: true };
  if (isTypeScript(path)) {
    const { text, map } = javascriptOf(path);
    settings.maps.postMessage([url, map]);
    return { format: 'module', source: text, shortCircuit: true };
  }
  const loaded = await next(url, context);
  // Node's own message has no place.
  if (loaded.format === 'module') checkSyntax(path, readFileSync(path, 'utf8'));
  return loaded;
};

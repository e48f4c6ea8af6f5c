/** Runs in the thread where Node resolves imports: our names lead to this installation from everywhere, and files may be TypeScript. */
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isVersioned, javascriptOf, typescriptFile, versioned } from './typescriptFiles.js';

let own: Readonly<Record<string, string>> = {};

export const initialize: InitializeHook<Record<string, string>> = (names) => {
  own = names;
};

export const resolve: ResolveHook = (specifier, context, next) => {
  const url = own[specifier];
  if (url !== undefined) return { url, format: 'module', shortCircuit: true };
  const file = typescriptFile(specifier, context.parentURL);
  return file === undefined ? next(specifier, context) : { url: versioned(file), format: 'module', shortCircuit: true };
};

export const load: LoadHook = (url, context, next) =>
  isVersioned(url) ? { format: 'module', source: javascriptOf(fileURLToPath(url)), shortCircuit: true } : next(url, context);

/** Runs in the thread where Node resolves imports: our names lead to this installation from everywhere, files may be TypeScript, and are loaded again when they changed. */
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isTypeScript, isTypeScriptUrl, javascriptOf, userFile, versioned } from './userFiles.js';

let own: Readonly<Record<string, string>> = {};

export const initialize: InitializeHook<Record<string, string>> = (names) => {
  own = names;
};

export const resolve: ResolveHook = async (specifier, context, next) => {
  const url = own[specifier];
  if (url !== undefined) return { url, format: 'module', shortCircuit: true };
  const file = userFile(specifier, context.parentURL);
  if (file === undefined) return next(specifier, context);
  if (isTypeScript(file)) return { url: versioned(file), format: 'module', shortCircuit: true };
  const found = await next(specifier, context);
  // Node keeps CommonJS modules by their files, whatever the address.
  return found.format === 'commonjs' ? found : { ...found, url: versioned(fileURLToPath(found.url)) };
};

export const load: LoadHook = (url, context, next) =>
  isTypeScriptUrl(url) ? { format: 'module', source: javascriptOf(fileURLToPath(url)), shortCircuit: true } : next(url, context);

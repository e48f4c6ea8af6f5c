/** Runs in the thread where Node resolves imports: our names lead to this installation from everywhere. */
import type { InitializeHook, ResolveHook } from 'node:module';

let own: Readonly<Record<string, string>> = {};

export const initialize: InitializeHook<Record<string, string>> = (names) => {
  own = names;
};

export const resolve: ResolveHook = (specifier, context, next) => {
  const url = own[specifier];
  return url === undefined ? next(specifier, context) : { url, format: 'module', shortCircuit: true };
};

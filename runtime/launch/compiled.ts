import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The compiled form of one of our modules, for a process of its own: the module itself in a build; where the sources
 * run (in tests), its place in `dist`.
 */
export function compiled(module: URL): URL {
  if (existsSync(fileURLToPath(module))) return module;
  const root = new URL('../../', import.meta.url);
  return new URL(`dist/${module.href.slice(root.href.length)}`, root);
}

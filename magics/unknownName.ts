import { suggest } from '../dsl/index.js';
import { UserError } from '../runtime/error.js';

/** Nothing declared has this name: which ones there are, the nearest first. */
export function unknownName(what: string, name: string, known: readonly string[]): UserError {
  const hint = known.length > 0 ? suggest(name, known) : `Declare it in a %%task cell or a .task file: ${what} ${name} …`;
  return new UserError(`name/unknown-${what}`, `There is no ${what} "${name}".`, hint);
}

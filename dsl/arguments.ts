import type { Argument, Name } from './ast.js';

/** A call's arguments by parameter, and those that have no parameter. */
export interface Arranged {
  readonly byParameter: ReadonlyMap<string, Argument>;
  /** The last parameter's further arguments, where it repeats. */
  readonly rest: readonly Argument[];
  readonly tooMany: readonly Argument[];
  readonly unknown: readonly Name[];
  readonly twice: readonly Name[];
  readonly misplaced: readonly Argument[];
}

/** Lays arguments out on parameters: those without a name in order, the others by name. */
export function arrange(args: readonly Argument[], parameters: readonly string[], variadic = false): Arranged {
  const byParameter = new Map<string, Argument>();
  const [rest, tooMany, misplaced]: [Argument[], Argument[], Argument[]] = [[], [], []];
  const [unknown, twice]: [Name[], Name[]] = [[], []];
  let at = 0;
  let named = false;
  for (const argument of args) {
    if (argument.name) {
      named = true;
      if (!parameters.includes(argument.name.text)) unknown.push(argument.name);
      else if (byParameter.has(argument.name.text)) twice.push(argument.name);
      else byParameter.set(argument.name.text, argument);
    } else if (named) misplaced.push(argument);
    else if (at < parameters.length) byParameter.set(parameters[at++]!, argument);
    else (variadic ? rest : tooMany).push(argument);
  }
  return { byParameter, rest, tooMany, unknown, twice, misplaced };
}

import type { Declaration } from '../../dsl/index.js';
import { kinds } from '../../runtime/task/kinds/index.js';
import { splitPath } from './function.js';

/** A statement for TypeScript alone, which runs nothing: what it has against it, it has against `value`. */
export interface Claim {
  readonly before: string;
  /** TypeScript of what the user named. */
  readonly value: string;
  readonly after: string;
}

/** A claim about something that a program names at a place; offsets count in the program. */
export interface TypeCheck extends Claim {
  readonly start: number;
  readonly end: number;
}

/** That a function, a variable or a file's export, gives rows of a kind, by its name or alias; nothing where TypeScript cannot tell. */
export function functionClaim(using: string, kind: string): Claim | undefined {
  const found = kinds.find(({ name, aliases }) => name === kind || aliases.includes(kind));
  const value = functionExpression(using);
  if (!found || value === undefined) return undefined;
  return { before: ` void ((): import("tasklab").RowOf<"${found.name}"> => (null! as import("tasklab").RowsGiven)(`, value, after: '));' };
}

/** The functions that tasks use, each to be checked against the rows of its task's kind. */
export function functionChecks(declarations: readonly Declaration[]): TypeCheck[] {
  return declarations.flatMap(({ syntax, broken }) => {
    if (broken || syntax.kind !== 'Task' || !syntax.using || !syntax.type) return [];
    const { using } = syntax;
    const written = using.kind === 'Name' ? using.text : using.kind === 'Literal' && typeof using.value === 'string' ? using.value : undefined;
    const claim = written === undefined ? undefined : functionClaim(written, syntax.type.text);
    return claim ? [{ ...claim, ...using.span }] : [];
  });
}

const identifier = /^[A-Za-z_$][\w$]*$/;

/** A function as TypeScript sees it: a variable, or what a file exports. */
function functionExpression(using: string): string | undefined {
  const path = splitPath(using);
  if (!path) return identifier.test(using) ? using : undefined;
  const file = JSON.stringify(/^[./]/.test(path.file) ? path.file : `./${path.file}`);
  // As a property, of which TypeScript knows the nearest name.
  return `(null! as typeof import(${file}))${identifier.test(path.name) ? `.${path.name}` : `[${JSON.stringify(path.name)}]`}`;
}

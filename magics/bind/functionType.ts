import type { Declaration } from '../../dsl/index.js';
import { kinds } from '../../runtime/task/kinds/index.js';
import { splitPath } from './function.js';

/** A value of the user's TypeScript that must have a type, and where in the program it is named. */
export interface TypeCheck {
  /** TypeScript whose value is checked; it never runs. */
  readonly expression: string;
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** The type that a formatting function of a kind must have, by its name or alias. */
export const functionType = (kind: string): string | undefined => {
  const found = kinds.find(({ name, aliases }) => name === kind || aliases.includes(kind));
  return found && `import("tasklab").FormatFunction<"${found.name}">`;
};

/** The functions that tasks use, each to be checked against the rows of its task's kind. */
export function functionChecks(declarations: readonly Declaration[]): TypeCheck[] {
  return declarations.flatMap(({ syntax, broken }) => {
    if (broken || syntax.kind !== 'Task' || !syntax.using || !syntax.type) return [];
    const { using } = syntax;
    const written = using.kind === 'Name' ? using.text : using.kind === 'Literal' && typeof using.value === 'string' ? using.value : undefined;
    const type = functionType(syntax.type.text);
    const expression = written === undefined ? undefined : functionExpression(written);
    return expression === undefined || type === undefined ? [] : [{ expression, type, ...using.span }];
  });
}

/** A function as TypeScript sees it: a variable, or what a file exports. */
export function functionExpression(using: string): string | undefined {
  const path = splitPath(using);
  if (path) return `(null! as typeof import(${JSON.stringify(/^[./]/.test(path.file) ? path.file : `./${path.file}`)}))[${JSON.stringify(path.name)}]`;
  return /^[A-Za-z_$][\w$]*$/.test(using) ? using : undefined;
}

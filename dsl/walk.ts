import type { Expression, TaskEntry } from './ast.js';

/** The expressions directly inside one. */
export function parts(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'Text':
      return expression.parts.filter((part): part is Expression => typeof part !== 'string');
    case 'List':
      return expression.items;
    case 'Member':
      return [expression.object];
    case 'Call':
      return expression.args.map(({ value }) => value);
    case 'Index':
      return [expression.object, expression.index];
    case 'Slice':
      return [expression.object, ...(expression.from ? [expression.from] : []), ...(expression.to ? [expression.to] : [])];
    case 'By':
      return [expression.question];
    case 'Unary':
      return [expression.value];
    case 'Binary':
      return [expression.left, expression.right];
    case 'Conditional':
      return [expression.test, expression.then, expression.otherwise];
    default:
      return [];
  }
}

/** Visits an expression and everything inside it, outermost first. */
export function walk(expression: Expression, visit: (expression: Expression) => void): void {
  visit(expression);
  for (const part of parts(expression)) walk(part, visit);
}

/** Visits the expressions that an entry itself has, not those of its block. */
export const entryExpression = (entry: TaskEntry): Expression | undefined =>
  entry.kind === 'For' ? entry.over : entry.kind === 'Where' ? entry.test : entry.value;

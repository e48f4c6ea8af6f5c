import type { Expression } from './ast.js';
import * as messages from './messages.js';
import type { Literal, PlanValue } from './plan.js';
import type { Report } from './program.js';

/** A value known before anything runs; `params` are the values of parameters by name. */
export type Params = ReadonlyMap<string, Literal | undefined>;

/** Names that stand for themselves, as an option's choices do. */
export interface Choices {
  readonly of: string;
  readonly names: readonly string[];
}

/**
 * The value of an expression of literals and parameters, or nothing where it is none (reported) or has been
 * reported before. `words`: names that stand for themselves, as an option's choices do.
 */
export function constant(expression: Expression, params: Params, report: Report, choices?: Choices): PlanValue | undefined {
  switch (expression.kind) {
    case 'Missing':
      return undefined;
    case 'Literal':
      return expression.value;
    case 'Name':
      if (choices?.names.includes(expression.text)) return expression.text;
      if (params.has(expression.text)) return params.get(expression.text);
      report(choices ? messages.unknownWord(`"${choices.of}"`, expression.text, choices.names) : messages.unquotedValue(expression.text, [...params.keys()]), expression.span);
      return undefined;
    case 'Unary': {
      const value = constant(expression.value, params, report);
      if (typeof value === 'number' && expression.operator !== 'not') return expression.operator === '-' ? -value : value;
      if (typeof value === 'boolean' && expression.operator === 'not') return !value;
      if (value !== undefined) report(messages.notConstant(), expression.span);
      return undefined;
    }
    case 'List': {
      const items = expression.items.map((item) => constant(item, params, report, choices));
      return items.every((item): item is PlanValue => item !== undefined) ? items : undefined;
    }
    case 'Text': {
      const parts = expression.parts.map((part) => (typeof part === 'string' ? part : constant(part, params, report)));
      return parts.every((part) => part !== undefined) ? parts.map(String).join('') : undefined;
    }
    default:
      report(messages.notConstant(), expression.span);
      return undefined;
  }
}

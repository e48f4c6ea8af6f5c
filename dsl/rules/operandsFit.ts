import type { Binary, Expression } from '../ast.js';
import type { Problem } from '../diagnostics.js';
import * as messages from '../messages.js';
import type { ValueType } from '../schema.js';
import type { Span } from '../source.js';
import { describe, fits } from '../types.js';
import { forEachExpression, type MeaningOf, type Rule } from './rule.js';

/** Operators get operands that they can work on; what is compared can be equal. */
export const operandsFit: Rule = (analysis) => {
  forEachExpression(analysis, (expression, meaningOf, source) => {
    const say = (problem: Problem, span: Span) => analysis.program.report(problem, span, source);
    const need = (operand: Expression, wanted: readonly ValueType['type'][], message: (found: string) => Problem) => {
      const { type } = meaningOf(operand);
      if (type.type !== 'any' && !wanted.includes(type.type)) say(message(describe(type)), operand.span);
    };
    switch (expression.kind) {
      case 'Unary':
        if (expression.operator === 'not') need(expression.value, ['boolean'], (found) => messages.conditionType('What stands after `not`', found));
        else need(expression.value, ['number'], (found) => messages.operandType(expression.operator, 'a number', found));
        break;
      case 'Conditional':
        need(expression.test, ['boolean'], (found) => messages.conditionType('What stands before `?`', found));
        break;
      case 'Index':
        if (expression.object.kind === 'Name' && expression.object.text === 'field' && !analysis.program.find('field')) break;
        need(expression.object, ['list', 'text'], (found) => messages.indexType('A position is taken of a list or a text', found));
        need(expression.index, meaningOf(expression.object).type.type === 'any' ? ['number', 'text'] : ['number'], (found) => messages.indexType('A position is a number', found));
        break;
      case 'Slice':
        need(expression.object, ['list', 'text'], (found) => messages.indexType('A range is taken of a list or a text', found));
        for (const end of [expression.from, expression.to]) if (end) need(end, ['number'], (found) => messages.indexType('A position is a number', found));
        break;
      case 'Binary':
        binary(expression, meaningOf, need, say);
    }
  });
};

function binary(
  { operator, left, right, operatorSpan }: Binary, meaningOf: MeaningOf,
  need: (operand: Expression, wanted: readonly ValueType['type'][], message: (found: string) => Problem) => void, say: (problem: Problem, span: Span) => void,
): void {
  const [a, b] = [meaningOf(left).type, meaningOf(right).type];
  const isKnown = a.type !== 'any' && b.type !== 'any';
  switch (operator) {
    case 'and':
    case 'or':
      for (const operand of [left, right]) need(operand, ['boolean'], (found) => messages.operandType(operator, 'true or false', found));
      break;
    case '-':
    case '*':
    case '/':
      for (const operand of [left, right]) need(operand, ['number'], (found) => messages.operandType(operator, 'numbers', found));
      break;
    case '+':
      if (isKnown && !(a.type === b.type && (a.type === 'number' || a.type === 'text' || a.type === 'list'))) {
        say(messages.operandType('+', 'two numbers, two texts or two lists', `${describe(a)} and ${describe(b)}`), operatorSpan);
      }
      break;
    case '<':
    case '<=':
    case '>':
    case '>=':
      if (isKnown && !(a.type === b.type && (a.type === 'number' || a.type === 'text'))) {
        say(messages.operandType(operator, 'two numbers or two texts', `${describe(a)} and ${describe(b)}`), operatorSpan);
      }
      break;
    case '==':
    case '!=':
      if (isKnown && !fits(a, b)) say(messages.comparedTypes(describe(a), describe(b)), operatorSpan);
      break;
    case 'in':
      need(right, ['list', 'text'], (found) => messages.operandType('in', 'a list or a text on its right', found));
      if (b.type === 'list' && b.of && !fits(a, b.of)) say(messages.comparedTypes(describe(a), describe(b.of)), operatorSpan);
  }
}

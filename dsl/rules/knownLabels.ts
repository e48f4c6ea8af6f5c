import type { Expression } from '../ast.js';
import * as messages from '../messages.js';
import { forEachExpression, type MeaningOf, type Rule } from './rule.js';

/** A label that an answer is compared with is one of the question's options; any other is never equal. */
export const knownLabels: Rule = (analysis) => {
  forEachExpression(analysis, (expression, meaningOf, source) => {
    if (expression.kind !== 'Binary' || !['==', '!=', 'in'].includes(expression.operator)) return;
    const { left, right } = expression;
    check(left, right);
    check(right, left);

    function check(answer: Expression, other: Expression): void {
      const known = options(answer, meaningOf);
      if (!known) return;
      for (const literal of other.kind === 'List' ? other.items : [other]) {
        if (literal.kind !== 'Literal' || typeof literal.value !== 'string' || known.options.includes(literal.value)) continue;
        analysis.program.report(messages.unknownLabel(known.question, literal.value, known.options), literal.span, source);
      }
    }
  });
};

/** The options of the question that a value answers; a number is compared by value, not by name. */
function options(expression: Expression, meaningOf: MeaningOf): { question: string; options: readonly string[] } | undefined {
  const { asked, type } = meaningOf(expression);
  const item = type.type === 'list' ? type.of : type;
  return asked?.schema?.options && item?.type === 'text' ? { question: asked.name, options: asked.schema.options } : undefined;
}

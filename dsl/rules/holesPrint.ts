import * as messages from '../messages.js';
import { describe } from '../types.js';
import { forEachExpression, type Rule } from './rule.js';

/** A hole's value can be printed: a message, a ranking and spans cannot. */
export const holesPrint: Rule = (analysis) => {
  forEachExpression(analysis, (expression, meaningOf, source) => {
    if (expression.kind !== 'Text') return;
    for (const part of expression.parts) {
      if (typeof part === 'string') continue;
      const { type } = meaningOf(part);
      const item = type.type === 'list' ? type.of ?? type : type;
      if (item.type === 'message' || item.type === 'ranking' || item.type === 'spans') analysis.program.report(messages.holeType(describe(type)), part.span, source);
    }
  });
};

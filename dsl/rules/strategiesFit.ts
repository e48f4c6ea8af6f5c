import * as messages from '../messages.js';
import { forEachExpression, type Rule } from './rule.js';

/** A strategy after `by` is known, and unifies questions of that type: there is no mean of labels. */
export const strategiesFit: Rule = (analysis) => {
  const { strategies } = analysis.program.schema;
  forEachExpression(analysis, (expression, meaningOf, source) => {
    if (expression.kind !== 'By') return;
    const { strategy } = expression;
    const { asked } = meaningOf(expression);
    const type = asked?.schema?.type;
    const able = strategies.filter(({ questions }) => type === undefined || questions.includes(type)).map(({ name }) => name);
    if (!strategies.some(({ name }) => name === strategy.text)) analysis.program.report(messages.unknownStrategy(strategy.text, able), strategy.span, source);
    else if (type !== undefined && !able.includes(strategy.text)) analysis.program.report(messages.wrongStrategy(asked!.name, type, strategy.text, able), strategy.span, source);
  });
};

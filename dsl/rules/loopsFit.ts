import type { Problem } from '../diagnostics.js';
import * as messages from '../messages.js';
import { isResponseLoop } from '../task.js';
import { describe } from '../types.js';
import { forEachEntry, type Rule } from './rule.js';

/** Items come from a list, pairs from a ranking; a loop over responses stands in no other; a condition is true or false. */
export const loopsFit: Rule = (analysis) => {
  forEachEntry(analysis, (entry, meaningOf, around) => {
    const report = (problem: Problem, span: typeof entry.span) => analysis.program.report(problem, span, entry.source);
    if (entry.kind === 'Where') {
      const { type } = meaningOf(entry.test);
      if (type.type !== 'boolean' && type.type !== 'any') report(messages.conditionType('A condition', describe(type)), entry.test.span);
    }
    if (entry.kind !== 'For') return;
    if (isResponseLoop(entry)) {
      if (around.some((outer) => outer.kind === 'For' && isResponseLoop(outer))) report(messages.nestedResponses(), entry.head);
      return;
    }
    if (!entry.over) return;
    const { type } = meaningOf(entry.over);
    if (type.type === 'any') return;
    if (entry.pair && type.type !== 'ranking') report(messages.notRanking(describe(type)), entry.over.span);
    if (!entry.pair && type.type !== 'list') report(messages.notIterable(describe(type)), entry.over.span);
  });
};

/** In which order a task's labels stand. */
import type { Feedback } from '../unify/feedback.js';
import type { Entry, Expression, Program } from './program.js';

/**
 * The labels of a task: the question's options in their order where the column passes its answers on unchanged (those that
 * no row has included), then whatever else the rows have, sorted.
 */
export function labelsOf(program: Program, dataset: Feedback, seen: ReadonlySet<string>): string[] {
  const question = 'format' in program ? undefined : sourceOf(columnOf(program.entries, 'label'), program.entries);
  const options = (dataset.questions.find(({ name }) => name === question)?.options ?? []).map(String);
  const others = [...seen].filter((label) => !options.includes(label)).sort();
  return [...options, ...others];
}

function columnOf(entries: readonly Entry[], name: string): Expression | undefined {
  for (const entry of entries) {
    if (entry.entry === 'for') {
      const found = columnOf(entry.body, name);
      if (found) return found;
    } else if (entry.entry !== 'where' && entry.name === name) return entry.value;
  }
  return undefined;
}

/** The question whose answers an expression gives as they are. */
function sourceOf(expression: Expression | undefined, entries: readonly Entry[]): string | undefined {
  switch (expression?.op) {
    case 'answer':
    case 'unify':
    case 'suggestion':
      return expression.question;
    case 'coalesce':
      return sourceOf(expression.left, entries) ?? sourceOf(expression.right, entries);
    case 'variable':
      return sourceOf(columnOf(entries, expression.name), entries);
    default:
      return undefined;
  }
}

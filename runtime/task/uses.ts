/** What a program looks at: found by walking its expressions. */
import type { Projection } from '../dataset/record.js';
import type { Entry, Expression, Program } from './program.js';

/** Calls `visit` for every expression in the entries, those in loops and in other expressions included. */
export function walk(entries: readonly Entry[], visit: (expression: Expression) => void): void {
  for (const entry of entries) {
    if (entry.entry === 'where') walkExpression(entry.test, visit);
    else if (entry.entry !== 'for') walkExpression(entry.value, visit);
    else {
      if (entry.loop.over === 'pairs') walkExpression(entry.loop.ranking, visit);
      if (entry.loop.over === 'items') walkExpression(entry.loop.list, visit);
      walk(entry.body, visit);
    }
  }
}

function walkExpression(expression: Expression, visit: (expression: Expression) => void): void {
  visit(expression);
  for (const child of childrenOf(expression)) walkExpression(child, visit);
}

function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.op) {
    case 'list':
      return expression.items;
    case 'text':
      return expression.parts;
    case 'field_by_name':
      return [expression.name];
    case 'bind':
      return [...Object.values(expression.names), expression.body];
    case 'call':
      return expression.args;
    case 'not':
    case 'negate':
      return [expression.value];
    case 'conditional':
      return [expression.test, expression.then, expression.else];
    case 'index':
      return [expression.value, expression.index];
    case 'slice':
      return [expression.value, expression.from, expression.to].filter((part) => part !== null);
    default:
      return 'left' in expression ? [expression.left, expression.right] : [];
  }
}

export function unificationsIn(entries: readonly Entry[]): Extract<Expression, { op: 'unify' }>[] {
  const found: Extract<Expression, { op: 'unify' }>[] = [];
  walk(entries, (expression) => expression.op === 'unify' && found.push(expression));
  return found;
}

/** Questions whose answers the entries look at, one by one in a response loop. */
export function questionsIn(entries: readonly Entry[]): string[] {
  const found = new Set<string>();
  walk(entries, (expression) => expression.op === 'answer' && found.add(expression.question));
  return [...found];
}

/**
 * What a program reads of each record, so that a source decodes nothing else.
 *
 * @example
 * projectionOf({ kind: 'pretraining', entries: [{ entry: 'column', name: 'text', value: { op: 'field', name: 'text' } }] });
 * // { fields: ['text'], questions: [], suggestions: [], metadata: false, vectors: false }
 */
export function projectionOf(program: Program): Projection {
  if ('format' in program) return {};
  const fields = new Set<string>();
  const questions = new Set<string>();
  const suggestions = new Set<string>();
  const all = { fields: false, questions: loopsOverWholeResponses(program.entries), metadata: false };
  walk(program.entries, (expression) => {
    if (expression.op === 'field') fields.add(expression.name);
    if (expression.op === 'field_by_name') all.fields = true;
    if (expression.op === 'answer' || expression.op === 'answers' || expression.op === 'unify') questions.add(expression.question);
    if (expression.op === 'suggestion') suggestions.add(expression.question);
    if (expression.op === 'metadata') all.metadata = true;
  });
  return {
    ...(all.fields ? {} : { fields: [...fields] }),
    ...(all.questions ? {} : { questions: [...questions] }),
    suggestions: [...suggestions],
    metadata: all.metadata,
    vectors: false,
  };
}

/** Is there a loop over responses that asks for none of their answers, so that it needs to know of all? */
function loopsOverWholeResponses(entries: readonly Entry[]): boolean {
  return entries.some(
    (entry) =>
      entry.entry === 'for' &&
      ((entry.loop.over === 'responses' && questionsIn(entry.body).length === 0) || loopsOverWholeResponses(entry.body)),
  );
}

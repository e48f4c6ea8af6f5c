import type { Expression, TaskEntry } from '../ast.js';
import type { Analysis } from '../compile.js';
import type { Meaning, Meanings } from '../program.js';
import type { Source } from '../source.js';
import { any } from '../types.js';
import { entryExpression, walk } from '../walk.js';

/** One thing that must hold in a program; what does not is reported to it. */
export type Rule = (analysis: Analysis) => void;

export type MeaningOf = (expression: Expression) => Meaning;
const unknown: Meaning = { type: any };
const reader = (meanings: Meanings): MeaningOf => (expression) => meanings.get(expression) ?? unknown;

/** Visits the entries of all tasks, those in loops included; `around` are the loops that an entry stands in. */
export function forEachEntry(analysis: Analysis, visit: (entry: TaskEntry, meaningOf: MeaningOf, around: readonly TaskEntry[]) => void): void {
  for (const { entries, meanings } of analysis.tasks) {
    const visitAll = (block: readonly TaskEntry[], around: readonly TaskEntry[]): void => {
      for (const entry of block) {
        visit(entry, reader(meanings), around);
        if (entry.kind === 'For') visitAll(entry.body, [...around, entry]);
      }
    };
    visitAll(entries, []);
  }
}

/** Visits every expression of tasks and templates, the inner ones too. */
export function forEachExpression(analysis: Analysis, visit: (expression: Expression, meaningOf: MeaningOf, source: Source) => void): void {
  forEachEntry(analysis, (entry, meaningOf) => {
    const expression = entryExpression(entry);
    if (expression) walk(expression, (one) => visit(one, meaningOf, entry.source));
  });
  for (const [name, meanings] of analysis.templateMeanings) {
    const declaration = analysis.program.find(name);
    if (declaration?.syntax.kind !== 'Template' || declaration.broken) continue;
    for (const root of [declaration.syntax.body, ...declaration.syntax.parameters.flatMap(({ value }) => value ?? [])]) {
      walk(root, (one) => visit(one, reader(meanings), declaration.source));
    }
  }
}

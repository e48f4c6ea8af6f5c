import type { ColumnEntry, Name, TaskEntry } from '../ast.js';
import type { Problem } from '../diagnostics.js';
import * as messages from '../messages.js';
import type { KindSchema } from '../schema.js';
import type { Source, Span } from '../source.js';
import { taskSettings, type ResolvedTask } from '../task.js';
import type { Rule } from './rule.js';

/** A task has its kind's columns, all that it must have, one layout of several, and no others; one by a function has none. */
export const columnsOfKind: Rule = ({ program, tasks }) => {
  for (const task of tasks) {
    const { kind, entries, declaration, using, settings } = task;
    if (using !== undefined) {
      const first = entries.find((entry) => !(entry.kind === 'Column' && settings.has(entry)));
      if (first) program.report(messages.entriesBesideUsing(using), first.kind === 'For' ? first.head : first.span, first.source);
      continue;
    }
    if (!kind) continue;
    const allowed = kind.columns.map(({ name }) => name);
    for (const { entry, given, at } of rowBlocks(task, entries, [])) {
      for (const column of given) {
        if (!allowed.includes(column.name.text)) {
          const settings = taskSettings.map(({ name }) => name);
          program.report(messages.unknownColumn(kind.name, column.name.text, [...allowed, ...settings]), column.name.span, column.source);
        }
      }
      const known = given.filter(({ name }) => allowed.includes(name.text));
      // A misspelt column is there, one that could not be read may be: neither is missed as well.
      const isMisspelt = task.broken || known.length < given.length;
      checkLayout(kind, known, isMisspelt, entry ? entry.source : declaration.source, at, (...problem) => program.report(...problem));
    }
  }
};

function checkLayout(kind: KindSchema, given: readonly ColumnEntry[], isMisspelt: boolean, source: Source, at: Span, report: (problem: Problem, span: Span, source: Source) => void): void {
  const names = given.map(({ name }) => name.text);
  const alternatives = kind.layouts.flat();
  const overlap = (layout: readonly string[]) => layout.filter((column) => names.includes(column)).length;
  // The layout that is most there; of equal ones that which lacks least.
  const layout = [...kind.layouts].sort((a, b) => overlap(b) - overlap(a) || a.length - b.length)[0] ?? [];
  for (const { name, source: from } of given) {
    if (alternatives.includes(name.text) && !layout.includes(name.text)) report(messages.conflictingColumn(name.text, layout.filter((column) => names.includes(column))), name.span, from);
  }
  const required = [...layout, ...kind.columns.filter(({ name, required: isRequired }) => isRequired && !alternatives.includes(name)).map(({ name }) => name)];
  const missing = [...new Set(required)].filter((column) => !names.includes(column));
  const words = overlap(layout) === 0 ? kind.layouts.map((one) => one.join(' and ')) : [];
  if (missing.length > 0 && !isMisspelt) report(messages.missingColumns(kind.name, missing, words), at, source);
}

interface RowBlock {
  readonly entry?: TaskEntry;
  readonly given: readonly ColumnEntry[];
  /** Where to say that a column is missing. */
  readonly at: Span;
}

/** The blocks that make rows, with the columns of those around: the innermost `for`s, or the task without one. */
function rowBlocks(task: ResolvedTask, block: readonly TaskEntry[], outer: readonly ColumnEntry[], entry?: TaskEntry & { readonly kind: 'For' }): RowBlock[] {
  const own = block.filter((one): one is ColumnEntry => one.kind === 'Column' && !task.settings.has(one));
  const given = [...outer, ...own];
  const loops = block.filter((one): one is TaskEntry & { readonly kind: 'For' } => one.kind === 'For');
  if (loops.length > 0) return loops.flatMap((loop) => rowBlocks(task, loop.body, given, loop));
  const header: Name = task.declaration.syntax.type ?? task.declaration.syntax.name;
  return [{ ...(entry ? { entry } : {}), given, at: entry ? entry.head : header.span }];
}

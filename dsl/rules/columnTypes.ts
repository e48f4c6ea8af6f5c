import * as messages from '../messages.js';
import { describe, describeAll, fitsOneOf } from '../types.js';
import { entryExpression } from '../walk.js';
import type { TaskEntry } from '../ast.js';
import type { Rule } from './rule.js';

/** A column gets a value of a type that its kind takes. */
export const columnTypes: Rule = ({ program, tasks }) => {
  for (const { kind, entries, meanings, settings } of tasks) {
    const visit = (entry: TaskEntry): void => {
      if (entry.kind === 'For') return entry.body.forEach(visit);
      const value = entryExpression(entry);
      const column = entry.kind === 'Column' && !settings.has(entry) ? kind?.columns.find(({ name }) => name === entry.name.text) : undefined;
      const meaning = value && meanings.get(value);
      if (!column || !value || !meaning || fitsOneOf(meaning.type, column.accepts)) return;
      // An answer to a question that the column knows how to unify is turned into what it takes (a rating into text).
      const asked = meaning.asked?.schema?.type;
      if (asked !== undefined && !meaning.asked?.several && Object.hasOwn(column.defaultStrategy ?? {}, asked)) return;
      program.report(messages.columnType(column.name, describeAll(column.accepts), describe(meaning.type)), value.span, entry.source);
    };
    entries.forEach(visit);
  }
};

import type { Name, TaskEntry } from '../ast.js';
import * as messages from '../messages.js';
import type { Rule } from './rule.js';

/** A cell declares a name once, a template has a parameter once, a block gives a name once, a row a column once. */
export const uniqueNames: Rule = ({ program, tasks }) => {
  program.declarations.forEach((declaration, i) => {
    const { name, source, syntax } = declaration;
    if (program.declarations.slice(0, i).some((other) => other.name === name && other.source === source)) {
      program.report(messages.duplicateDeclaration(name), syntax.name.span, source);
    }
    if (syntax.kind !== 'Template') return;
    for (const twice of repeated(syntax.parameters.map((parameter) => parameter.name))) program.report(messages.duplicateParameter(twice.text), twice.span, source);
  });
  for (const { entries, using } of tasks) {
    if (using !== undefined) continue;
    const visit = (block: readonly TaskEntry[], columns: ReadonlySet<string>): void => {
      const [lets, seen] = [new Set<string>(), new Set(columns)];
      for (const entry of block) {
        if (entry.kind === 'Let') {
          if (lets.has(entry.name.text)) program.report(messages.duplicateLet(entry.name.text), entry.name.span, entry.source);
          lets.add(entry.name.text);
        } else if (entry.kind === 'Column') {
          if (seen.has(entry.name.text)) program.report(messages.duplicateColumn(entry.name.text), entry.name.span, entry.source);
          seen.add(entry.name.text);
        }
      }
      for (const entry of block) if (entry.kind === 'For') visit(entry.body, seen);
    };
    visit(entries, new Set());
  }
};

const repeated = (names: readonly Name[]) => names.filter(({ text }, i) => names.slice(0, i).some((other) => other.text === text));

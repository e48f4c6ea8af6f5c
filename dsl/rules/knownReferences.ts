import type { Declaration, Name } from '../ast.js';
import * as messages from '../messages.js';
import type { Program } from '../program.js';
import { findKind } from '../task.js';
import type { Rule } from './rule.js';

/** The kind of a task, its data set, and what a declaration extends are known; `using` names a function. */
export const knownReferences: Rule = ({ program }) => {
  for (const declaration of program.current) {
    const { syntax, source } = declaration;
    if ('parent' in syntax && syntax.parent) known(program, declaration, syntax.parent, syntax.kind === 'Task' ? 'task' : 'training');
    if (syntax.kind !== 'Task') continue;
    if (syntax.type && !findKind(program, syntax.type.text)) {
      const names = program.schema.kinds.flatMap(({ name, aliases }) => [name, ...aliases]);
      program.report(messages.unknownKind(syntax.type.text, names), syntax.type.span, source);
    }
    if (syntax.on && !Object.hasOwn(program.schema.datasets, syntax.on.text)) known(program, declaration, syntax.on, 'dataset');
    if (syntax.using && syntax.using.kind !== 'Name' && syntax.using.kind !== 'Missing' && !(syntax.using.kind === 'Literal' && typeof syntax.using.value === 'string' && /.#[^#]+$/.test(syntax.using.value))) {
      program.report(messages.usingForm(), syntax.using.span, source);
    }
  }
};

function known(program: Program, { source }: Declaration, { text, span }: Name, kind: messages.Referred): void {
  const found = program.find(text);
  if (found?.kind === kind) return;
  const datasets = kind === 'dataset' ? Object.keys(program.schema.datasets) : [];
  program.report(found ? messages.wrongDeclaration(kind, text, found.kind) : messages.unknownDeclaration(kind, text, [...program.names(kind), ...datasets]), span, source);
}

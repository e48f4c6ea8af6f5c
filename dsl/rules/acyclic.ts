import type { Declaration, Name } from '../ast.js';
import * as messages from '../messages.js';
import type { Program } from '../program.js';
import { walk } from '../walk.js';
import type { Rule } from './rule.js';

/** No template calls itself, no declaration extends itself, no training starts from itself, not by a detour either. */
export const acyclic: Rule = ({ program }) => {
  report(program, 'template', 'calls', called);
  report(program, 'task', 'extends', parent);
  report(program, 'training', 'extends', parent);
  report(program, 'training', 'starts from', models);
};

const parent = ({ syntax }: Declaration): Name[] => ('parent' in syntax && syntax.parent ? [syntax.parent] : []);

function called({ syntax }: Declaration): Name[] {
  const names: Name[] = [];
  if (syntax.kind !== 'Template') return names;
  for (const root of [syntax.body, ...syntax.parameters.flatMap(({ value }) => value ?? [])]) walk(root, (one) => void (one.kind === 'Call' && names.push(one.callee)));
  return names;
}

function models({ syntax }: Declaration): Name[] {
  if (syntax.kind !== 'Training') return [];
  return syntax.entries.flatMap((entry) =>
    entry.kind === 'Setting' && (entry.name.text === 'model' || entry.name.text === 'reward_model') && entry.value.kind === 'Name' ? [entry.value] : []);
}

/** Says each circle once, at the reference that closes it. */
function report(program: Program, kind: Declaration['kind'], verb: string, references: (declaration: Declaration) => Name[]): void {
  const done = new Set<string>();
  const visit = (declaration: Declaration, path: readonly string[]): void => {
    for (const reference of references(declaration)) {
      const at = path.indexOf(reference.text);
      const target = program.find(reference.text);
      if (at >= 0) program.report(messages.cycle(verb, [...path.slice(at), reference.text]), reference.span, declaration.source);
      else if (target?.kind === kind && !done.has(target.name)) visit(target, [...path, target.name]);
    }
    done.add(declaration.name);
  };
  for (const declaration of program.current) if (declaration.kind === kind && !done.has(declaration.name)) visit(declaration, [declaration.name]);
}

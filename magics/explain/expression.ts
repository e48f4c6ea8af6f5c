import type { EntryPlan, ExpressionPlan, LoopPlan, TaskPlan } from '../../dsl/index.js';

type Of<Op extends ExpressionPlan['op']> = Extract<ExpressionPlan, { op: Op }>;
/** How a template's arguments are written where its body names the parameters. */
type Arguments = ReadonlyMap<string, ExpressionPlan>;

/** The lowest level that an operator's operand may have without parentheses; see the precedence of the language. */
const levels = { conditional: 0, coalesce: 1, or: 2, and: 3, not: 4, '==': 5, '!=': 5, '<': 5, '<=': 5, '>': 5, '>=': 5, in: 5, '+': 6, '-': 6, '*': 7, '/': 7, negate: 8, postfix: 9 } as const;

/**
 * An expression of a plan in the language's own words: what it means after templates and params are filled in. The language
 * reads it back as the same plan.
 *
 * @example
 * printExpression({ op: 'call', name: 'trim', args: [{ op: 'field', name: 'text' }] }); // 'trim(field.text)'
 */
export const printExpression = (expression: ExpressionPlan): string => print(expression, 0, new Map());

function print(expression: ExpressionPlan, floor: number, given: Arguments): string {
  const inner = (part: ExpressionPlan, level = 0) => print(part, level, given);
  const at = (level: number, text: string) => (level < floor ? `(${text})` : text);
  switch (expression.op) {
    case 'literal':
      return typeof expression.value === 'number' && expression.value < 0 ? at(levels.negate, String(expression.value)) : literal(expression.value);
    case 'list':
      return `[${expression.items.map((item) => inner(item)).join(', ')}]`;
    case 'text':
      return `"${expression.parts.map((part) => {
        const filled = part.op === 'variable' ? given.get(part.name) ?? part : part;
        return filled.op === 'literal' && typeof filled.value === 'string' ? escape(filled.value) : `{${inner(part)}}`;
      }).join('')}"`;
    case 'field':
      return `field.${name(expression.name)}`;
    case 'field_by_name':
      return `field[${inner(expression.name)}]`;
    case 'answer':
    case 'answers':
      return `question.${name(expression.question)}`;
    case 'unify':
      return at(levels.postfix, printUnify(expression));
    case 'suggestion':
      return `suggestion.${name(expression.question)}${expression.part === 'value' ? '' : `.${expression.part}`}`;
    case 'metadata':
      return `metadata.${name(expression.name)}`;
    case 'id':
    case 'annotator':
    case 'status':
      return expression.op;
    case 'variable': {
      const argument = given.get(expression.name);
      // An argument was written outside of the template, where its names mean other things.
      return argument ? print(argument, floor, new Map()) : name(expression.name);
    }
    case 'bind':
      return print(expression.body, floor, new Map(Object.entries(expression.names).map(([parameter, value]) => [parameter, substitute(value, given)])));
    case 'call':
      return `${expression.name}(${expression.args.map((argument) => inner(argument)).join(', ')})`;
    case 'not':
      return at(levels.not, `not ${inner(expression.value, levels.not)}`);
    case 'negate':
      return at(levels.negate, `-${inner(expression.value, levels.negate)}`);
    case 'conditional':
      return at(levels.conditional, `${inner(expression.test, 1)} ? ${inner(expression.then)} : ${inner(expression.else)}`);
    case 'index':
      return `${inner(expression.value, levels.postfix)}[${inner(expression.index)}]`;
    case 'slice':
      return `${inner(expression.value, levels.postfix)}[${expression.from ? inner(expression.from, 1) : ''}:${expression.to ? inner(expression.to, 1) : ''}]`;
    default: {
      const level = levels[expression.op];
      const left = inner(expression.left, level === levels.in ? level + 1 : level);
      return at(level, `${left} ${expression.op === 'coalesce' ? '??' : expression.op} ${inner(expression.right, level + 1)}`);
    }
  }
}

/** An argument of a template that is called in another one's body, with the outer one's arguments filled in. */
function substitute(value: ExpressionPlan, given: Arguments): ExpressionPlan {
  if (given.size === 0) return value;
  return value.op === 'variable' && given.has(value.name) ? given.get(value.name)! : { op: 'bind', names: Object.fromEntries(given), body: value };
}

function printUnify({ question, strategy, ties, statuses }: Of<'unify'>): string {
  const options = [
    ...(ties === 'first' ? [] : [`ties: ${ties}`]),
    ...(statuses.length === 1 && statuses[0] === 'submitted' ? [] : [`statuses: [${statuses.join(', ')}]`]),
  ];
  return `${name(question)} by ${strategy}${options.length > 0 ? `(${options.join(', ')})` : ''}`;
}

const reserved = new Set(['let', 'where', 'for', 'and', 'or', 'not', 'in', 'by', 'true', 'false', 'null']);
const name = (text: string): string => (/^[A-Za-z_]\w*(?:-[A-Za-z0-9]\w*)*$/.test(text) && !reserved.has(text) ? text : `\`${text}\``);
const literal = (value: string | number | boolean | null): string => (typeof value === 'string' ? `"${escape(value)}"` : String(value));
const escapes: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t', '{': '{{', '}': '}}' };
/** Characters that a text cannot hold as they are. */
const escape = (text: string): string =>
  text.replace(/["\\\n\t{}]|[\0-\x1f\x7f]/g, (character) => escapes[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`);

/** The head of a loop, as `each response including draft`. */
export function printLoop(loop: LoopPlan): string {
  switch (loop.over) {
    case 'responses': {
      const more = loop.statuses.filter((status) => status !== 'submitted');
      return `${loop.first ? 'first' : 'each'} response${more.length > 0 ? ` including ${more.join(', ')}` : ''}`;
    }
    case 'pairs':
      return `each pair (${name(loop.better)}, ${name(loop.worse)}) in ${printExpression(loop.ranking)}`;
    case 'items':
      return `each ${name(loop.name)} in ${printExpression(loop.list)}`;
  }
}

/** A task as a program, with everything that it inherits, templates and params filled in. */
export function printTask({ name: task, kind, dataset, settings, entries, using }: TaskPlan): string {
  const head = `task ${task}: ${kind}${dataset === undefined ? '' : ` on ${dataset}`}`;
  if (!entries) return `${head} using ${using!.includes('#') ? `"${using}"` : using}\n`;
  const options = Object.entries(settings).map(([key, value]) => `  ${key} = ${typeof value === 'string' ? `"${escape(value)}"` : JSON.stringify(value)}\n`);
  return `${head} {\n${printEntries(entries, '  ')}${options.join('')}}\n`;
}

function printEntries(entries: readonly EntryPlan[], indent: string): string {
  return entries.map((entry) => {
    switch (entry.entry) {
      case 'let':
        return `${indent}let ${name(entry.name)} = ${printExpression(entry.value)}\n`;
      case 'column':
        return `${indent}${name(entry.name)} = ${printExpression(entry.value)}\n`;
      case 'where':
        return `${indent}where ${printExpression(entry.test)}\n`;
      case 'for':
        return `${indent}for ${printLoop(entry.loop)} {\n${printEntries(entry.body, `${indent}  `)}${indent}}\n`;
    }
  }).join('');
}

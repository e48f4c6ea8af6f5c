/**
 * Expressions compiled to closures, once a task. Each comes with `why`, asked only when a row is dropped: what was
 * missing. Nulls as `program.ts` says.
 */
import type { Column, ResponseStatus } from '../dataset/record.js';
import { AnswerCollector } from '../unify/answers.js';
import { tied, unanswered, type Setting, type Strategy } from '../unify/strategy.js';
import type { Frame } from './frame.js';
import { checkArgument, functionNamed, functions, slice } from './functions.js';
import { nearest } from '../nearest.js';
import type { Binary, Expression } from './program.js';
import { compare, describe, isEqual, toText, ValueError, type Value } from './value.js';

export interface Compiled {
  readonly run: (frame: Frame) => Value;
  /** The reason for a null, in words of the user's; nothing where there is nothing to say. */
  readonly why: (frame: Frame) => string | undefined;
}

/** A `let`, a column, a loop variable or a template's parameter: where its value stands, and what made it. */
export interface Variable {
  readonly slot: number;
  readonly from: Compiled | null;
}
export type Scope = ReadonlyMap<string, Variable>;

/** What compiling needs beside the expression. */
export interface Compiler {
  newSlot(): number;
  placeOfField(name: string): number;
  unification(unify: Unify): { readonly strategy: Strategy; readonly setting: Setting };
}

export type Unify = Extract<Expression, { op: 'unify' }>;
type Of<Op extends Expression['op']> = Extract<Expression, { op: Op }>;

const silent = (): undefined => undefined;

export function compile(expression: Expression, scope: Scope, compiler: Compiler): Compiled {
  const inner = (part: Expression) => compile(part, scope, compiler);
  switch (expression.op) {
    case 'literal': {
      const { value } = expression;
      return { run: () => value, why: silent };
    }
    case 'list': {
      const items = expression.items.map(inner);
      return { run: (frame) => items.map((item) => item.run(frame)), why: firstReason(items) };
    }
    case 'text':
      return template(expression.parts.map(inner));
    case 'field': {
      const place = compiler.placeOfField(expression.name);
      const missing = `field "${expression.name}" is missing`;
      return { run: (frame) => (frame.fields[place] as Column<string | null>).get(frame.index), why: () => missing };
    }
    case 'field_by_name': {
      const name = inner(expression.name);
      return {
        run: (frame) => {
          const value = name.run(frame);
          return value === null ? null : frame.field(toText(value));
        },
        why: (frame) => name.why(frame) ?? `field "${toText(name.run(frame))}" is missing`,
      };
    }
    case 'answer': {
      const { question } = expression;
      return { run: (frame) => frame.response?.values[question] ?? null, why: () => `no answer to "${question}"` };
    }
    case 'answers':
      return answers(expression);
    case 'unify':
      return unify(expression, compiler);
    case 'suggestion': {
      const { question, part } = expression;
      const missing = part === 'value' ? `no suggestion for "${question}"` : `the suggestion for "${question}" has no ${part}`;
      return { run: (frame) => (frame.suggestion(question)?.[part] as Value) ?? null, why: () => missing };
    }
    case 'metadata': {
      const { name } = expression;
      return { run: (frame) => member(frame.metadata, name), why: () => `metadata "${name}" is missing` };
    }
    case 'id':
      return { run: (frame) => frame.id, why: silent };
    case 'annotator':
      return { run: (frame) => frame.response?.annotator ?? null, why: () => 'the annotator is unknown' };
    case 'status':
      return { run: (frame) => frame.response?.status ?? null, why: silent };
    case 'variable': {
      const variable = scope.get(expression.name);
      if (!variable)
        throw new ValueError(
          'name/unknown-name',
          `There is no column or let "${expression.name}" above.`,
          nearest(expression.name, [...scope.keys()]),
        );
      const { slot, from } = variable;
      return { run: (frame) => frame.slots[slot], why: (frame) => from?.why(frame) };
    }
    case 'bind':
      return bind(expression, scope, compiler);
    case 'call':
      return call(expression, inner);
    case 'not': {
      const value = inner(expression.value);
      return { run: (frame) => truth('not', value.run(frame), (test) => !test), why: value.why };
    }
    case 'negate': {
      const value = inner(expression.value);
      return { run: (frame) => arithmetic('-', 0, value.run(frame)), why: value.why };
    }
    case 'conditional': {
      const [test, then, otherwise] = [inner(expression.test), inner(expression.then), inner(expression.else)];
      const branch = (frame: Frame) => (truth('? :', test.run(frame), Boolean) === true ? then : otherwise);
      return { run: (frame) => branch(frame).run(frame), why: (frame) => branch(frame).why(frame) };
    }
    case 'index':
      return index(inner(expression.value), inner(expression.index));
    case 'slice': {
      const [value, from, to] = [inner(expression.value), expression.from && inner(expression.from), expression.to && inner(expression.to)];
      return {
        run: (frame) => {
          const whole = value.run(frame);
          return whole === null ? null : slice(whole, from ? from.run(frame) : null, to ? to.run(frame) : null);
        },
        why: value.why,
      };
    }
    default:
      return binary(expression, inner);
  }
}

/** The reason of the first part that is null. */
function firstReason(parts: readonly Compiled[]): Compiled['why'] {
  return (frame) => {
    for (const part of parts) if (part.run(frame) === null) return part.why(frame);
    return undefined;
  };
}

function template(parts: readonly Compiled[]): Compiled {
  return {
    run: (frame) => {
      let text = '';
      for (const part of parts) {
        const value = part.run(frame);
        if (value === null) return null;
        text += typeof value === 'string' ? value : toText(value);
      }
      return text;
    },
    why: firstReason(parts),
  };
}

function answers({ question, statuses }: Of<'answers'>): Compiled {
  const collector = new AnswerCollector(question, statuses);
  return {
    run: (frame) => (collector.collect('', frame.responses), [...collector.values]),
    why: () => noAnswer(question, statuses),
  };
}

function unify(expression: Unify, compiler: Compiler): Compiled {
  const { question, statuses } = expression;
  const { strategy, setting } = compiler.unification(expression);
  if (strategy.keepsAll) {
    // The task makes a row for each answer, so that here it is one annotator's.
    const run = ({ response }: Frame) => (response && statuses.includes(response.status) ? (response.values[question] ?? null) : null);
    return { run, why: () => noAnswer(question, statuses) };
  }
  const collector = new AnswerCollector(question, statuses);
  const unifier = strategy.unifier(setting);
  const unified = (frame: Frame) => (collector.collect(frame.id, frame.responses) ? unifier(collector) : unanswered);
  return {
    run: (frame) => {
      const value = unified(frame);
      return value === unanswered || value === tied ? null : value;
    },
    why: (frame) => (unified(frame) === tied ? `tie in "${question}"` : noAnswer(question, statuses)),
  };
}

function noAnswer(question: string, statuses: readonly ResponseStatus[]): string {
  return `no ${statuses.join(' or ')} answer to "${question}"`;
}

function bind({ names, body }: Of<'bind'>, scope: Scope, compiler: Compiler): Compiled {
  const bound = Object.entries(names).map(([name, value]) => ({ name, slot: compiler.newSlot(), from: compile(value, scope, compiler) }));
  const inside = compile(body, new Map([...scope, ...bound.map(({ name, slot, from }) => [name, { slot, from }] as const)]), compiler);
  const fill = (frame: Frame) => {
    for (const { slot, from } of bound) frame.slots[slot] = from.run(frame);
  };
  return { run: (frame) => (fill(frame), inside.run(frame)), why: (frame) => (fill(frame), inside.why(frame)) };
}

function call({ name, args }: Of<'call'>, inner: (part: Expression) => Compiled): Compiled {
  const definition = functionNamed(name);
  if (!definition)
    throw new ValueError(
      'name/unknown-function',
      `There is no function "${name}".`,
      nearest(
        name,
        functions.map((known) => known.name),
      ),
    );
  const most = definition.variadic ? Infinity : definition.args.length;
  if (args.length < definition.required || args.length > most) {
    throw new ValueError(
      'type/arguments',
      `"${name}" takes ${definition.args.map((arg) => arg.name).join(', ')}, and is given ${args.length}.`,
    );
  }
  const compiled = args.map(inner);
  const run = definition.run as (...values: Value[]) => Value;
  return {
    run: (frame) => {
      const values: Value[] = [];
      for (let i = 0; i < compiled.length; i++) {
        const value = compiled[i]!.run(frame);
        if (!definition.seesNull) {
          if (value === null) return null;
          checkArgument(definition, i, value);
        }
        values.push(value);
      }
      return finite(run(...values));
    },
    why: (frame) => {
      const missing = compiled.find((part) => part.run(frame) === null);
      return missing ? missing.why(frame) : `"${name}" gives nothing`;
    },
  };
}

function index(value: Compiled, at: Compiled): Compiled {
  return {
    run: (frame) => {
      const whole = value.run(frame);
      const position = at.run(frame);
      if (whole === null || position === null) return null;
      if (typeof position === 'string' && typeof whole === 'object' && !Array.isArray(whole)) return member(whole, position);
      if (!Number.isInteger(position))
        throw new ValueError('type/operand', `An item is asked for by a whole number, not by ${describe(position)}.`);
      if (Array.isArray(whole)) return (whole.at(position as number) as Value) ?? null;
      const end = (position as number) === -1 ? null : (position as number) + 1;
      return slice(whole, position, end) || null;
    },
    why: (frame) => (value.run(frame) === null ? value.why(frame) : (at.why(frame) ?? 'there is no item at that place')),
  };
}

function binary(expression: Of<Binary>, inner: (part: Expression) => Compiled): Compiled {
  const { op } = expression;
  const [left, right] = [inner(expression.left), inner(expression.right)];
  if (op === 'coalesce') {
    return { run: (frame) => left.run(frame) ?? right.run(frame), why: (frame) => right.why(frame) ?? left.why(frame) };
  }
  if (op === 'and' || op === 'or') {
    const decisive = op === 'or';
    return {
      run: (frame) => {
        const a = truth(op, left.run(frame), Boolean);
        if (a === decisive) return decisive;
        const b = truth(op, right.run(frame), Boolean);
        return b === decisive ? decisive : a === null || b === null ? null : !decisive;
      },
      why: firstReason([left, right]),
    };
  }
  const apply = operators[op];
  return {
    run: (frame) => {
      const a = left.run(frame);
      if (a === null) return null;
      const b = right.run(frame);
      return b === null ? null : apply(a, b);
    },
    why: (frame) => firstReason([left, right])(frame) ?? (op === '/' ? 'division by zero' : undefined),
  };
}

const operators: Readonly<Record<Exclude<Binary, 'and' | 'or' | 'coalesce'>, (a: Value, b: Value) => Value>> = {
  '==': isEqual,
  '!=': (a, b) => !isEqual(a, b),
  '<': (a, b) => compare(a, b, '<') < 0,
  '<=': (a, b) => compare(a, b, '<=') <= 0,
  '>': (a, b) => compare(a, b, '>') > 0,
  '>=': (a, b) => compare(a, b, '>=') >= 0,
  in: (item, list) => {
    if (Array.isArray(list)) return list.some((each) => isEqual(each, item));
    if (typeof list === 'string' && typeof item === 'string') return list.includes(item);
    throw new ValueError(
      'type/operand',
      `"in" looks for ${describe(item)} in ${describe(list)}.`,
      'It looks for an item in a list, or a text in a text.',
    );
  },
  '+': (a, b) => {
    if (typeof a === 'string' && typeof b === 'string') return a + b;
    if (Array.isArray(a) && Array.isArray(b)) return [...(a as Value[]), ...(b as Value[])];
    return arithmetic('+', a, b);
  },
  '-': (a, b) => arithmetic('-', a, b),
  '*': (a, b) => arithmetic('*', a, b),
  '/': (a, b) => arithmetic('/', a, b),
};

function arithmetic(op: '+' | '-' | '*' | '/', a: Value, b: Value): number | null {
  if (a === null || b === null) return null;
  if (typeof a !== 'number' || typeof b !== 'number') {
    throw new ValueError(
      'type/operand',
      `"${op}" cannot take ${describe(a)} and ${describe(b)}.`,
      'Write "{a}{b}" to join texts, number(…) to read a number from a text.',
    );
  }
  const result = op === '+' ? a + b : op === '-' ? a - b : op === '*' ? a * b : a / b;
  return finite(result) as number | null;
}

function truth(op: string, value: Value, decide: (value: boolean) => boolean): boolean | null {
  if (value === null) return null;
  if (typeof value === 'boolean') return decide(value);
  throw new ValueError('type/operand', `"${op}" wants true or false and gets ${describe(value)}.`, 'Compare it with something.');
}

/** The test of a `where`: nulls do not pass. */
export function passes(value: Value): boolean {
  return truth('where', value, Boolean) === true;
}

/** Numbers are finite or null: there is no other in JSON. */
function finite(value: Value): Value {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

/** A member by name, of the object itself alone. */
function member(of: object, name: string): Value {
  return Object.hasOwn(of, name) ? ((of as Record<string, Value>)[name] ?? null) : null;
}

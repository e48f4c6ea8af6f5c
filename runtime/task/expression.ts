/**
 * Expressions compiled to closures, once a task. Each comes with `why`, asked only when a row is dropped: what was
 * missing; and with `origins`, asked only when a task is explained. Nulls as `program.ts` says.
 */
import type { Column, ResponseStatus } from '../dataset/record.js';
import { AnswerCollector } from '../unify/answers.js';
import { tied, unanswered, type Setting, type Strategy } from '../unify/strategy.js';
import type { Frame } from './frame.js';
import { checkArgument, functionNamed, functions, slice } from './functions.js';
import { lateColumn, lateLiteral, lateTemplate, type LateText } from './lateText.js';
import { nearest } from '../nearest.js';
import { arithmetic, finite, member, operators, truth } from './operators.js';
import { union, type Origin } from './origin.js';
import type { Binary, Expression } from './program.js';
import { describe, toText, ValueError, type Value } from './value.js';

export interface Compiled {
  readonly run: (frame: Frame) => Value;
  /** The reason for a null, in words of the user's; nothing where there is nothing to say. */
  readonly why: (frame: Frame) => string | undefined;
  /** Where this record's value came from; of `??` and `? :` the branch that was taken. */
  readonly origins: (frame: Frame) => readonly Origin[];
  /** The same as `run` gives, where it is a text that may be written without being made. */
  readonly late?: LateText | undefined;
}

/** A `let`, a column, a loop variable or a template's parameter: where its value stands, and what made it. */
export interface Variable {
  readonly slot: number;
  readonly from: Compiled | null;
  /** Worked out anew wherever it is asked for: it costs nothing, and the slot stays empty. */
  readonly inPlace?: true | undefined;
}
export type Scope = ReadonlyMap<string, Variable>;

/** What compiling needs beside the expression. */
export interface Compiler {
  newSlot(): number;
  placeOfField(name: string): number;
  placeOfQuestion(name: string): number;
  isText(question: string): boolean;
  unification(unify: Unify): { readonly strategy: Strategy; readonly setting: Setting };
}

export type Unify = Extract<Expression, { op: 'unify' }>;
type Of<Op extends Expression['op']> = Extract<Expression, { op: Op }>;

const silent = (): undefined => undefined;
const none = (): readonly Origin[] => [];
const originsOf = (parts: readonly Compiled[]): Compiled['origins'] => (frame) => union(parts.map((part) => part.origins(frame)));

export function compile(expression: Expression, scope: Scope, compiler: Compiler): Compiled {
  const inner = (part: Expression) => compile(part, scope, compiler);
  switch (expression.op) {
    case 'literal': {
      const { value } = expression;
      return { run: () => value, why: silent, origins: none, late: typeof value === 'string' ? lateLiteral(value) : undefined };
    }
    case 'list': {
      const items = expression.items.map(inner);
      return { run: (frame) => items.map((item) => item.run(frame)), why: firstReason(items), origins: originsOf(items) };
    }
    case 'text':
      return template(expression.parts.map(inner));
    case 'field': {
      const place = compiler.placeOfField(expression.name);
      const missing = `field "${expression.name}" is missing`;
      const origins: readonly Origin[] = [{ of: 'field', name: expression.name }];
      const column = (frame: Frame) => frame.fields[place]!;
      return { run: (frame) => column(frame).get(frame.index), why: () => missing, origins: () => origins, late: lateColumn(column, ({ index }) => index) };
    }
    case 'field_by_name': {
      const name = inner(expression.name);
      return {
        run: (frame) => {
          const value = name.run(frame);
          return value === null ? null : frame.field(toText(value));
        },
        why: (frame) => name.why(frame) ?? `field "${toText(name.run(frame))}" is missing`,
        origins: (frame) => union([name.run(frame) === null ? [] : [{ of: 'field', name: toText(name.run(frame)) }], name.origins(frame)]),
      };
    }
    case 'answer': {
      const { question } = expression;
      const place = compiler.placeOfQuestion(question);
      const late = compiler.isText(question) ? lateColumn((frame) => frame.answers[place] as Column<string | null>, ({ response }) => response) : undefined;
      return { run: ({ answers, response }) => (response < 0 ? null : answers[place]!.get(response)), why: () => `no answer to "${question}"`, origins: (frame) => answerOf(frame, frame.response, question), late };
    }
    case 'answers':
      return answers(expression);
    case 'unify':
      return unify(expression, compiler);
    case 'suggestion': {
      const { question, part } = expression;
      const missing = part === 'value' ? `no suggestion for "${question}"` : `the suggestion for "${question}" has no ${part}`;
      return {
        run: (frame) => (frame.suggestion(question)?.[part] as Value) ?? null,
        why: () => missing,
        origins: (frame) => [{ of: 'suggestion', question, part, agent: frame.suggestion(question)?.agent ?? null }],
      };
    }
    case 'metadata': {
      const { name } = expression;
      return { run: (frame) => member(frame.metadata, name), why: () => `metadata "${name}" is missing`, origins: () => [{ of: 'metadata', name }] };
    }
    case 'id':
      return { run: (frame) => frame.id, why: silent, origins: () => [{ of: 'id' }] };
    case 'annotator':
      return { run: annotatorOf, why: () => 'the annotator is unknown', origins: (frame) => [{ of: 'annotator', annotator: annotatorOf(frame) }] };
    case 'status':
      return { run: ({ response, responses }) => (response < 0 ? null : responses.status.get(response)), why: silent, origins: (frame) => [{ of: 'status', annotator: annotatorOf(frame) }] };
    case 'variable': {
      const variable = scope.get(expression.name);
      if (!variable)
        throw new ValueError(
          'name/unknown-name',
          `There is no column or let "${expression.name}" above.`,
          nearest(expression.name, [...scope.keys()]),
        );
      const { slot, from, inPlace } = variable;
      if (inPlace) return from!;
      return { run: (frame) => frame.slots[slot], why: (frame) => from?.why(frame), origins: (frame) => from?.origins(frame) ?? [] };
    }
    case 'bind':
      return bind(expression, scope, compiler);
    case 'call':
      return call(expression, inner);
    case 'not': {
      const value = inner(expression.value);
      return { ...value, run: (frame) => truth('not', value.run(frame), (test) => !test) };
    }
    case 'negate': {
      const value = inner(expression.value);
      return { ...value, run: (frame) => arithmetic('-', 0, value.run(frame)) };
    }
    case 'conditional': {
      const [test, then, otherwise] = [inner(expression.test), inner(expression.then), inner(expression.else)];
      const branch = (frame: Frame) => (truth('? :', test.run(frame), Boolean) === true ? then : otherwise);
      return { run: (frame) => branch(frame).run(frame), why: (frame) => branch(frame).why(frame), origins: (frame) => branch(frame).origins(frame) };
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
        origins: originsOf([value, from, to].filter((part) => part !== null)),
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
    origins: originsOf(parts),
    late: lateTemplate(parts.map(({ late }) => late)),
  };
}

function answers({ question, statuses }: Of<'answers'>): Compiled {
  const collector = new AnswerCollector(question, statuses);
  return {
    run: ({ batch, index }) => (collector.collect(batch, index), [...collector.values]),
    why: () => noAnswer(question, statuses),
    origins: (frame) => placesOf(frame, statuses).flatMap((place) => answerOf(frame, place, question)),
  };
}

function unify(expression: Unify, compiler: Compiler): Compiled {
  const { question, statuses } = expression;
  const { strategy, setting } = compiler.unification(expression);
  if (strategy.keepsAll) {
    // The task makes a row for each answer, so that here it is one annotator's.
    const place = compiler.placeOfQuestion(question);
    const run = ({ response, responses, answers }: Frame) => (response >= 0 && statuses.includes(responses.status.get(response)) ? answers[place]!.get(response) : null);
    return { run, why: () => noAnswer(question, statuses), origins: (frame) => answerOf(frame, frame.response, question) };
  }
  const collector = new AnswerCollector(question, statuses);
  const unifier = strategy.unifier(setting);
  const unified = (frame: Frame) => (collector.collect(frame.batch, frame.index) ? unifier(collector) : unanswered);
  return {
    run: (frame) => {
      const value = unified(frame);
      return value === unanswered || value === tied ? null : value;
    },
    why: (frame) => (unified(frame) === tied ? `tie in "${question}"` : noAnswer(question, statuses)),
    origins: (frame) => {
      if (!collector.collect(frame.batch, frame.index)) return [];
      const counted = collector.values.map((value, i) => ({ annotator: collector.annotators[i] ?? null, value }));
      // Whether a tie was decided is what the rule `drop` would say.
      const isTie = strategy.unifier({ ...setting, ties: 'drop' })(collector) === tied;
      return [{ of: 'unified', question, strategy: strategy.name, answers: counted, ...(isTie && { tie: setting.ties }) }];
    },
  };
}

const annotatorOf = ({ response, responses }: Frame): string | null => (response < 0 ? null : responses.annotator.get(response));

function answerOf({ responses }: Frame, place: number, question: string): readonly Origin[] {
  if (place < 0 || !responses.answer(question).has(place)) return [];
  return [{ of: 'answer', question, annotator: responses.annotator.get(place), status: responses.status.get(place) }];
}

/** Where the responses of the frame's record stand that have one of the statuses. */
export function placesOf({ responses: { starts, status }, index }: Frame, statuses: readonly ResponseStatus[]): number[] {
  const places: number[] = [];
  for (let place = starts[index]!; place < starts[index + 1]!; place++) if (statuses.includes(status.get(place))) places.push(place);
  return places;
}

function noAnswer(question: string, statuses: readonly ResponseStatus[]): string {
  return `no ${statuses.join(' or ')} answer to "${question}"`;
}

function bind({ names, body }: Of<'bind'>, scope: Scope, compiler: Compiler): Compiled {
  const bound = Object.entries(names).map(([name, value]) => {
    const from = compile(value, scope, compiler);
    return { name, slot: compiler.newSlot(), from, inPlace: from.late && (true as const) };
  });
  const inside = compile(body, new Map([...scope, ...bound.map(({ name, ...variable }) => [name, variable] as const)]), compiler);
  const fill = (frame: Frame) => {
    for (const { slot, from, inPlace } of bound) if (!inPlace) frame.slots[slot] = from.run(frame);
  };
  const late = bound.every(({ inPlace }) => inPlace) ? inside.late : undefined;
  return { late, run: (frame) => (fill(frame), inside.run(frame)), why: (frame) => (fill(frame), inside.why(frame)), origins: (frame) => (fill(frame), inside.origins(frame)) };
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
    origins: originsOf(compiled),
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
    origins: originsOf([value, at]),
  };
}

function binary(expression: Of<Binary>, inner: (part: Expression) => Compiled): Compiled {
  const { op } = expression;
  const [left, right] = [inner(expression.left), inner(expression.right)];
  if (op === 'coalesce') {
    return {
      run: (frame) => left.run(frame) ?? right.run(frame),
      why: (frame) => right.why(frame) ?? left.why(frame),
      origins: (frame) => (left.run(frame) === null ? right : left).origins(frame),
    };
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
      origins: originsOf([left, right]),
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
    origins: originsOf([left, right]),
  };
}

/** The test of a `where`: nulls do not pass. */
export function passes(value: Value): boolean {
  return truth('where', value, Boolean) === true;
}

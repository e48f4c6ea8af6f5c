import { arrange } from './arguments.js';
import type * as ast from './ast.js';
import type { Params } from './constant.js';
import * as messages from './messages.js';
import type { ExpressionPlan, Status } from './plan.js';
import type { Asked, Meaning, Meanings, Program, Records, Report } from './program.js';
import type { FunctionSchema, QuestionSchema } from './schema.js';
import type { Scope } from './scope.js';
import type { TemplateMeaning } from './template.js';
import { answerType, any, boolean, either, fits, listOf, literalType, number, text } from './types.js';

export const statuses: readonly Status[] = ['submitted', 'draft', 'discarded'];
export const ties = ['first', 'random', 'drop'] as const;
export const namespaces = ['field', 'question', 'suggestion', 'metadata'] as const;
export const strategyOptions: Readonly<Record<string, readonly string[]>> = { ties, statuses };

/**
 * Where an expression stands, which decides what a question outside a loop is there: a column's default strategy
 * makes one answer of several, a function's argument takes the list of them, elsewhere it is a mistake.
 */
export type Place = { readonly defaults: Readonly<Record<string, string>> } | 'list' | 'value';

/** What a name may mean, and where to say that it means nothing. */
export interface Surroundings {
  readonly program: Program;
  readonly params: Params;
  /** Absent in a template's body, which sees nothing of the record. */
  readonly records?: Records;
  readonly template?: string;
  readonly templateOf: (name: string) => TemplateMeaning | undefined;
  readonly meanings: Meanings;
  readonly report: Report;
}

/** Expressions beyond which templates are not filled into each other: doubling templates grow without end. */
const largest = 20_000;

const unknown: Meaning = { type: any };
const value = (plan: ExpressionPlan, type = any): Meaning => ({ plan, type });

/** Gives every expression its meaning: names looked up, calls of templates replaced, defaults filled in. */
export class Resolver {
  /** Expressions resolved so far, those of called templates included. */
  size = 0;

  constructor(private readonly around: Surroundings) {}

  resolve(expression: ast.Expression, scope: Scope, place: Place = 'value'): Meaning {
    this.size++;
    const meaning = this.meaningOf(expression, scope, place);
    this.around.meanings.set(expression, meaning);
    return meaning;
  }

  private meaningOf(expression: ast.Expression, scope: Scope, place: Place): Meaning {
    switch (expression.kind) {
      case 'Missing':
        return unknown;
      case 'Literal':
        return value({ op: 'literal', value: expression.value }, literalType(expression.value));
      case 'Text': {
        const parts = expression.parts.map((part): Meaning => (typeof part === 'string' ? value({ op: 'literal', value: part }) : this.resolve(part, scope)));
        return this.built(parts, (plans) => ({ op: 'text', parts: plans }), text);
      }
      case 'List': {
        const items = expression.items.map((item) => this.resolve(item, scope));
        const type = items.length === 0 ? any : items.map((item) => item.type).reduce(either);
        return this.built(items, (plans) => ({ op: 'list', items: plans }), type.type === 'any' ? { type: 'list' } : listOf(type));
      }
      case 'Name':
        return this.name(expression, scope, place);
      case 'Member':
        return this.member(expression, scope, place);
      case 'By':
        return this.by(expression, scope);
      case 'Call':
        return this.call(expression, scope);
      case 'Index':
        return this.index(expression, scope);
      case 'Slice': {
        const object = this.resolve(expression.object, scope);
        const ends = [expression.from, expression.to].map((end) => end && this.resolve(end, scope));
        return this.built([object, ...ends.filter((end): end is Meaning => end !== undefined)], ([of, ...rest]) => ({
          op: 'slice', value: of!, from: ends[0] ? rest[0]! : null, to: ends[1] ? rest[rest.length - 1]! : null,
        }), object.type);
      }
      case 'Unary': {
        const operand = this.resolve(expression.value, scope);
        if (expression.operator === '+') return operand.plan ? { plan: operand.plan, type: number } : { type: number };
        const op = expression.operator === 'not' ? 'not' : 'negate';
        if (op === 'negate' && operand.plan?.op === 'literal' && typeof operand.plan.value === 'number') return value({ op: 'literal', value: -operand.plan.value }, number);
        return this.built([operand], ([of]) => ({ op, value: of! }), op === 'not' ? boolean : number);
      }
      case 'Binary':
        return this.binary(expression, scope, place);
      case 'Conditional': {
        const test = this.resolve(expression.test, scope);
        const [then, otherwise] = [this.resolve(expression.then, scope, place), this.resolve(expression.otherwise, scope, place)];
        return { ...this.built([test, then, otherwise], ([a, b, c]) => ({ op: 'conditional', test: a!, then: b!, else: c! }), either(then.type, otherwise.type)), ...sameQuestion(then, otherwise) };
      }
    }
  }

  private built(operands: readonly Meaning[], build: (plans: readonly ExpressionPlan[]) => ExpressionPlan, type = any): Meaning {
    const plans = operands.flatMap(({ plan }) => plan ?? []);
    return plans.length === operands.length ? { plan: build(plans), type } : { type };
  }

  private binary({ operator, left, right }: ast.Binary, scope: Scope, place: Place): Meaning {
    const isDefault = operator === '??';
    const [a, b] = [this.resolve(left, scope, isDefault ? place : 'value'), this.resolve(right, scope, isDefault ? place : operator === 'in' ? 'list' : 'value')];
    const op = isDefault ? 'coalesce' : operator;
    const type = isDefault ? either(a.type, b.type)
      : operator === '+' ? (a.type.type === 'any' ? b.type : a.type)
      : operator === '-' || operator === '*' || operator === '/' ? number : boolean;
    const meaning = this.built([a, b], ([x, y]) => ({ op, left: x!, right: y! }), type);
    return isDefault ? { ...meaning, ...sameQuestion(a, b) } : meaning;
  }

  // Names

  private name({ text: name, span }: ast.Name, scope: Scope, place: Place): Meaning {
    const { records, params, report, template } = this.around;
    const variable = scope.find(name);
    if (variable) return variable;
    if (records) {
      if (scope.inResponses && (name === 'status' || name === 'annotator')) return value({ op: name }, text);
      if (name === 'id') return value({ op: 'id' }, text);
      if (!records.schema) return unknown;
      const isField = records.schema.fields.some((field) => field.name === name);
      const question = own(records.schema.questions, name);
      if (isField && question) return (report(messages.ambiguous(name), span), unknown);
      if (isField) return value({ op: 'field', name }, text);
      if (question) return this.answer(name, question, span, scope, place);
    }
    if (params.has(name)) {
      const literal = params.get(name);
      return literal === undefined ? unknown : value({ op: 'literal', value: literal }, literalType(literal));
    }
    report(this.unknownName(name, scope, template), span);
    return unknown;
  }

  private unknownName(name: string, scope: Scope, template: string | undefined) {
    const { records, params } = this.around;
    const known = [...scope.names(), ...this.recordNames(), ...params.keys()];
    if (template !== undefined) return messages.unknownInTemplate(template, name, known);
    if (records && (name === 'status' || name === 'annotator')) return messages.responseOnly(name);
    if ((namespaces as readonly string[]).includes(name)) return messages.namespaceAlone(name);
    return records?.name === undefined ? messages.unknownName(name, known) : messages.unknownQuestion(records.name, name, known);
  }

  private recordNames(): string[] {
    const schema = this.around.records?.schema;
    return schema ? [...schema.fields.map((field) => field.name), ...Object.keys(schema.questions)] : [];
  }

  /** A question named without `by`. */
  private answer(name: string, schema: QuestionSchema | undefined, span: ast.Name['span'], scope: Scope, place: Place): Meaning {
    const { program, report } = this.around;
    const asked: Asked = { name, ...(schema ? { schema } : {}) };
    const type = answerType(schema?.type);
    if (scope.inResponses) return { plan: { op: 'answer', question: name }, type, asked };
    if (place === 'list') {
      return { plan: { op: 'answers', question: name, statuses: ['submitted'] }, type: listOf(type), asked: { ...asked, several: true } };
    }
    if (place !== 'value') {
      if (!schema) return unknown;
      const strategy = own(place.defaults, schema.type);
      if (strategy !== undefined) return { plan: { op: 'unify', question: name, strategy, ties: 'first', statuses: ['submitted'] }, type, asked };
    }
    const able = program.schema.strategies.filter(({ questions }) => schema && questions.includes(schema.type));
    report(messages.severalAnswers(name, able.map((strategy) => strategy.name)), span);
    return unknown;
  }

  private member(expression: ast.Member, scope: Scope, place: Place): Meaning {
    const { object, member } = expression;
    if (object.kind === 'Name' && isNamespace(object.text)) return this.inNamespace(object.text, member.text, member.span, expression.span, scope, place);
    if (object.kind === 'Member' && object.object.kind === 'Name' && object.object.text === 'suggestion') {
      const suggestion = this.resolve(object, scope, 'list');
      const part = member.text;
      if (part !== 'score' && part !== 'agent') {
        this.around.report(messages.unknownKey('A suggestion', part, ['score', 'agent']), member.span);
        return unknown;
      }
      if (suggestion.plan?.op !== 'suggestion') return unknown;
      return value({ ...suggestion.plan, part }, part === 'agent' ? text : any);
    }
    if (this.resolve(object, scope, 'list').plan) this.around.report(messages.noMembers(), member.span);
    return unknown;
  }

  private inNamespace(space: (typeof namespaces)[number], name: string, nameSpan: ast.Name['span'], span: ast.Name['span'], scope: Scope, place: Place): Meaning {
    const { records, report, template } = this.around;
    if (!records) return (report(template === undefined ? messages.unknownName(space, []) : messages.unknownInTemplate(template, space, scope.names()), nameSpan), unknown);
    const { schema } = records;
    const miss = (known: readonly string[]) => (report(messages.unknownMember(records.name ?? '', space, name, known), nameSpan), unknown);
    const question = schema && own(schema.questions, name);
    switch (space) {
      case 'field':
        if (schema && !schema.fields.some((field) => field.name === name)) return miss(schema.fields.map((field) => field.name));
        return value({ op: 'field', name }, text);
      case 'question':
        return schema && !question ? miss(Object.keys(schema.questions)) : this.answer(name, question, span, scope, place);
      case 'suggestion':
        if (schema && !question) return miss(Object.keys(schema.questions));
        return { plan: { op: 'suggestion', question: name, part: 'value' }, type: answerType(question?.type), asked: { name, ...(question ? { schema: question } : {}) } };
      case 'metadata':
        if (schema && !schema.extraMetadata && !schema.metadata.includes(name)) return miss(schema.metadata);
        return value({ op: 'metadata', name });
    }
  }

  private index({ object, index }: ast.Index, scope: Scope): Meaning {
    if (object.kind === 'Name' && isNamespace(object.text) && !scope.find(object.text)) {
      const by = this.resolve(index, scope);
      if (index.kind === 'Literal' && typeof index.value === 'string') return this.inNamespace(object.text, index.value, index.span, index.span, scope, 'value');
      if (object.text !== 'field') return (this.around.report(messages.namespaceAlone(object.text), object.span), unknown);
      return this.built([by], ([name]) => ({ op: 'field_by_name', name: name! }), text);
    }
    const [of, at] = [this.resolve(object, scope), this.resolve(index, scope)];
    const type = of.type.type === 'list' ? of.type.of ?? any : of.type.type === 'text' ? text : any;
    return this.built([of, at], ([x, i]) => ({ op: 'index', value: x!, index: i! }), type);
  }

  private by({ question, strategy, options, span }: ast.By, scope: Scope): Meaning {
    const { records, report } = this.around;
    const settings = this.strategySettings(options);
    const asked = this.questionBefore(question, scope);
    if (!asked) return unknown;
    if (scope.inResponses) return (report(messages.byInLoop(asked.name), { start: strategy.span.start, end: span.end }), unknown);
    const type = answerType(asked.schema?.type);
    if (!records || !settings) return { type, asked };
    return { plan: { op: 'unify', question: asked.name, strategy: strategy.text, ...settings }, type, asked };
  }

  /** The question that stands before `by`; where that is something else, it is said. */
  private questionBefore(expression: ast.Expression, scope: Scope): Asked | undefined {
    const { records, report } = this.around;
    if (expression.kind === 'Member' && expression.object.kind === 'Name' && expression.object.text === 'question') {
      const found = this.inNamespace('question', expression.member.text, expression.member.span, expression.span, scope, 'list');
      return found.asked && { name: found.asked.name, ...(found.asked.schema ? { schema: found.asked.schema } : {}) };
    }
    const name = expression.kind === 'Name' ? expression.text : undefined;
    if (name === undefined) return (report(messages.notAQuestion(expression.kind === 'Member' ? expression.member.text : ''), expression.span), undefined);
    const question = records?.schema && own(records.schema.questions, name);
    const isField = records?.schema?.fields.some((field) => field.name === name);
    if (question && !isField) return { name, schema: question };
    if (records && !records.schema && !scope.find(name)) return { name };
    const found = this.resolve(expression, scope, 'list');
    if (found.plan) report(messages.notAQuestion(name), expression.span);
    return undefined;
  }

  private strategySettings(options: readonly ast.Argument[]): { ties: (typeof ties)[number]; statuses: Status[] } | undefined {
    const { report } = this.around;
    let isRight = true;
    const wrong = (...problem: Parameters<Report>) => ((isRight = false), report(...problem));
    const settings = { ties: ties[0] as (typeof ties)[number], statuses: ['submitted'] as Status[] };
    const word = <T extends string>(what: string, expression: ast.Expression, known: readonly T[]): T[] => {
      const written = expression.kind === 'Name' ? expression.text : expression.kind === 'Literal' ? expression.value : undefined;
      if (known.includes(written as T)) return [written as T];
      if (expression.kind === 'Missing') isRight = false;
      else wrong(messages.unknownWord(what, String(written ?? 'that'), known), expression.span);
      return [];
    };
    const seen = new Set<string>();
    for (const { name, value: given } of options) {
      if (!name) wrong(messages.unknownStrategyOption('', Object.keys(strategyOptions)), given.span);
      else if (seen.has(name.text)) wrong(messages.duplicateKey(name.text), name.span);
      else if (name.text === 'ties') settings.ties = word('A way to decide ties', given, ties)[0] ?? settings.ties;
      else if (name.text === 'statuses') {
        const listed = (given.kind === 'List' ? given.items : [given]).flatMap((item) => word('A status', item, statuses));
        settings.statuses = statuses.filter((status) => listed.includes(status));
      } else wrong(messages.unknownStrategyOption(name.text, Object.keys(strategyOptions)), name.span);
      if (name) seen.add(name.text);
    }
    return isRight ? settings : undefined;
  }

  // Calls

  private call({ callee, args }: ast.Call, scope: Scope): Meaning {
    const { program, report, templateOf } = this.around;
    const declared = program.find(callee.text);
    if (declared?.kind === 'template') {
      const given = new Map(args.map(({ value: argument }) => [argument, this.resolve(argument, scope)]));
      const template = templateOf(callee.text);
      if (!template) return { type: any };
      this.size += template.size;
      if (this.size > largest) return (report(messages.tooLarge(callee.text), callee.span), { type: any });
      const { byParameter } = arrange(args, template.parameters.map((parameter) => parameter.name));
      const bound = template.parameters.map((parameter): [string, ExpressionPlan | undefined] => {
        const argument = byParameter.get(parameter.name);
        return [parameter.name, argument ? given.get(argument.value)?.plan : parameter.fallback?.plan];
      });
      const isWhole = template.body.plan && bound.every(([, plan]) => plan) && args.every((argument) => given.get(argument.value)?.plan);
      if (!isWhole) return { type: template.body.type };
      return { plan: { op: 'bind', names: Object.fromEntries(bound) as Record<string, ExpressionPlan>, body: template.body.plan! }, type: template.body.type };
    }
    const known = program.schema.functions.find(({ name }) => name === callee.text);
    const meanings = args.map(({ value: argument }) => ({ argument, meaning: this.resolve(argument, scope, 'list') }));
    if (!known) {
      report(messages.unknownFunction(callee.text, [...program.names('template'), ...program.schema.functions.map(({ name }) => name)]), callee.span);
      return unknown;
    }
    const { byParameter, rest } = arrange(args, known.args.map(({ name }) => name), known.variadic);
    const last = known.args.findLastIndex(({ name }) => byParameter.has(name));
    const ordered = [...known.args.slice(0, last + 1).map(({ name }) => byParameter.get(name)?.value), ...rest.map((argument) => argument.value)];
    const plans = ordered.map((argument) => (argument ? meanings.find((one) => one.argument === argument)?.meaning.plan : ({ op: 'literal', value: null } as const)));
    const result = resultOf(known, meanings[0]?.meaning);
    if (!plans.every((plan): plan is ExpressionPlan => plan !== undefined)) return result;
    return { plan: { op: 'call', name: known.name, args: plans }, ...result };
  }
}

/** The type of a call, and the question that it still answers: the first of a list of labels is a label. */
function resultOf({ returns, like }: FunctionSchema, first: Meaning | undefined): Meaning {
  if (!like || !first || first.type.type === 'any') return { type: returns };
  if (like === 'argument') return { type: first.type, ...(first.asked && { asked: first.asked }) };
  if (first.type.type !== 'list') return { type: returns };
  const { asked } = first;
  const item = asked && (asked.several ? { name: asked.name, ...(asked.schema && { schema: asked.schema }) } : asked);
  return { type: first.type.of ?? any, ...(item && { asked: item }) };
}

const own = <V>(record: Readonly<Record<string, V>>, key: string): V | undefined => (Object.hasOwn(record, key) ? record[key] : undefined);
const isNamespace = (name: string): name is (typeof namespaces)[number] => (namespaces as readonly string[]).includes(name);
const sameQuestion = (a: Meaning, b: Meaning): { asked?: Asked } => {
  const asked = a.asked ?? b.asked;
  return asked && (a.asked === undefined || b.asked === undefined || a.asked.name === b.asked.name) && fits(a.type, b.type) ? { asked } : {};
};

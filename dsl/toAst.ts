import type { CstElement, CstNode, IToken } from './chevrotain.js';
import type * as ast from './ast.js';
import * as messages from './messages.js';
import type { Problem } from './diagnostics.js';
import type { Source, Span } from './source.js';
import { deepest } from './statements.js';
import { decodeText, type RawPart } from './textLiteral.js';
import * as t from './tokens.js';

type Report = (problem: Problem, span: Span) => void;

const isToken = (element: CstElement): element is IToken => 'image' in element;
const precedence: Readonly<Record<string, number>> = {
  '??': 1, or: 2, and: 3, '==': 5, '!=': 5, '<': 5, '<=': 5, '>': 5, '>=': 5, in: 5, '+': 6, '-': 6, '*': 7, '/': 7,
};
const comparisonLevel = 5;
const notLevel = 4;

/**
 * Concrete syntax to tree; the only file that sees the former. Every part may be absent, since recovery leaves gaps:
 * what cannot be read becomes `Missing`.
 */
export class TreeBuilder {
  private depth = 0;
  /** The end of the entry being read: where something stands that recovery left nothing of. */
  private here = 0;
  private readonly spans = new Map<CstNode, Span>();

  /** `isTroubled`: has something between these offsets been reported already? Then its value is not guessed at. */
  constructor(private readonly source: Source, private readonly report: Report, private readonly isTroubled: (span: Span) => boolean) {}

  declaration(cst: CstNode): ast.DeclarationSyntax | { kind: 'Include'; path: ast.Expression; span: Span } | undefined {
    const inner = Object.values(cst.children)[0]?.[0];
    if (!inner || isToken(inner)) return undefined;
    const span = this.span(inner);
    if (inner.name === 'include') return { kind: 'Include', path: this.expressionOf(inner), span };
    const name = this.name(inner, 'name');
    this.here = span.end;
    if (!name) return undefined;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name.text)) this.report(messages.hyphenatedDeclaration(name.text), name.span);
    switch (inner.name) {
      case 'param':
        return { kind: 'Param', span, name, value: this.expressionOf(inner) };
      case 'template':
        return {
          kind: 'Template', span, name,
          parameters: nodes(inner, 'parameter').flatMap((parameter) => {
            const own = this.name(parameter, 'name');
            return own ? [{ name: own, ...optional('value', node(parameter, 'expression') && this.expressionOf(parameter)) }] : [];
          }),
          body: this.expressionOf(inner),
        };
      case 'dataset': {
        const argument = node(inner, 'primary');
        const block = node(inner, 'datasetBlock');
        return {
          kind: 'Dataset', span, name, from: this.name(inner, 'from') ?? { kind: 'Name', text: '', span },
          ...optional('argument', argument && this.primary(argument)),
          entries: block ? nodes(block, 'datasetEntry').flatMap((entry) => this.datasetEntry(entry)) : [],
        };
      }
      case 'task': {
        const using = node(inner, 'primary');
        return {
          kind: 'Task', span, name,
          ...optional('parent', this.name(inner, 'parent')), ...optional('type', this.name(inner, 'kind')), ...optional('on', this.name(inner, 'on')),
          ...optional('using', using && this.primary(using)),
          entries: this.taskBlock(inner),
        };
      }
      default:
        return { kind: 'Training', span, name, ...optional('parent', this.name(inner, 'parent')), entries: this.trainingBlock(inner) };
    }
  }

  private taskBlock(owner: CstNode): ast.TaskEntry[] {
    const block = node(owner, 'taskBlock');
    return block ? nodes(block, 'taskEntry').flatMap((entry) => this.taskEntry(entry)) : [];
  }

  private taskEntry(entry: CstNode): ast.TaskEntry[] {
    const common = { span: this.span(entry), source: this.source };
    const loop = node(entry, 'loop');
    if (loop) return this.nested(() => this.loop(loop), () => (this.tooDeep(loop), []));
    if (token(entry, 'Where')) return [{ ...common, kind: 'Where', test: this.valueOf(entry) }];
    const name = this.name(entry, 'name');
    if (!name) return [];
    return [{ ...common, kind: token(entry, 'Let') ? 'Let' : 'Column', name, value: this.valueOf(entry) }];
  }

  private loop(loop: CstNode): ast.ForEntry[] {
    const subject = this.name(loop, 'subject');
    if (!subject) return [];
    const span = this.span(loop);
    const block = node(loop, 'taskBlock');
    const over = node(loop, 'expression');
    const pair = tokens(loop, 'pair').map((name) => this.toName(name));
    const head = { start: span.start, end: block ? this.endBefore(span.start, this.span(block).start) : span.end };
    const isResponses = subject.text === 'response' && !over && pair.length === 0;
    const isPairs = subject.text === 'pair' && over && pair.length === 2;
    const isItems = over && pair.length === 0;
    const isFirst = token(loop, 'First') !== undefined;
    const including = tokens(loop, 'including').map((name) => this.toName(name));
    if (!loop.recoveredNode && ((!isResponses && !isPairs && !isItems) || (!isResponses && (isFirst || including.length > 0)))) {
      this.report(messages.loopForm(subject.text), head);
    }
    return [{
      kind: 'For', span, source: this.source, head, first: isFirst, subject, including,
      ...(pair.length > 0 ? { pair } : {}), ...optional('over', over && (this.isTroubled(head) ? this.missing(over) : this.expression(over))),
      body: this.taskBlock(loop),
    }];
  }

  private datasetEntry(entry: CstNode): (ast.SettingEntry | ast.MappingEntry)[] {
    const common = { span: this.span(entry), source: this.source };
    const role = this.name(entry, 'role') ?? this.name(entry, 'key');
    const name = this.name(entry, 'name');
    const value = this.valueOf(entry);
    const type = node(entry, 'questionType');
    if (!role) return [];
    if (!name) return token(entry, 'role') ? [] : [{ ...common, kind: 'Setting', name: role, value }];
    return [{ ...common, kind: 'Mapping', role, name, ...optional('type', type && this.questionType(type)), column: value }];
  }

  private questionType(type: CstNode): ast.QuestionType | undefined {
    const name = this.name(type, 'name');
    const to = node(type, 'to');
    if (!name) return undefined;
    this.emptySlots(type, 'expression');
    return {
      name, args: nodes(type, 'expression').map((value) => this.expression(value)),
      ...optional('to', to && this.expression(to)), ...optional('field', this.name(type, 'field')),
    };
  }

  private trainingBlock(owner: CstNode): (ast.SettingEntry | ast.BlockEntry)[] {
    const block = node(owner, 'trainingBlock');
    return block ? nodes(block, 'trainingEntry').flatMap((entry) => this.nested(() => this.trainingEntry(entry), () => (this.tooDeep(entry), []))) : [];
  }

  private trainingEntry(entry: CstNode): (ast.SettingEntry | ast.BlockEntry)[] {
    const common = { span: this.span(entry), source: this.source };
    const name = this.name(entry, 'name');
    if (!name) return [];
    if (!node(entry, 'trainingBlock')) return [{ ...common, kind: 'Setting', name, value: this.valueOf(entry) }];
    return [{ ...common, kind: 'Block', name, ...optional('target', this.name(entry, 'target')), entries: this.trainingBlock(entry) }];
  }

  // Expressions

  /** The value of an entry. */
  private valueOf(entry: CstNode): ast.Expression {
    return this.isTroubled(this.span(entry)) ? this.missing(entry) : this.expressionOf(entry);
  }

  private expressionOf(owner: CstNode): ast.Expression {
    const expression = node(owner, 'expression');
    this.here = this.span(owner).end;
    return expression ? this.expression(expression) : { kind: 'Missing', span: { start: this.here, end: this.here } };
  }

  expression(cst: CstNode): ast.Expression {
    return this.nested(() => {
      const first = node(cst, 'conditional');
      let value = first ? this.conditional(first) : this.missing(cst);
      for (const stage of nodes(cst, 'postfix')) value = this.pipe(value, this.postfix(stage));
      return value;
    }, () => this.tooDeep(cst), 1 + nodes(cst, 'postfix').length);
  }

  /** `x | f(a)` is `f(x, a)`. */
  private pipe(value: ast.Expression, stage: ast.Expression): ast.Expression {
    const span = cover(value.span, stage.span);
    if (stage.kind === 'Missing' || value.kind === 'Missing') return { kind: 'Missing', span };
    if (stage.kind === 'Name') return { kind: 'Call', span, callee: stage, args: [{ value }] };
    if (stage.kind === 'Call') return { ...stage, span, args: [{ value }, ...stage.args] };
    this.report(messages.pipeStage(), stage.span);
    return { kind: 'Missing', span };
  }

  private conditional(cst: CstNode): ast.Expression {
    return this.nested(() => {
      const test = node(cst, 'operation');
      const [then, otherwise] = nodes(cst, 'conditional');
      const value = test ? this.operation(test) : this.missing(cst);
      if (!token(cst, 'QuestionMark')) return value;
      return {
        kind: 'Conditional', span: this.span(cst), test: value,
        then: then ? this.conditional(then) : this.missing(cst), otherwise: otherwise ? this.conditional(otherwise) : this.missing(cst),
      };
    }, () => this.tooDeep(cst));
  }

  /** Precedence climbing over the flat list of operands and operators; a prefix binds as far as its level reaches. */
  private operation(cst: CstNode): ast.Expression {
    const levels = tokens(cst, 'operator').length;
    return levels === 0 ? this.climbed(cst) : this.nested(() => this.climbed(cst), () => this.tooDeep(cst), levels);
  }

  private climbed(cst: CstNode): ast.Expression {
    const operands = nodes(cst, 'prefixed');
    const operators = tokens(cst, 'operator');
    if (operands.length === 0) return this.missing(cst);
    let at = 0;
    const operand = (floor: number): ast.Expression => {
      const prefixed = operands[at];
      if (!prefixed) return this.missing(cst);
      const prefixes = tokens(prefixed, 'prefix');
      if (this.depth + prefixes.length > deepest) return (at++, this.tooDeep(prefixed));
      const apply = (index: number): ast.Expression => {
        const prefix = prefixes[index];
        if (!prefix) {
          const postfix = node(prefixed, 'postfix');
          at++;
          return postfix ? this.postfix(postfix) : this.missing(prefixed);
        }
        const isNot = prefix.image === 'not';
        let value = apply(index + 1);
        if (isNot) value = climb(value, Math.max(notLevel + 1, floor));
        return { kind: 'Unary', operator: prefix.image as ast.Unary['operator'], value, span: cover(spanOf(prefix), value.span) };
      };
      return apply(0);
    };
    const climb = (start: ast.Expression, floor: number): ast.Expression => {
      let left = start;
      let compared = false;
      for (;;) {
        const operator = operators[at - 1];
        const level = operator ? precedence[operator.image] : undefined;
        if (!operator || level === undefined || level < floor) return left;
        if (level === comparisonLevel && compared) this.report(messages.chained(operator.image), spanOf(operator));
        compared = level === comparisonLevel;
        const right = climb(operand(level + 1), level + 1);
        left = {
          kind: 'Binary', operator: operator.image as ast.BinaryOperator, operatorSpan: spanOf(operator), left, right,
          span: cover(left.span, right.span),
        };
      }
    };
    return climb(operand(0), 0);
  }

  private postfix(cst: CstNode): ast.Expression {
    const primary = node(cst, 'primary');
    const suffixes = nodes(cst, 'suffix');
    return this.nested(() => {
      let value = primary ? this.primary(primary) : this.missing(cst);
      for (const suffix of suffixes) value = value.kind === 'Missing' ? value : this.suffix(value, suffix);
      return value;
    }, () => this.tooDeep(cst), suffixes.length);
  }

  private suffix(object: ast.Expression, cst: CstNode): ast.Expression {
    const span = cover(object.span, this.span(cst) === nowhere ? object.span : this.span(cst));
    const missing: ast.Missing = { kind: 'Missing', span };
    const args = node(cst, 'arguments');
    const member = this.name(cst, 'member');
    const strategy = this.name(cst, 'strategy');
    const subscript = node(cst, 'subscript');
    if (member) return { kind: 'Member', span, object, member };
    if (token(cst, 'By')) {
      if (!strategy) return missing;
      const isQuestion = object.kind === 'Name' || (object.kind === 'Member' && object.object.kind === 'Name');
      if (!isQuestion) this.report(messages.byNeedsQuestion(), object.span);
      return isQuestion ? { kind: 'By', span, question: object, strategy, options: args ? this.arguments(args) : [] } : missing;
    }
    if (args) {
      if (object.kind === 'Name') return { kind: 'Call', span, callee: object, args: this.arguments(args) };
      this.report(messages.notCallable(), object.span);
      return missing;
    }
    if (!subscript) return missing;
    const [from, to] = [node(subscript, 'from'), node(subscript, 'to')];
    if (token(subscript, 'Colon')) return { kind: 'Slice', span, object, ...optional('from', from && this.expression(from)), ...optional('to', to && this.expression(to)) };
    return from ? { kind: 'Index', span, object, index: this.expression(from) } : missing;
  }

  private arguments(cst: CstNode): ast.Argument[] {
    this.emptySlots(cst, 'argument');
    return nodes(cst, 'argument').map((argument): ast.Argument => {
      const [first, value] = [node(argument, 'first'), node(argument, 'value')];
      const reserved = this.name(argument, 'name');
      if (reserved) return { name: reserved, value: value ? this.expression(value) : this.missing(argument) };
      const positional = first ? this.expression(first) : this.missing(argument);
      if (!token(argument, 'Colon')) return { value: positional };
      if (positional.kind !== 'Name' && positional.kind !== 'Missing') this.report(messages.badArgumentName(), positional.span);
      const named = value ? this.expression(value) : this.missing(argument);
      return positional.kind === 'Name' ? { name: positional, value: named } : { value: this.missing(argument) };
    });
  }

  private primary(cst: CstNode): ast.Expression {
    const name = this.name(cst, 'name');
    if (name) return name;
    const literal = token(cst, 'literal');
    if (literal) return { kind: 'Literal', span: spanOf(literal), value: literalValue(literal) };
    const [inner, list, text] = [node(cst, 'expression'), node(cst, 'list'), node(cst, 'text')];
    if (inner) return this.expression(inner);
    if (list) {
      this.emptySlots(list, 'expression');
      return { kind: 'List', span: this.span(list), items: nodes(list, 'expression').map((item) => this.expression(item)) };
    }
    return text ? this.text(text) : this.missing(cst);
  }

  private text(cst: CstNode): ast.Expression {
    const span = this.span(cst);
    const raw = [...tokens(cst, 'part').map((part): [number, RawPart] => [part.startOffset, part]),
      ...nodes(cst, 'hole').map((hole): [number, RawPart] => [this.span(hole).start, this.expressionOf(hole)])]
      .sort(([a], [b]) => a - b).map(([, part]) => part);
    const parts = decodeText(raw, token(cst, 'open')?.tokenType === t.LongOpen, this.report);
    if (parts.every((part) => typeof part === 'string')) return { kind: 'Literal', span, value: parts.join('') };
    return { kind: 'Text', span, parts };
  }

  // Parts of the concrete syntax

  /** Builds something that is `levels` deeper than what it stands in; `otherwise` where that is too deep. */
  private nested<T>(build: () => T, otherwise: () => T, levels = 1): T {
    if (this.depth + levels > deepest) return otherwise();
    this.depth += levels;
    try {
      return build();
    } finally {
      this.depth -= levels;
    }
  }

  private tooDeep(cst: CstNode): ast.Missing {
    this.report(messages.tooDeep(), this.span(cst));
    return this.missing(cst);
  }

  private missing(cst: CstNode): ast.Missing {
    const span = this.span(cst);
    return { kind: 'Missing', span: span === nowhere ? { start: this.here, end: this.here } : span };
  }

  private emptySlots(cst: CstNode, item: string): void {
    const commas = tokens(cst, 'Comma').map((comma) => comma.startOffset);
    if (commas.length <= nodes(cst, item).length) {
      const next = commas.findIndex((comma, i) => i > 0 && /^[\s,]*$/.test(this.source.text.slice(commas[i - 1]!, comma)));
      if (next < 0) return;
      this.report(messages.emptySlot(), { start: commas[next]!, end: commas[next]! + 1 });
    } else this.report(messages.emptySlot(), { start: commas[commas.length - 1]!, end: commas[commas.length - 1]! + 1 });
  }

  private name(cst: CstNode, label: string): ast.Name | undefined {
    const found = token(cst, label);
    return found && this.toName(found);
  }

  private toName(found: IToken): ast.Name {
    return { kind: 'Name', text: found.tokenType === t.QuotedName ? found.image.slice(1, -1) : found.image, span: spanOf(found) };
  }

  private endBefore(start: number, end: number): number {
    return start + this.source.text.slice(start, end).trimEnd().length;
  }

  private span(cst: CstNode): Span {
    const known = this.spans.get(cst);
    if (known) return known;
    let start = Infinity;
    let end = -1;
    for (const label in cst.children) {
      for (const child of cst.children[label]!) {
        if (isToken(child) && (!Number.isFinite(child.startOffset) || child.tokenType === t.EndOfLine)) continue;
        const part = isToken(child) ? spanOf(child) : this.span(child);
        if (part === nowhere) continue;
        start = Math.min(start, part.start);
        end = Math.max(end, part.end);
      }
    }
    const span = end < 0 ? nowhere : { start, end };
    this.spans.set(cst, span);
    return span;
  }
}

/** The span of a piece of syntax in which recovery left no token of the author's. */
const nowhere: Span = { start: 0, end: 0 };
const spanOf = (found: IToken): Span => ({ start: found.startOffset, end: found.startOffset + found.image.length });
const cover = (a: Span, b: Span): Span => ({ start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) });
const optional = <K extends string, V>(key: K, value: V | undefined) => (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
const nodes = (cst: CstNode, label: string) => (cst.children[label] ?? []).filter((child): child is CstNode => !isToken(child));
const node = (cst: CstNode, label: string) => nodes(cst, label)[0];
/** Tokens that recovery put in are no tokens of the author's. */
const tokens = (cst: CstNode, label: string) =>
  (cst.children[label] ?? []).filter((child): child is IToken => isToken(child) && !child.isInsertedInRecovery && Number.isFinite(child.startOffset));
const token = (cst: CstNode, label: string) => tokens(cst, label)[0];

function literalValue({ tokenType, image }: IToken): number | boolean | null {
  if (tokenType === t.True) return true;
  if (tokenType === t.False) return false;
  return tokenType === t.Null ? null : Number(image);
}

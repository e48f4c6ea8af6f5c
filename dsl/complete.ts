import type { IToken, TokenType } from './chevrotain.js';
import type { Declaration, TaskEntry, TaskNode } from './ast.js';
import { analyze, type Analysis } from './compile.js';
import { tableKeys } from './dataset.js';
import { parse } from './parse.js';
import { cursorAt, mayFollow, type Cursor } from './probe.js';
import { statuses, strategyOptions } from './resolve.js';
import type { ColumnSchema, OptionSchema, Schema } from './schema.js';
import { findKind, isResponseLoop, taskSettings } from './task.js';
import * as t from './tokens.js';
import { wordsAbout } from './words.js';
import { blockOptions, kindOfTask, trainingBlocks, trainingKeys, takenFor } from './training.js';
import { describe, describeOption } from './types.js';

export interface CompletionItem {
  readonly label: string;
  /** keyword, column, field, question, variable, function, strategy, option … */
  readonly kind: string;
  readonly detail?: string;
}

export interface Completions {
  /** Half-open range of offsets that an item replaces. */
  readonly start: number;
  readonly end: number;
  readonly items: readonly CompletionItem[];
}

/** What is known beside the text: the schema, and the declarations of other cells. */
export interface EditorContext {
  readonly schema: Schema;
  readonly declarations: readonly Declaration[];
}

const reserved = [t.Let, t.Where, t.For, t.And, t.Or, t.Not, t.In, t.By, t.True, t.False, t.Null];
const contextual = [t.Param, t.Dataset, t.Template, t.Task, t.Training, t.Include, t.From, t.On, t.Using, t.Extends, t.Each, t.First, t.Of, t.To, t.Including];
const wordOf = (type: TokenType) => type.PATTERN as string;

/**
 * What may stand at `offset`: keywords as the parser allows them, and the names that mean something there, each with
 * what it is. The items continue what is typed before the offset.
 *
 * @example
 * complete('task t: sft on ', 15, { schema, declarations }).items; // the data sets
 */
export function complete(text: string, offset: number, context: EditorContext): Completions {
  const typed = /`[^`\r\n]*$|[A-Za-z_][A-Za-z0-9_-]*$/.exec(text.slice(0, offset))?.[0] ?? '';
  const start = offset - typed.length;
  const cursor = cursorAt(text.slice(0, start));
  if (cursor.isProse) return { start, end: offset, items: [] };
  const follow = mayFollow(cursor.path, [t.Identifier, ...reserved, ...contextual, t.Field, t.Question]);
  const parsed = parse({ name: '', text, lineOffset: 0 });
  const analysis = analyze([...context.declarations, ...parsed.declarations], context);
  const around = parsed.declarations.find(({ span }) => span.start <= start && start <= span.end + 1);
  const names = follow.has(t.Identifier) ? new Offer(context.schema, analysis, cursor, around, start).names() : [];
  const words = keywords(cursor, follow);
  const items = [...names, ...words.map((type) => keyword(wordOf(type)))];
  const wanted = typed.replace(/^`/, '').toLowerCase();
  const seen = new Set<string>();
  return {
    start, end: offset,
    items: items.filter(({ label }) => label.replace(/^`/, '').toLowerCase().startsWith(wanted) && !seen.has(label) && seen.add(label)),
  };
}

/** A word of the language with what it does, in a sentence. */
function keyword(label: string): CompletionItem {
  const [about] = wordsAbout(label);
  return { label, kind: 'keyword', ...(about && { detail: `${about.doc.split(/\.(?:\s|$)/)[0]!}.` }) };
}

/** Reserved words where they mean something, contextual ones where no other name may stand. */
function keywords({ entry }: Cursor, follow: ReadonlySet<TokenType>): TokenType[] {
  if (entry[entry.length - 1]?.tokenType === t.Dot) return [];
  const allowed = [...reserved, ...(follow.has(t.Identifier) ? [] : contextual)].filter((type) => follow.has(type));
  // In an argument's place every reserved word may begin `word: value`; only those that begin a value are of use.
  const isArgument = entry.length > 0 && follow.has(t.Let);
  return isArgument ? allowed.filter((type) => type === t.Not || type === t.True || type === t.False || type === t.Null) : allowed;
}

const item = (label: string, kind: string, detail?: string): CompletionItem => ({ label, kind, ...(detail === undefined ? {} : { detail }) });
/** A name as it is written: in backticks where it is no identifier or a reserved word. */
const written = (name: string) =>
  (/^[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9][A-Za-z0-9_]*)*$/.test(name) && !reserved.some((type) => wordOf(type) === name) ? name : `\`${name}\``);
const optionDetail = ({ type, choices, default: preset, doc }: OptionSchema) =>
  `${choices ? choices.join(' | ') : describeOption(type)}${preset === undefined ? '' : `, default ${JSON.stringify(preset)}`}: ${doc}`;

/** The names that mean something where the cursor stands. */
class Offer {
  constructor(
    private readonly schema: Schema, private readonly analysis: Analysis, private readonly cursor: Cursor,
    private readonly around: Declaration | undefined, private readonly offset: number,
  ) {}

  names(): CompletionItem[] {
    const { heads, path, entry } = this.cursor;
    const head = path[0]?.tokenType;
    if (heads.length === 0) return this.inHeader(head, entry);
    if (head === t.Task) return this.inTask(entry);
    if (head === t.Dataset) return this.inDataset(entry);
    return head === t.Training ? this.inTraining(entry) : [];
  }

  private declared(...kinds: Declaration['kind'][]): CompletionItem[] {
    return kinds.flatMap((kind) => this.analysis.program.names(kind).map((name) => item(name, kind)));
  }

  private inHeader(head: TokenType | undefined, entry: readonly IToken[]): CompletionItem[] {
    const last = entry[entry.length - 1]?.tokenType;
    if (head === t.Task && last === t.Colon) return this.schema.kinds.flatMap(({ name, aliases, doc }) => [name, ...aliases].map((one) => item(one, 'kind', doc)));
    if (last === t.On) return this.datasets();
    if (last === t.Extends) return this.declared(head === t.Task ? 'task' : 'training');
    if (head === t.Dataset && last === t.From) return this.schema.sources.map(({ name, doc }) => item(name, 'source', doc));
    if (head !== t.Template || !entry.some(({ tokenType }) => tokenType === t.RightParen)) return [];
    const parameters = this.around?.syntax.kind === 'Template' ? this.around.syntax.parameters.map(({ name }) => item(written(name.text), 'variable')) : [];
    return [...parameters, ...this.callable(), ...this.declared('param')];
  }

  private datasets(): CompletionItem[] {
    return [...this.declared('dataset'), ...Object.keys(this.schema.datasets).map((name) => item(name, 'dataset'))];
  }

  private callable(): CompletionItem[] {
    const functions = this.schema.functions.map(({ name, args, required, doc }) =>
      item(name, 'function', `(${args.map((arg, i) => (i < required ? arg.name : `${arg.name}?`)).join(', ')}): ${doc}`));
    return [...this.declared('template'), ...functions];
  }

  // Tasks

  private inTask(entry: readonly IToken[]): CompletionItem[] {
    const task = this.analysis.tasks.find(({ declaration }) => declaration.name === this.around?.name);
    const syntax = this.around?.syntax.kind === 'Task' ? this.around.syntax : undefined;
    const type = task?.kindName?.text ?? syntax?.type?.text;
    const kind = type === undefined ? undefined : findKind(this.analysis.program, type);
    const last = entry[entry.length - 1];
    const records = task?.records ?? (syntax?.on ? this.analysis.recordsOf(syntax.on.text) : undefined);
    if (!last) return this.entryStarts(kind?.columns ?? [], syntax);
    if (last.tokenType === t.By) return this.strategies(entry[entry.length - 2], records?.schema?.questions);
    if (last.tokenType === t.Dot) return this.members(entry[entry.length - 2], records);
    const before = entry[entry.length - 2]?.tokenType;
    if (last.tokenType === t.Each) return [item('response', 'keyword', 'one annotator\'s answers'), item('pair', 'keyword', '(better, worse) in a ranking')];
    if (last.tokenType === t.First && before === t.For) return [item('response', 'keyword', 'the first annotator\'s answers')];
    if (entry[0]?.tokenType === t.For && entry.some(({ tokenType }) => tokenType === t.Including)) return statuses.slice(1).map((status) => item(status, 'status'));
    if (last.tokenType === t.Let) return [];
    if (last.tokenType === t.Pipe) return this.callable();
    const option = this.strategyOption(entry);
    if (option) return option;
    return this.inScope(syntax, records);
  }

  private entryStarts(columns: readonly ColumnSchema[], syntax: TaskNode | undefined): CompletionItem[] {
    const given = new Set((syntax?.entries ?? []).flatMap((one) => (one.kind === 'Column' ? [one.name.text] : [])));
    const settings = this.cursor.heads.length === 1 ? taskSettings : [];
    return [...columns.filter(({ name }) => !given.has(name)).map(({ name, doc }) => item(written(name), 'column', doc)), ...settings.map(({ name, doc }) => item(name, 'option', doc))];
  }

  private strategies(question: IToken | undefined, questions: Readonly<Record<string, { readonly type: string }>> | undefined): CompletionItem[] {
    const name = question?.image.replace(/^`|`$/g, '') ?? '';
    const type = questions && Object.hasOwn(questions, name) ? questions[name]?.type : undefined;
    return this.schema.strategies.filter((one) => type === undefined || one.questions.includes(type)).map(({ name: strategy, doc }) => item(strategy, 'strategy', doc));
  }

  /** Behind `by strategy(`: its options, behind `ties:` the ways, in `statuses: [` the statuses. */
  private strategyOption(entry: readonly IToken[]): CompletionItem[] | undefined {
    const by = entry.findLastIndex(({ tokenType }) => tokenType === t.By);
    const inside = by < 0 ? [] : entry.slice(by + 2);
    const depth = inside.reduce((sum, { tokenType }) => sum + (tokenType === t.LeftParen ? 1 : tokenType === t.RightParen ? -1 : 0), 0);
    if (depth <= 0) return undefined;
    const colon = inside.findLastIndex(({ tokenType }) => tokenType === t.Colon);
    const closed = inside.slice(colon + 1).some(({ tokenType }, i, rest) => tokenType === t.Comma && !rest.slice(0, i).some((one) => one.tokenType === t.LeftBracket));
    const key = colon > 0 && !closed ? inside[colon - 1]!.image : undefined;
    if (key === undefined) return Object.keys(strategyOptions).map((name) => item(name, 'option'));
    return (Object.hasOwn(strategyOptions, key) ? strategyOptions[key]! : []).map((value) => item(value, 'value'));
  }

  private members(space: IToken | undefined, records: ReturnType<Analysis['recordsOf']> | undefined): CompletionItem[] {
    const schema = records?.schema;
    switch (space?.image) {
      case 'field':
        return (schema?.fields ?? []).map(({ name }) => item(written(name), 'field'));
      case 'question':
      case 'suggestion':
        return Object.entries(schema?.questions ?? {}).map(([name, { type }]) => item(written(name), 'question', type));
      case 'metadata':
        return (schema?.metadata ?? []).map((name) => item(written(name), 'metadata'));
      default:
        return ['score', 'agent'].map((part) => item(part, 'suggestion'));
    }
  }

  /** What a name in an expression may mean: nearest first. */
  private inScope(syntax: TaskNode | undefined, records: ReturnType<Analysis['recordsOf']> | undefined): CompletionItem[] {
    const variables: CompletionItem[] = [];
    let inResponses = false;
    const visit = (entries: readonly TaskEntry[]): void => {
      for (const one of entries) {
        if (one.span.start === this.cursor.entry[0]?.startOffset) continue;
        if (one.kind === 'For' && one.span.start < this.offset && this.offset <= one.span.end) {
          inResponses ||= isResponseLoop(one);
          const own = one.pair ?? (isResponseLoop(one) ? [] : [one.subject]);
          variables.unshift(...own.map(({ text }) => item(written(text), 'variable')));
          visit(one.body);
        } else if ((one.kind === 'Let' || one.kind === 'Column') && one.span.end < this.offset) variables.unshift(item(written(one.name.text), 'variable'));
      }
    };
    visit(syntax?.entries ?? []);
    const schema = records?.schema;
    return [
      ...variables,
      ...(schema?.fields ?? []).map(({ name }) => item(written(name), 'field')),
      ...Object.entries(schema?.questions ?? {}).map(([name, { type, options }]) => item(written(name), 'question', options ? `${type}: ${options.slice(0, 8).join(', ')}` : type)),
      ...(inResponses ? [item('annotator', 'variable', describe({ type: 'text' })), item('status', 'variable', statuses.join(' | '))] : []),
      item('id', 'variable', 'the record\'s id'),
      ...['field', 'question', 'suggestion', 'metadata'].map((space) => item(space, 'keyword')),
      ...this.callable(), ...this.declared('param'),
    ];
  }

  // Data sets and trainings

  private inDataset(entry: readonly IToken[]): CompletionItem[] {
    const from = this.cursor.heads[0]?.find((_, i, all) => all[i - 1]?.tokenType === t.From)?.image;
    const source = this.schema.sources.find(({ name }) => name === from);
    const last = entry[entry.length - 1]?.tokenType;
    if (last === undefined) {
      const keys = source?.mapping === false ? [] : [
        ...['field', 'question', 'suggestion', 'metadata'].map((role) => item(role, 'keyword')), ...tableKeys.map(({ name, doc }) => item(name, 'option', doc))];
      return [...keys, ...(source?.options ?? []).map((option) => item(option.name, 'option', optionDetail(option)))];
    }
    if (last === t.Colon) return this.schema.questionTypes.map(({ name, doc }) => item(name, 'type', doc));
    const option = source?.options.find(({ name }) => name === entry[0]?.image);
    return last === t.Equals && option ? this.values(option) : [];
  }

  private inTraining(entry: readonly IToken[]): CompletionItem[] {
    const training = this.around?.syntax.kind === 'Training' ? this.around : undefined;
    const resolved = this.analysis.trainings.find(({ declaration }) => declaration === training);
    const own = (key: string) => (training?.syntax.kind === 'Training' ? training.syntax.entries : resolved?.entries ?? [])
      .flatMap((one) => (one.kind === 'Setting' && one.name.text === key && one.value.kind === 'Name' ? [one.value.text] : []))[0];
    const framework = resolved?.framework ?? this.schema.frameworks.find(({ name }) => name === own('framework'));
    const block = this.cursor.heads.length > 1 ? this.cursor.heads[this.cursor.heads.length - 1]?.[0]?.image : undefined;
    const takes = resolved?.takes ?? (framework && takenFor(framework, kindOfTask(this.analysis.program, own('task') ?? '')));
    const options = takes && block !== undefined ? blockOptions(takes, block) : undefined;
    const last = entry[entry.length - 1]?.tokenType;
    const key = entry[0]?.image;
    if (last === undefined && block === undefined) {
      return [...trainingKeys.map(({ name, doc }) => item(name, 'option', doc)), ...[...trainingBlocks, ...Object.keys(takes?.blocks ?? {})].map((name) => item(name, 'block'))];
    }
    if (last === undefined) return (options ?? []).map((option) => item(written(option.name), 'option', optionDetail(option)));
    if (last !== t.Equals) return [];
    if (block !== undefined) {
      const option = options?.find(({ name }) => name === key);
      return option ? this.values(option) : this.declared('param');
    }
    if (key === 'task') return this.declared('task');
    if (key === 'dataset') return this.datasets();
    if (key === 'model' || key === 'reward_model') return this.declared('param', 'training');
    if (key !== 'framework') return this.declared('param');
    const kind = kindOfTask(this.analysis.program, own('task') ?? '');
    return this.schema.frameworks.filter(({ kinds }) => kind === undefined || Object.hasOwn(kinds, kind)).map(({ name, doc }) => item(name, 'framework', doc));
  }

  private values({ choices = [] }: OptionSchema): CompletionItem[] {
    return [...choices.map((choice) => item(choice, 'value')), ...this.declared('param')];
  }
}

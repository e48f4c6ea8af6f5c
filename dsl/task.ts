import type { ColumnEntry, Declaration, Expression, ForEntry, Name, TaskEntry, TaskNode } from './ast.js';
import { constant } from './constant.js';
import { relativeTo } from './include.js';
import { ancestry, inheritTask } from './inherit.js';
import * as messages from './messages.js';
import { digest, meaningOf } from './fingerprint.js';
import type { EntryPlan, LoopPlan, PlanValue, Status, TaskPlan } from './plan.js';
import type { Meaning, Meanings, Program, Records, Report } from './program.js';
import { Resolver, statuses, type Surroundings } from './resolve.js';
import type { KindSchema } from './schema.js';
import { Scope } from './scope.js';
import { answerType, any, describeValue, fitsOption, describeOption, text } from './types.js';

/** What a task may set beside its columns. */
export const taskSettings = [
  { name: 'dedupe', type: 'boolean', doc: 'Records with the same texts stand on one side of the split together; they are counted in any case.' },
  { name: 'split_by', type: 'text', doc: 'What stands on one side of the split together: a field, `metadata.name`; default: the record.' },
  { name: 'stratify', type: 'boolean', doc: 'Each label is as frequent on both sides of the split, as far as its number allows.' },
  { name: 'seed', type: 'integer', doc: 'Decides ties that are left to chance.' },
] as const;

/** A task with its parents' entries, its names resolved. */
export interface ResolvedTask {
  readonly declaration: Declaration & { readonly syntax: TaskNode };
  /** The kind's name as written, at its place; absent where it is unknown. */
  readonly kind?: KindSchema;
  readonly kindName?: Name;
  readonly records?: Records;
  readonly entries: readonly TaskEntry[];
  readonly meanings: Meanings;
  readonly settings: ReadonlySet<ColumnEntry>;
  /** Has entries that could not be read, itself or in what it extends: nothing is missed in it. */
  readonly broken: boolean;
  /** The task whose `using` makes the rows, itself or one that it extends. */
  readonly using?: string;
  readonly plan?: Omit<TaskPlan, 'fingerprint'>;
}

export interface TaskSurroundings extends Omit<Surroundings, 'records' | 'template' | 'meanings' | 'report'> {
  readonly report: Report;
  readonly recordsOf: (dataset: string) => Records;
}

export function findKind(program: Program, name: string): KindSchema | undefined {
  return program.schema.kinds.find((kind) => kind.name === name || kind.aliases.includes(name));
}

/** Does the task, or the one that it extends, say `on dataset`? */
export const hasDataset = (declaration: Declaration, program: Program): boolean =>
  (ancestry(declaration, 'Task', program) ?? []).some(({ syntax }) => syntax.kind === 'Task' && syntax.on !== undefined);

/** Looks the names of a task up and lowers it to its plan, as far as it is right; `named`: the data set where the task says none. */
export function resolveTask(declaration: Declaration & { readonly syntax: TaskNode }, around: TaskSurroundings, named?: string): ResolvedTask {
  const { program } = around;
  const none: ResolvedTask = { declaration, entries: [], meanings: new Map(), settings: new Set(), broken: true };
  const declarations = ancestry(declaration, 'Task', program);
  const chain = declarations?.map((one) => one.syntax as TaskNode);
  const oldest = chain?.[0];
  if (!declarations || !chain || !oldest) return none;
  const broken = declarations.some((one) => one.broken);
  const kind = oldest.type && findKind(program, oldest.type.text);
  const datasetName = oldest.on?.text ?? named;
  const records: Records = datasetName === undefined ? {} : around.recordsOf(datasetName);
  const usingIn = declarations.findLast((one) => (one.syntax as TaskNode).using);
  const using = usingIn && (usingIn.syntax as TaskNode).using;
  const entries = chain.map((one) => one.entries).reduce<readonly TaskEntry[]>(inheritTask, []);
  const lowering = new Lowering(around, records, kind);
  const plans = lowering.block(entries, new Scope());
  const resolved = { declaration, ...(kind ? { kind } : {}), ...(oldest.type ? { kindName: oldest.type } : {}), records, entries, meanings: lowering.meanings, settings: lowering.settings, broken, ...(usingIn && { using: usingIn.name }) };
  const function_ = using && (using.kind === 'Name' ? using.text : using.kind === 'Literal' && typeof using.value === 'string' ? relativeTo(usingIn.source, using.value) : undefined);
  if (broken || !kind || !plans || (using && function_ === undefined)) return resolved;
  return {
    ...resolved,
    plan: {
      name: declaration.name, kind: kind.name,
      ...(oldest.on ? { dataset: oldest.on.text } : {}),
      settings: Object.fromEntries([...lowering.settingValues].sort(([a], [b]) => (a < b ? -1 : 1))),
      ...(function_ === undefined ? { entries: plans } : { using: function_ }),
    },
  };
}

/** The plan with its fingerprint; `dataset` is that of the data set: what it is counts, what it is called does not. */
export function finishTask(plan: Omit<TaskPlan, 'fingerprint'>, dataset: string | undefined): TaskPlan {
  const { kind, settings, using, entries } = plan;
  const meaning = [kind, settings, using ?? null, entries ? meaningOf(entries) : null, dataset ?? plan.dataset ?? null];
  return { ...plan, fingerprint: digest(JSON.stringify(meaning)) };
}

class Lowering {
  readonly meanings: Meanings = new Map();
  readonly settings = new Set<ColumnEntry>();
  readonly settingValues = new Map<string, PlanValue>();

  constructor(private readonly around: TaskSurroundings, private readonly records: Records, private readonly kind: KindSchema | undefined) {}

  block(entries: readonly TaskEntry[], scope: Scope): EntryPlan[] | undefined {
    const plans = entries.map((entry) => this.entry(entry, scope));
    return plans.every((plan) => plan !== undefined) ? plans.flat() as EntryPlan[] : undefined;
  }

  /** The entry's plans: none for a setting; nothing where it is wrong or waits for its data set. */
  private entry(entry: TaskEntry, scope: Scope): EntryPlan[] | undefined {
    const resolver = this.resolver(entry);
    switch (entry.kind) {
      case 'Let':
      case 'Column': {
        const column = this.kind?.columns.find(({ name }) => name === entry.name.text);
        if (entry.kind === 'Column' && !column && !scope.parent && this.setting(entry)) return [];
        const place = entry.kind === 'Let' ? 'value' : { defaults: column ? column.defaultStrategy ?? {} : this.anyDefault() };
        const meaning = resolver.resolve(entry.value, scope, place);
        scope.declare(entry.name.text, variable(entry.name.text, meaning));
        const role = entry.kind === 'Let' ? 'let' : 'column';
        return meaning.plan && [{ entry: role, name: entry.name.text, value: meaning.plan }];
      }
      case 'Where': {
        const { plan } = resolver.resolve(entry.test, scope);
        return plan && [{ entry: 'where', test: plan, text: entry.source.text.slice(entry.test.span.start, entry.test.span.end) }];
      }
      case 'For': {
        const inside = new Scope(scope, scope.inResponses || isResponseLoop(entry));
        const loop = this.loop(entry, resolver, scope, inside);
        const body = this.block(entry.body, inside);
        return loop && body && [{ entry: 'for', loop, body }];
      }
    }
  }

  private loop(entry: ForEntry, resolver: Resolver, scope: Scope, inside: Scope): LoopPlan | undefined {
    if (isResponseLoop(entry)) {
      const report = this.reportIn(entry);
      let isRight = true;
      for (const name of entry.including) {
        if (!(statuses as readonly string[]).includes(name.text)) (isRight = false, report(messages.unknownWord('A status', name.text, statuses), name.span));
      }
      const included = statuses.filter((status) => status === 'submitted' || entry.including.some((name) => name.text === status));
      return isRight ? { over: 'responses', statuses: included as Status[], first: entry.first } : undefined;
    }
    if (!entry.over) return undefined;
    if (entry.pair) {
      const [better, worse] = entry.pair;
      const ranking = resolver.resolve(entry.over, scope).plan;
      for (const name of entry.pair) inside.declare(name.text, { plan: { op: 'variable', name: name.text }, type: text });
      return ranking && better && worse && { over: 'pairs', better: better.text, worse: worse.text, ranking };
    }
    const list = resolver.resolve(entry.over, scope, 'list');
    const of = list.type.type === 'list' ? list.type.of ?? any : any;
    const asked = list.asked && !list.asked.several ? list.asked : list.asked && { name: list.asked.name, ...(list.asked.schema ? { schema: list.asked.schema } : {}) };
    inside.declare(entry.subject.text, { plan: { op: 'variable', name: entry.subject.text }, type: of, ...(asked ? { asked } : {}) });
    return list.plan && { over: 'items', name: entry.subject.text, list: list.plan };
  }

  /** `dedupe = true`: takes the entry where it is a setting of the task. */
  private setting(entry: ColumnEntry): boolean {
    const setting = taskSettings.find(({ name }) => name === entry.name.text);
    if (!setting) return false;
    this.settings.add(entry);
    const report = this.reportIn(entry);
    const value = setting.name === 'split_by' ? path(entry.value) ?? constant(entry.value, this.around.params, report) : constant(entry.value, this.around.params, report);
    if (value === undefined) return true;
    if (value === null || !fitsOption(value, setting.type)) report(messages.optionType(setting.name, describeOption(setting.type), describeValue(value)), entry.value.span);
    else {
      this.settingValues.set(setting.name, value);
      if (setting.name === 'split_by') this.checkSplit(String(value), entry);
    }
    return true;
  }

  /** A field to split by is one of the data set's; metadata are not all declared. */
  private checkSplit(by: string, entry: ColumnEntry): void {
    const { name = '', schema } = this.records ?? {};
    const field = by.replace(/^field\./, '');
    const known = schema?.fields.map((each) => each.name);
    if (!known || by.startsWith('metadata.') || known.includes(field)) return;
    this.reportIn(entry)(messages.unknownMember(name, 'field', field, known), entry.value.span);
  }

  /** For a column that is not there, which is said elsewhere: what some column of the kind would take. */
  private anyDefault(): Readonly<Record<string, string>> {
    return Object.assign({}, ...(this.kind?.columns ?? []).map(({ defaultStrategy }) => defaultStrategy ?? {})) as Record<string, string>;
  }

  private reportIn(entry: TaskEntry): Report {
    return (problem, span) => this.around.report(problem, span, entry.source);
  }

  private resolver(entry: TaskEntry): Resolver {
    const { program, params, templateOf } = this.around;
    return new Resolver({ program, params, templateOf, records: this.records, meanings: this.meanings, report: this.reportIn(entry) });
  }
}

export const isResponseLoop = (entry: ForEntry) => entry.subject.text === 'response' && !entry.over && !entry.pair;
const variable = (name: string, { type, asked }: Meaning): Meaning => ({ plan: { op: 'variable', name }, type: asked?.schema && type === any ? answerType(asked.schema.type) : type, ...(asked ? { asked } : {}) });

/** `customer` or `metadata.customer` as text. */
function path(expression: Expression): string | undefined {
  if (expression.kind === 'Name') return expression.text;
  return expression.kind === 'Member' && expression.object.kind === 'Name' ? `${expression.object.text}.${expression.member.text}` : undefined;
}

import type { BlockEntry, Declaration, Expression, Name, SettingEntry, TrainingNode } from './ast.js';
import { constant, type Params } from './constant.js';
import { fingerprint } from './fingerprint.js';
import { ancestry, inheritTraining } from './inherit.js';
import * as messages from './messages.js';
import type { PlanValue, TrainingPlan } from './plan.js';
import type { Program, Report } from './program.js';
import { findKind } from './task.js';
import type { FrameworkKindSchema, FrameworkSchema, OptionSchema } from './schema.js';
import { describeOption, describeValue, fitsOption } from './types.js';
import type { Source } from './source.js';

/** What a training says beside its framework's blocks. */
export const trainingKeys = [
  { name: 'task', doc: 'The task whose rows it learns from.' },
  { name: 'framework', doc: 'What trains.' },
  { name: 'model', doc: 'The model that it starts from: a training, whose newest finished run is meant, or a text: a folder, or a repository as `"organization/name"` or `"organization/name@REVISION"`.' },
  { name: 'reward_model', doc: 'The model, or the training, that rewards what is generated; written as `model` is. For PPO alone.' },
  { name: 'revision', doc: "A commit, branch or tag of the model's repository. Default: its newest." },
  { name: 'trust', doc: 'The repository of the model at a commit, as in `"organization/name@0123…"`: what it holds may run as code. Nothing else from a hub ever does.' },
  { name: 'dataset', doc: 'The data set, where the task names none.' },
  { name: 'train_size', doc: 'Share of the records that is trained on, more than 0 and at most 1.' },
  { name: 'seed', doc: 'Decides the split, the order and everything else that is left to chance.' },
] as const;
export const trainingBlocks = ['options', 'launch'] as const;
const defaultLaunch = 'local';

interface Around {
  readonly program: Program;
  readonly params: Params;
  readonly report: Report;
}
type Keys = { -readonly [K in 'task' | 'framework' | 'model' | 'rewardModel' | 'revision' | 'trust' | 'dataset' | 'trainSize' | 'seed']?: Exclude<TrainingPlan[K], undefined> };

/** A training with its parents' entries; the framework where it is known. */
export interface ResolvedTraining {
  readonly declaration: Declaration & { readonly syntax: TrainingNode };
  readonly entries: readonly (SettingEntry | BlockEntry)[];
  readonly framework?: FrameworkSchema;
  /** What the framework takes for the task's kind, where both are known. */
  readonly takes?: FrameworkKindSchema;
  readonly plan?: Omit<TrainingPlan, 'fingerprint'>;
}

/** Checks the entries of a training one by one and lowers them to its plan, as far as it is right. */
export function resolveTraining(declaration: Declaration & { readonly syntax: TrainingNode }, around: Around): ResolvedTraining {
  const { program } = around;
  const declarations = ancestry(declaration, 'Training', program);
  if (!declarations) return { declaration, entries: [] };
  const chain = declarations.map((one) => one.syntax as TrainingNode);
  const broken = declarations.some((one) => one.broken);
  const entries = chain.map((one) => one.entries).reduce<readonly (SettingEntry | BlockEntry)[]>(inheritTraining, []);
  let isRight = true;
  const report: Report = (problem, span, source) => {
    if (problem.severity === 'error') isRight = false;
    around.report(problem, span, source);
  };
  const said = (key: string): string | undefined => {
    const entry = entries.find(({ kind, name }) => kind === 'Setting' && name.text === key) as SettingEntry | undefined;
    return entry && word(entry.value);
  };
  const framework = program.schema.frameworks.find(({ name }) => name === said('framework'));
  const takes = framework && takenFor(framework, kindOfTask(program, said('task') ?? ''));
  const reader = new EntryReader({ ...around, report }, framework, takes);
  for (const entry of entries) reader.read(entry);
  const { keys, options, blocks, launch } = reader;
  const given = entries.map((entry) => entry.name.text);
  const missing = broken ? [] : ['task', 'framework', ...(framework?.needsModel ? ['model'] : [])].filter((key) => !given.includes(key));
  if (missing.length > 0) report(messages.missingKey(`The training "${declaration.name}"`, missing), declaration.syntax.name.span, declaration.source);
  const resolved = { declaration, entries, ...(framework && { framework }), ...(takes && { takes }) };
  if (broken || !isRight || !reader.isComplete || keys.task === undefined || keys.framework === undefined) return resolved;
  return { ...resolved, plan: { name: declaration.name, ...keys, task: keys.task, framework: keys.framework, options, blocks, launch } };
}

/** The plan with its fingerprint: the meaning of the task counts, what it is called does not. */
export function finishTraining(plan: Omit<TrainingPlan, 'fingerprint'>, task: string | undefined): TrainingPlan {
  const { name: _, ...meaning } = plan;
  return { ...plan, fingerprint: fingerprint({ ...meaning, task: task ?? plan.task }) };
}

class EntryReader {
  readonly keys: Keys = {};
  options: Record<string, PlanValue> = {};
  blocks: Record<string, Record<string, PlanValue>> = {};
  launch: TrainingPlan['launch'] = { target: defaultLaunch, options: {} };
  /** Could every entry be read? */
  isComplete = true;
  private readonly seen = new Set<string>();

  constructor(private readonly around: Around, private readonly framework: FrameworkSchema | undefined, private readonly takes: FrameworkKindSchema | undefined) {}

  read(entry: SettingEntry | BlockEntry): void {
    const report = this.reportIn(entry.source);
    if (this.seen.has(entry.name.text)) report(messages.duplicateKey(entry.name.text), entry.name.span);
    this.seen.add(entry.name.text);
    if (entry.kind === 'Block') this.block(entry, report);
    else if (entry.value.kind === 'Missing') this.isComplete = false;
    else this.setting(entry, report);
  }

  private setting({ name, value }: SettingEntry, report: Report): void {
    const { program, params } = this.around;
    switch (name.text) {
      case 'framework': {
        const known = program.schema.frameworks.map((one) => one.name);
        const written = word(value);
        if (written === undefined) report(messages.notConstant(), value.span);
        else if (!known.includes(written)) report(messages.unknownFramework(written, known), value.span);
        else this.keys.framework = written;
        break;
      }
      case 'task':
      case 'dataset': {
        const declared = word(value);
        if (declared === undefined) report(messages.notConstant(), value.span);
        else if (this.isDeclared(declared, name.text, value, report)) this.keys[name.text] = declared;
        break;
      }
      case 'model':
      case 'reward_model': {
        const model = this.model(value, report);
        if (model) this.keys[name.text === 'model' ? 'model' : 'rewardModel'] = model;
        break;
      }
      case 'revision':
      case 'trust': {
        const text = constant(value, params, report);
        if (text === undefined) this.isComplete = false;
        else if (typeof text !== 'string') report(messages.optionType(name.text, 'a text', describeValue(text)), value.span);
        else if (name.text === 'trust' && !/^[^\s@]+\/[^\s@]+@[0-9a-f]{40}$/.test(text)) report(messages.optionRange('trust', 'a repository at a commit of 40 hexadecimal digits, as in "organization/name@0123…"'), value.span);
        else this.keys[name.text] = text;
        break;
      }
      case 'train_size':
      case 'seed': {
        const number = constant(value, params, report);
        const isSize = name.text === 'train_size';
        if (number === undefined) this.isComplete = false;
        else if (typeof number !== 'number' || (isSize ? !(number > 0 && number <= 1) : !Number.isInteger(number) || number < 0)) {
          report(messages.optionRange(name.text, isSize ? 'a number more than 0 and at most 1' : 'a whole number from 0 on'), value.span);
        } else this.keys[isSize ? 'trainSize' : 'seed'] = number;
        break;
      }
      case 'launch': {
        const target = word(value);
        if (target === undefined) report(messages.notConstant(), value.span);
        else this.launch = { target, options: {} };
        break;
      }
      default: {
        const known = [...trainingKeys.map((key) => key.name), ...trainingBlocks, ...Object.keys(this.takes?.blocks ?? {})];
        report(messages.unknownKey('A training', name.text, known, this.instead(name.text)), name.span);
      }
    }
  }

  private isDeclared(name: string, kind: 'task' | 'dataset', { span }: Expression, report: Report): boolean {
    const { program } = this.around;
    const found = program.find(name);
    if (found?.kind === kind || (!found && kind === 'dataset' && Object.hasOwn(program.schema.datasets, name))) return true;
    report(found ? messages.wrongDeclaration(kind, name, found.kind) : messages.unknownDeclaration(kind, name, program.names(kind)), span);
    return false;
  }

  private model(value: Expression, report: Report): Exclude<TrainingPlan['model'], undefined> | undefined {
    const { program, params } = this.around;
    if (value.kind === 'Name' && program.find(value.text)?.kind === 'training') return { training: value.text };
    if (value.kind === 'Name' && !params.has(value.text)) {
      const known = [...program.names('training'), ...params.keys()];
      return (report(messages.unknownModel(value.text, known), value.span), undefined);
    }
    const text = constant(value, params, report);
    if (typeof text === 'string') return { text };
    if (text === undefined) this.isComplete = false;
    else report(messages.optionType('model', 'a text or a training', describeValue(text)), value.span);
    return undefined;
  }

  private block(entry: BlockEntry, report: Report): void {
    const { framework, takes } = this;
    const { target } = entry;
    const name = this.current(entry.name, takes?.blocks, report);
    if (name !== entry.name && this.seen.has(name.text)) report(messages.duplicateKey(name.text), entry.name.span);
    this.seen.add(name.text);
    if (name.text === 'launch') {
      const options = this.values(entry, undefined, '');
      this.launch = { target: target?.text ?? defaultLaunch, options };
      return;
    }
    if (target) report(messages.misplacedBlock('A training', `${name.text} ${target.text}`), target.span);
    if (name.text === 'options') this.options = this.values(entry, takes?.options, framework ? `The framework "${framework.name}"` : '');
    else if (!framework || !takes?.blocks) this.blocks[name.text] = this.values(entry, undefined, '');
    else if (Object.hasOwn(takes.blocks, name.text)) this.blocks[name.text] = this.values(entry, takes.blocks[name.text], `The block "${name.text}"`);
    else report(messages.unknownBlock(framework.name, name.text, [...trainingBlocks, ...Object.keys(takes.blocks)], this.instead(name.text)), name.span);
  }

  /** A block's values by key; `known` are the options that may stand there, all where nothing is known. */
  private values(block: BlockEntry, known: readonly OptionSchema[] | undefined, owner: string): Record<string, PlanValue> {
    const values = new Map<string, PlanValue>();
    const seen = new Set<string>();
    for (const entry of block.entries) {
      const report = this.reportIn(entry.source);
      const { text } = this.current(entry.name, known && Object.fromEntries(known.map((one) => [one.name, one])), report);
      if (entry.kind === 'Block') {
        report(messages.misplacedBlock(`"${block.name.text}"`, text), entry.name.span);
        continue;
      }
      if (seen.has(text)) report(messages.duplicateKey(text), entry.name.span);
      seen.add(text);
      const option = known?.find((one) => one.name === text);
      if (known && !option) {
        report(messages.unknownOption(owner, text, known.map((one) => one.name), this.instead(text)), entry.name.span);
        continue;
      }
      // Of a block that nothing is known of, as `launch`, a word is a text.
      const own = entry.value.kind === 'Name' && !known && !this.around.params.has(entry.value.text) ? [entry.value.text] : option?.choices;
      const value = constant(entry.value, this.around.params, report, own && { of: text, names: own });
      if (value === undefined) this.isComplete = false;
      else if (option && !(value === null ? option.default === null || option.optional : fitsOption(value, option.type))) report(messages.optionType(text, describeOption(option.type), describeValue(value)), entry.value.span);
      else if (option?.choices && typeof value === 'string' && !option.choices.includes(value)) report(messages.unknownWord(`"${text}"`, value, option.choices), entry.value.span);
      else values.set(text, value);
    }
    return Object.fromEntries([...values].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** What to write for a name that does not stand where it is written. */
  private instead(name: string): string | undefined {
    const { options = [], blocks = {}, renamed = {}, removed = {} } = this.takes ?? {};
    if (Object.hasOwn(removed, name)) return removed[name];
    const current = Object.hasOwn(renamed, name) ? renamed[name]! : name;
    if (Object.hasOwn(blocks, current)) return `It is a block: write \`${current} { … }\`.`;
    if (options.some((option) => option.name === current)) return `It is an option: write \`options { ${current} = … }\`.`;
    const block = Object.keys(blocks).find((one) => blocks[one]!.some((option) => option.name === current));
    return block && `It stands in a block: write \`${block} { ${current} = … }\`.`;
  }

  /** A name by what it is called now: old names are taken, and said. */
  private current(name: Name, known: Readonly<Record<string, unknown>> | undefined, report: Report): Name {
    const renamed = this.takes?.renamed ?? {};
    const current = Object.hasOwn(renamed, name.text) ? renamed[name.text]! : undefined;
    if (current === undefined || !known || !Object.hasOwn(known, current)) return name;
    report(messages.renamed(name.text, current), name.span);
    return { ...name, text: current };
  }

  private reportIn(source: Source): Report {
    return (problem, span) => this.around.report(problem, span, source);
  }
}

/** What may stand in a block of a framework; nothing where that is not known. */
export function blockOptions({ options, blocks }: FrameworkKindSchema, block: string): readonly OptionSchema[] | undefined {
  if (block === 'options') return options;
  return blocks && Object.hasOwn(blocks, block) ? blocks[block] : undefined;
}

/** What a framework takes for a kind; where no kind is known, all that it takes for any. */
export function takenFor({ kinds }: FrameworkSchema, kind: string | undefined): FrameworkKindSchema | undefined {
  if (kind !== undefined) return Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  const all = Object.values(kinds);
  const [first] = all;
  if (!first || all.some(({ options, blocks }) => !options || !blocks)) return first;
  const byName = (tables: readonly (readonly OptionSchema[])[]) => [...new Map(tables.flat().map((option) => [option.name, option])).values()];
  const blocks = [...new Set(all.flatMap((one) => Object.keys(one.blocks!)))];
  return {
    options: byName(all.map(({ options }) => options!)),
    blocks: Object.fromEntries(blocks.map((block) => [block, byName(all.map((one) => one.blocks![block] ?? []))])),
    renamed: Object.assign({}, ...all.map(({ renamed }) => renamed)),
    removed: Object.assign({}, ...all.map(({ removed }) => removed)),
  };
}

/** A word that stands for itself, quoted or not. */
function word(value: Expression): string | undefined {
  if (value.kind === 'Name') return value.text;
  return value.kind === 'Literal' && typeof value.value === 'string' ? value.value : undefined;
}

/** The kind of the task that a training names, its parents asked. */
export function kindOfTask(program: Program, task: string): string | undefined {
  const found = program.find(task);
  const chain = found && ancestry(found, 'Task', program);
  const type = chain?.[0]?.syntax.kind === 'Task' ? chain[0].syntax.type : undefined;
  return type && findKind(program, type.text)?.name;
}

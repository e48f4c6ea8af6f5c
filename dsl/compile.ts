import type { Declaration, DatasetNode, ParamNode, TaskNode, TemplateNode, TrainingNode } from './ast.js';
import { constant, type Params } from './constant.js';
import { datasetSchema, resolveDataset } from './dataset.js';
import type { Diagnostic } from './diagnostics.js';
import { fingerprint, templateMeaning } from './fingerprint.js';
import * as messages from './messages.js';
import { planVersion, type DatasetPlan, type Literal, type Plan, type TaskPlan, type TrainingPlan } from './plan.js';
import { Program, type Meanings, type Records, type Report } from './program.js';
import { rules } from './rules/index.js';
import type { Schema } from './schema.js';
import { finishTask, hasDataset, resolveTask, type ResolvedTask } from './task.js';
import { resolveTemplate, templatePlan, type TemplateMeaning } from './template.js';
import { finishTraining, kindOfTask, resolveTraining, type ResolvedTraining } from './training.js';
import { describeValue, literalType, describe } from './types.js';

export interface CompileOptions {
  readonly schema: Schema;
  /** Values given from outside (`-p`), before those written; a text is read as the type that is written. */
  readonly params?: Readonly<Record<string, Literal>>;
  /** Data set for tasks that name none (`--dataset`), before the one that a training names. */
  readonly dataset?: string | undefined;
  /** An include could not be read: what is declared nowhere may stand there, and nothing is said of it. */
  readonly incomplete?: boolean;
}

export interface Compiled {
  readonly plan: Plan;
  /** Of all declarations, in their order. */
  readonly diagnostics: readonly Diagnostic[];
  /** Tasks that are right as far as one can see, but whose data set has to be loaded before they have a plan. */
  readonly waiting: readonly { readonly task: string; readonly kind?: string; /** Absent: nothing names one. */ readonly dataset?: string }[];
}

/** Everything that is known of a program, for the rules and the editor. */
export interface Analysis {
  readonly program: Program;
  readonly params: Params;
  readonly templates: ReadonlyMap<string, TemplateMeaning>;
  readonly templateMeanings: ReadonlyMap<string, Meanings>;
  readonly tasks: readonly ResolvedTask[];
  readonly trainings: readonly ResolvedTraining[];
  readonly datasets: ReadonlyMap<string, DatasetPlan>;
  readonly recordsOf: (dataset: string) => Records;
}

/**
 * Checks declarations of one or several cells and gives their plan: declarations → names looked up → rules → plan.
 * A declaration with errors is left out of the plan; everything else is in it.
 *
 * @example
 * const { declarations } = parse({ name: 'cell[1]', text: 'param seed = 42', lineOffset: 0 });
 * compile(declarations, { schema }).plan.params; // { seed: 42 }
 */
export function compile(declarations: readonly Declaration[], options: CompileOptions): Compiled {
  const analysis = analyze(declarations, options);
  const { program, tasks, trainings, datasets, params, templates } = analysis;
  for (const rule of rules) rule(analysis);
  const wrong = new Set(program.diagnostics.filter(({ severity }) => severity === 'error')
    .flatMap(({ source, span }) => program.current.filter((one) => one.source === source && span.start >= one.span.start && span.start <= one.span.end)));
  const ancestorsWrong = (declaration: Declaration): boolean => {
    const seen = new Set<Declaration>();
    for (let one: Declaration | undefined = declaration; one && !seen.has(one); ) {
      if (one.broken || wrong.has(one)) return true;
      seen.add(one);
      one = 'parent' in one.syntax && one.syntax.parent ? program.find(one.syntax.parent.text) : undefined;
    }
    return false;
  };
  const datasetPrints = new Map([...datasets].map(([dataset, { name: _, ...what }]) => [dataset, fingerprint(what)]));
  const taskPlans = new Map<string, TaskPlan>();
  const waiting: { task: string; kind?: string; dataset?: string }[] = [];
  for (const { plan, declaration, records } of tasks) {
    if (ancestorsWrong(declaration)) continue;
    if (taskPlans.has(declaration.name) || waiting.some(({ task }) => task === declaration.name)) continue;
    if (plan) taskPlans.set(declaration.name, finishTask(plan, plan.dataset === undefined ? undefined : datasetPrints.get(plan.dataset)));
    else if (!records?.schema) {
      const kind = kindOfTask(program, declaration.name);
      waiting.push({ task: declaration.name, ...(kind !== undefined && { kind }), ...(records?.name !== undefined && { dataset: records.name }) });
    }
  }
  const trainingPlans = new Map<string, TrainingPlan>();
  for (const { plan, declaration } of trainings) {
    if (plan && !ancestorsWrong(declaration)) trainingPlans.set(declaration.name, finishTraining(plan, taskPlans.get(plan.task)?.fingerprint));
  }
  const templatePlans = [...templates.values()].flatMap((template) => (ancestorsWrong(program.find(template.name)!) ? [] : templatePlan(template) ?? []));
  const plan: Omit<Plan, 'fingerprint'> = {
    version: planVersion,
    params: Object.fromEntries([...params].filter((entry): entry is [string, Literal] => entry[1] !== undefined)),
    datasets: Object.fromEntries(datasets),
    templates: Object.fromEntries(templatePlans.map((template) => [template.name, template])),
    tasks: Object.fromEntries(taskPlans),
    trainings: Object.fromEntries(trainingPlans),
  };
  return { plan: { ...plan, fingerprint: planFingerprint(plan) }, diagnostics: inOrder(program), waiting };
}

/** What is called by its name counts with it; a param counts where it is used. */
function planFingerprint({ datasets, templates, tasks, trainings }: Omit<Plan, 'fingerprint'>): string {
  const printsOf = (plans: Plan['tasks'] | Plan['trainings']) => Object.fromEntries(Object.entries(plans).map(([name, one]) => [name, one.fingerprint]));
  const meanings = Object.entries(templates).map(([name, { parameters, body }]) => [name, templateMeaning(parameters, body)] as const);
  return fingerprint({ datasets, templates: Object.fromEntries(meanings), tasks: printsOf(tasks), trainings: printsOf(trainings) });
}

/** Looks up every name of a program. */
export function analyze(declarations: readonly Declaration[], { schema, params: given = {}, dataset, incomplete }: CompileOptions): Analysis {
  const program = new Program(declarations, schema, incomplete);
  const reportIn = (declaration: Declaration): Report => (problem, span, source = declaration.source) => program.report(problem, span, source);
  const all = <N>(kind: Declaration['kind']) => program.current.filter((one) => one.kind === kind) as (Declaration & { readonly syntax: N })[];

  const params = new Map<string, Literal | undefined>(program.names('param').map((name) => [name, undefined]));
  for (const declaration of all<ParamNode>('param')) if (!declaration.broken) params.set(declaration.name, paramValue(declaration, given, reportIn(declaration)));

  const datasets = new Map<string, DatasetPlan>();
  for (const declaration of all<DatasetNode>('dataset')) {
    const plan = resolveDataset(declaration, { program, params, report: reportIn(declaration) });
    if (plan && !declaration.broken) datasets.set(declaration.name, plan);
  }
  const schemas = new Map<string, Records>();
  const recordsOf = (name: string): Records => {
    const known = Object.hasOwn(schema.datasets, name) ? schema.datasets[name] : undefined;
    const found = schemas.get(name) ?? withSchema(name, datasetSchema(program.find(name), known));
    schemas.set(name, found);
    return found;
  };

  const templates = new Map<string, TemplateMeaning>();
  const templateMeanings = new Map<string, Meanings>();
  const templateOf = (name: string): TemplateMeaning | undefined => {
    if (templateMeanings.has(name)) return templates.get(name);
    const declaration = all<TemplateNode>('template').find((one) => one.name === name && !one.broken);
    if (!declaration) return undefined;
    const meanings: Meanings = new Map();
    templateMeanings.set(name, meanings);
    const meaning = resolveTemplate(declaration, { program, params, templateOf, meanings, report: reportIn(declaration) });
    templates.set(name, meaning);
    return meaning;
  };
  for (const name of program.names('template')) templateOf(name);

  const trainings = all<TrainingNode>('training').map((declaration) => resolveTraining(declaration, { program, params, report: reportIn(declaration) }));
  // A task that names no data set is checked against each that is named for it.
  const namedFor = (task: string): readonly (string | undefined)[] => {
    if (dataset !== undefined) return [dataset];
    const named = new Set(trainings.flatMap(({ plan }) => (plan?.task === task && plan.dataset !== undefined ? [plan.dataset] : [])));
    return named.size > 0 ? [...named] : [undefined];
  };
  const tasks = all<TaskNode>('task').flatMap((declaration) => {
    const around = { program, params, templateOf, recordsOf, report: reportIn(declaration) };
    return (hasDataset(declaration, program) ? [undefined] : namedFor(declaration.name)).map((named) => resolveTask(declaration, around, named));
  });
  return { program, params, templates, templateMeanings, tasks, trainings, datasets, recordsOf };
}

const withSchema = (name: string, schema: Records['schema']): Records => ({ name, ...(schema ? { schema } : {}) });

/** The value that counts: the given one before the written one; a given text is read as the written type. */
function paramValue({ syntax, name }: Declaration & { readonly syntax: ParamNode }, given: Readonly<Record<string, Literal>>, report: Report): Literal | undefined {
  const written = constant(syntax.value, new Map(), report);
  if (written === undefined) return undefined;
  if (Array.isArray(written) || (typeof written === 'object' && written !== null)) return (report(messages.notConstant(), syntax.value.span), undefined);
  if (!Object.hasOwn(given, name)) return written as Literal;
  const value = given[name]!;
  const read = typeof value !== 'string' || typeof written === 'string' || written === null ? value
    : typeof written === 'number' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value)
    : value === 'true' || value === 'false' ? value === 'true' : value;
  if (written === null || read === null || typeof read === typeof written) return read;
  report(messages.parameterValue(name, describe(literalType(written as Literal)), describeValue(value)), syntax.value.span);
  return undefined;
}

/** Diagnostics in the order of the sources and the places in them. */
function inOrder({ diagnostics, declarations }: Program): Diagnostic[] {
  const sources = [...new Set(declarations.map(({ source }) => source))];
  return [...diagnostics].sort((a, b) => sources.indexOf(a.source) - sources.indexOf(b.source) || a.span.start - b.span.start);
}

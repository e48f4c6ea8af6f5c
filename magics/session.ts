import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compile, readProgram, type Declaration, type Diagnostic, type Plan, type Source, type TaskPlan, type TrainingPlan } from '../dsl/index.js';
import type { ImportModule, Scope } from '../kernel/cell.js';
import type { FeedbackDataset, Prepared, PrepareOptions, TrainingTask } from '../runtime/index.js';
import { UserError } from '../runtime/error.js';
import type { LaterRun } from '../runtime/trainer.js';
import type { Run } from '../runtime/run/run.js';
import { openRun, RunStore } from '../runtime/run/store.js';
import { preview, type Preview, type PreviewOptions } from '../runtime/prepare/preview.js';
import type { FunctionPlaces } from './bind/function.js';
import { bindTask, splitOptions } from './bind/task.js';
import { bindTraining, type BoundTraining } from './bind/training.js';
import type { SessionContext } from './context.js';
import { DatasetShelf } from './datasets.js';
import { inOrder, isError, unopened, type Checked, type Examined } from './examined.js';
import { ModelShelf } from './models.js';
import { ProgramError } from './programError.js';
import { unknownName } from './unknownName.js';
import { literal } from './literal.js';
import { languageSchema } from './schema.js';

export interface SessionOptions {
  /** Where relative paths of programs start: the notebook's folder, or the program's. */
  readonly folder: string;
  /** The user's variables; a terminal has none. */
  readonly scope?: Scope;
  /** Loads the files whose functions programs use. */
  readonly importModule?: ImportModule | undefined;
  /** `-p name=value`; they come before variables and the program's own values. */
  readonly params?: Readonly<Record<string, string>> | undefined;
  /** `--dataset`: the data of tasks that name none. */
  readonly dataset?: string | undefined;
  /** Prepared data and runs. Default: `TASKLAB_HOME`, or `.tasklab` in the working folder. */
  readonly home?: string;
}

/** What a cell or a file declared. */
export interface Declared {
  readonly names: readonly { readonly name: string; readonly kind: Declaration['kind'] }[];
  /** Warnings, and errors of earlier cells that this one brought about. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The declarations of a notebook or of a program, and the objects behind them, by name. */
export class Session {
  readonly folder: string;
  readonly runs: RunStore;
  readonly #places: FunctionPlaces;
  readonly #given: Readonly<Record<string, string>>;
  readonly #home: string;
  readonly #datasets: DatasetShelf;
  readonly #dataset: string | undefined;
  #checked: Checked = { ...compile([], { schema: languageSchema({}) }), declarations: [], params: {}, schemas: {}, failures: new Map() };
  /** What was said of the declarations that count: it is not said again. */
  #said: readonly Diagnostic[] = [];
  /** The values of params as the program's own text gave them, to tell them from the user's variables. */
  #ownParams = new Map<string, unknown>();
  /** `%config`: options of trainings that were changed since. */
  #changed = new Map<string, Readonly<Record<string, unknown>>>();

  constructor({ folder, scope, importModule, params, dataset, home }: SessionOptions) {
    this.folder = resolve(folder);
    this.#home = resolve(home ?? process.env['TASKLAB_HOME'] ?? '.tasklab');
    this.#places = { scope: scope ?? (() => undefined), folder: this.folder, importModule };
    this.#given = params ?? {};
    this.#dataset = dataset;
    this.#datasets = new DatasetShelf(this.folder, this.#places.scope);
    this.runs = new RunStore(join(this.#home, 'runs'));
  }

  /** Models of runs, loaded when they are asked. */
  readonly models = new ModelShelf();

  /** The user's variables. */
  get scope(): Scope {
    return this.#places.scope;
  }

  get plan(): Plan {
    return this.#checked.plan;
  }

  /**
   * Adds the declarations of a text and of what it includes; one of the same name replaces the earlier one, and what depends
   * on it is checked again. With an error in the text nothing of it is declared.
   * @throws {ProgramError} with all mistakes at once.
   */
  async declare(source: Source, given: Readonly<Record<string, string>> = this.#given): Promise<Declared> {
    const { program, own, diagnostics, checked } = await this.examine(source, given);
    if (own.some(isError)) throw new ProgramError(own);
    const before = new Set(this.#said.map(keyOf));
    this.#checked = checked;
    this.#said = diagnostics;
    for (const name of Object.keys(this.plan.params)) if (!(name in checked.params)) this.#ownParams.set(name, this.plan.params[name]);
    // Of several declarations of a name, as an included one and the program's own, the last counts.
    const names = program.declarations.filter(({ name }, i, all) => all.findLastIndex((one) => one.name === name) === i).map(({ name, kind }) => ({ name, kind }));
    return { names, diagnostics: diagnostics.filter((one) => own.includes(one) || !before.has(keyOf(one))) };
  }

  /** All that can be said of a text before anything of it is declared: its data sets are opened, its declarations checked. */
  async examine(source: Source, given: Readonly<Record<string, string>> = this.#given): Promise<Examined> {
    const program = readProgram(source, (path) => readFileSync(resolve(this.folder, path), 'utf8'));
    const names = new Set(program.declarations.map((d) => d.name));
    const declarations = [...this.#checked.declarations.filter((d) => !names.has(d.name)), ...program.declarations];
    const params = this.#paramValues(declarations, given);
    const options = { params, dataset: this.#dataset, incomplete: program.incomplete };
    // Twice: the first plan says which data sets to open, the second is checked against what is in them.
    const first = compile(declarations, { ...options, schema: languageSchema({}) });
    const { schemas, failures } = await this.#datasets.open(Object.values(first.plan.datasets));
    const compiled = compile(declarations, { ...options, schema: languageSchema(schemas) });
    const diagnostics = inOrder([...program.diagnostics, ...compiled.diagnostics, ...unopened(declarations, failures)], program.sources);
    const own = diagnostics.filter((d) => program.sources.includes(d.source));
    return { program, own, diagnostics, checked: { ...compiled, declarations, params, schemas, failures } };
  }

  /** Values that come before the program's own: `-p`, then a variable of the user's that is not our own echo. */
  #paramValues(declarations: readonly Declaration[], given: Readonly<Record<string, string>>): Record<string, string | number | boolean | null> {
    const params: Record<string, string | number | boolean | null> = {};
    const declared = declarations.filter((d) => d.kind === 'param').map((d) => d.name);
    for (const name of Object.keys(given)) {
      if (!declared.includes(name)) throw unknownName('param', name, declared);
    }
    for (const name of declared) {
      const variable = this.#places.scope(name);
      if (Object.hasOwn(given, name)) params[name] = literal(given[name]!);
      else if (isLiteral(variable) && this.#ownParams.get(name) !== variable) params[name] = variable;
    }
    return params;
  }

  /** All that is declared, by name. */
  get declared(): Readonly<Record<string, Declaration['kind']>> {
    return Object.fromEntries(this.#checked.declarations.map(({ name, kind }) => [name, kind]));
  }

  /** @throws {UserError} `name/unknown-dataset`. */
  async dataset(name: string): Promise<FeedbackDataset> {
    const plan = this.plan.datasets[name];
    if (!plan) throw unknownName('dataset', name, Object.keys(this.plan.datasets));
    return this.#datasets.get(plan);
  }

  /** The data set and the question of `dataset.question`. */
  async question(path: string): Promise<{ dataset: FeedbackDataset; question: string }> {
    const [name = '', question, ...rest] = path.split('.');
    if (!question || rest.length > 0) {
      throw new UserError('command/usage', `"${path}" does not name a question.`, 'Write DATASET.QUESTION, as in messages.topic.');
    }
    const dataset = await this.dataset(name);
    dataset.questionByName(question);
    return { dataset, question };
  }

  /**
   * The task of that name; `dataset` names the data where the task does not.
   * @throws {UserError} `name/unknown-task`, `task/no-dataset`, or why its data set could not be opened.
   */
  async task(name: string, dataset?: string): Promise<TrainingTask> {
    return bindTask(this.taskPlan(name, dataset), this.#places);
  }

  /** The rows of a task; `datasetName` names the data where the task does not. */
  async prepare(taskName: string, options: Pick<PrepareOptions, 'trainSize' | 'seed' | 'signal' | 'onProgress'>, datasetName?: string): Promise<Prepared> {
    const plan = this.taskPlan(taskName, datasetName);
    const name = this.datasetOf(plan, datasetName);
    if (!name) throw noDataset(taskName);
    // Loaded when it is needed: checking a program needs no Arrow.
    const { prepare } = await import('../runtime/prepare/index.js');
    return prepare(await bindTask(plan, this.#places), await this.dataset(name), { ...splitOptions(plan), ...options, seed: seedOf(plan, options.seed), cacheFolder: join(this.#home, 'prepared') });
  }

  /** What a task makes of a data set, and where that came from; nothing is written. */
  async preview(plan: TaskPlan, dataset: string, options: PreviewOptions): Promise<Preview> {
    return preview(await bindTask(plan, this.#places), await this.dataset(dataset), { ...options, seed: seedOf(plan, options.seed) });
  }

  /** The data of a task: its own, those of the caller, or those that the one training names which uses it. */
  datasetOf(plan: TaskPlan, named?: string): string | undefined {
    return plan.dataset ?? named ?? this.#dataset ?? Object.values(this.plan.trainings).find(({ task, dataset }) => task === plan.name && dataset !== undefined)?.dataset;
  }

  /** The plan of a task, with the same errors as {@link task}; `given` are values of params for this once. */
  taskPlan(name: string, dataset?: string, given: Readonly<Record<string, string>> = {}): TaskPlan {
    const { declarations, schemas, failures } = this.#checked;
    const isAsDeclared = dataset === undefined && Object.keys(given).length === 0;
    if (dataset !== undefined && !(dataset in this.plan.datasets)) throw unknownName('dataset', dataset, Object.keys(this.plan.datasets));
    const { plan, diagnostics, waiting } = isAsDeclared
      ? this.#checked
      : compile(declarations, { schema: languageSchema(schemas), params: { ...this.#checked.params, ...this.#paramValues(declarations, given) }, dataset: dataset ?? this.#dataset });
    const found = plan.tasks[name];
    if (found?.dataset !== undefined && dataset !== undefined && found.dataset !== dataset) {
      throw new UserError('task/dataset', `The task "${name}" is on "${found.dataset}".`, `Leave out --dataset ${dataset}, or write a task without "on".`);
    }
    if (found) return found;
    if (this.declared[name] !== 'task') throw unknownName('task', name, Object.keys(plan.tasks));
    const waits = waiting.find(({ task }) => task === name);
    if (waits) throw failures.get(waits.dataset ?? '') ?? noDataset(name);
    throw new ProgramError(diagnostics.filter(isError));
  }

  /** @throws {UserError} `name/unknown-training`. */
  training(name: string): BoundTraining {
    const plan = this.plan.trainings[name];
    if (!plan) throw unknownName('training', name, Object.keys(this.plan.trainings));
    return this.#bind(plan, this.#changed.get(name) ?? {});
  }

  /** Changes options of a training for the runs to come; checked at once. */
  configure(name: string, options: Readonly<Record<string, unknown>>): BoundTraining {
    const { plan } = this.training(name);
    const changed = { ...this.#changed.get(name), ...options };
    const bound = this.#bind(plan, changed);
    this.#changed.set(name, changed);
    return bound;
  }

  #bind(plan: TrainingPlan, changed: Readonly<Record<string, unknown>>): BoundTraining {
    const later = (name: string): LaterRun => ({ name, run: () => this.#newestRun(name) });
    return bindTraining(plan, changed, { kind: this.#kindOf(plan.task), runs: this.runs, folder: this.folder, later });
  }

  /** The newest finished run of a training; throws `training/not-trained`. */
  async #newestRun(name: string): Promise<Run> {
    const newest = await this.runs.newest(name);
    if (newest) return newest;
    throw new UserError('training/not-trained', `The training "${name}" has no finished run.`, `Train it first: %train ${name}.`);
  }

  /** The kind of a task, of one that waits for its data too. */
  #kindOf(task: string): string | undefined {
    const { plan, waiting } = this.#checked;
    return plan.tasks[task]?.kind ?? waiting.find((one) => one.task === task)?.kind;
  }

  /**
   * A run by its own name, by its training's (the newest finished one), or by its folder.
   * @throws {UserError} `training/not-trained`, `name/unknown-run`.
   */
  async runNamed(name: string): Promise<Run> {
    const newest = await this.runs.newest(name);
    if (newest) return newest;
    if (Object.hasOwn(this.plan.trainings, name)) return this.#newestRun(name);
    const names = (await this.runs.list()).map((run) => run.name);
    if (names.includes(name)) return this.runs.open(name);
    if (existsSync(join(name, 'tasklab'))) return openRun(resolve(name));
    throw unknownName('run', name, names);
  }

  /** What the editor side needs to know, as JSON. */
  context(): SessionContext {
    const { schemas, declarations } = this.#checked;
    const sources = new Map(declarations.map((d) => [d.source.name, d.source]));
    const { datasets, tasks, trainings } = this.plan;
    return {
      datasets: schemas,
      sources: [...sources.values()],
      names: {
        dataset: Object.keys(datasets),
        task: Object.keys(tasks),
        training: Object.keys(trainings),
        run: Object.keys(trainings),
        question: Object.entries(schemas).flatMap(([name, schema]) => Object.keys(schema.questions).map((q) => `${name}.${q}`)),
      },
    };
  }
}

const seedOf = ({ settings: { seed } }: TaskPlan, given: number | undefined): number | undefined => given ?? (typeof seed === 'number' ? seed : undefined);

const noDataset = (task: string): UserError =>
  new UserError('task/no-dataset', `The task "${task}" says nothing about where its records come from.`, 'Write "on DATASET" behind its kind, or name a data set: --dataset.');

const keyOf = ({ source, code, span }: Diagnostic): string => JSON.stringify([source.name, code, span.start, span.end]);

const isLiteral = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value);


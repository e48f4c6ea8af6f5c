import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compile, parse, type Declaration, type Diagnostic, type Plan, type Source } from '../dsl/index.js';
import type { Scope } from '../kernel/cell.js';
import type { FeedbackDataset, Prepared, PrepareOptions, TrainingTask } from '../runtime/index.js';
import { openRun, prepare, RunStore, UserError, type Run } from '../runtime/index.js';
import { bindTask } from './bind/task.js';
import { bindTraining, type BoundTraining } from './bind/training.js';
import type { SessionContext } from './context.js';
import { DatasetShelf } from './datasets.js';
import { ProgramError } from './programError.js';
import { unknownName } from './unknownName.js';
import { literal } from './literal.js';
import { languageSchema } from './schema.js';

export interface SessionOptions {
  /** Where relative paths of programs start: the notebook's folder, or the program's. */
  readonly folder: string;
  /** The user's variables; a terminal has none. */
  readonly scope?: Scope;
  /** `-p name=value`; they come before variables and the program's own values. */
  readonly params?: Readonly<Record<string, string>>;
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
  readonly #scope: Scope;
  readonly #given: Readonly<Record<string, string>>;
  readonly #home: string;
  readonly #datasets: DatasetShelf;
  #declarations: readonly Declaration[] = [];
  #plan: Plan = { version: 1, params: {}, datasets: {}, tasks: {}, trainings: {} };
  /** The values of params as the program's own text gave them, to tell them from the user's variables. */
  #ownParams = new Map<string, unknown>();
  /** `%config`: options of trainings that were changed since. */
  #changed = new Map<string, Readonly<Record<string, unknown>>>();

  constructor({ folder, scope, params, home }: SessionOptions) {
    this.folder = resolve(folder);
    this.#home = resolve(home ?? process.env['TASKLAB_HOME'] ?? '.tasklab');
    this.#scope = scope ?? (() => undefined);
    this.#given = params ?? {};
    this.#datasets = new DatasetShelf(this.folder, this.#scope);
    this.runs = new RunStore(join(this.#home, 'runs'));
  }

  get plan(): Plan {
    return this.#plan;
  }

  /**
   * Adds the declarations of a text; one of the same name replaces the earlier one, and what depends on it is checked again.
   * With an error in the text nothing of it is declared.
   * @throws {ProgramError} with all mistakes at once.
   */
  async declare(source: Source, given: Readonly<Record<string, string>> = this.#given): Promise<Declared> {
    const parsed = parse(source);
    const names = new Set(parsed.declarations.map((d) => d.name));
    const declarations = [...this.#declarations.filter((d) => !names.has(d.name)), ...parsed.declarations];
    const params = this.#paramValues(declarations, given);
    // Twice: the first plan says which data sets to open, the second is checked against what is in them.
    const first = compile(declarations, { schema: languageSchema({}), params });
    const syntax = parsed.diagnostics.filter(isError);
    const schemas = syntax.length > 0 ? {} : await this.#datasets.open(Object.values(first.plan.datasets));
    const { plan, diagnostics } = compile(declarations, { schema: languageSchema(schemas), params });
    const all = [...parsed.diagnostics, ...diagnostics];
    const own = all.filter((d) => d.source === source);
    if (own.some(isError)) throw new ProgramError(own);
    this.#declarations = declarations;
    this.#plan = plan;
    for (const name of Object.keys(plan.params)) if (!(name in params)) this.#ownParams.set(name, plan.params[name]);
    return { names: parsed.declarations.map(({ name, kind }) => ({ name, kind })), diagnostics: all };
  }

  /** Values that come before the program's own: `-p`, then a variable of the user's that is not our own echo. */
  #paramValues(declarations: readonly Declaration[], given: Readonly<Record<string, string>>): Record<string, string | number | boolean | null> {
    const params: Record<string, string | number | boolean | null> = {};
    const declared = declarations.filter((d) => d.kind === 'param').map((d) => d.name);
    for (const name of Object.keys(given)) {
      if (!declared.includes(name)) throw unknownName('param', name, declared);
    }
    for (const name of declared) {
      const variable = this.#scope(name);
      if (Object.hasOwn(given, name)) params[name] = literal(given[name]!);
      else if (isLiteral(variable) && this.#ownParams.get(name) !== variable) params[name] = variable;
    }
    return params;
  }

  /** All that is declared, by name. */
  get declared(): Readonly<Record<string, Declaration['kind']>> {
    return Object.fromEntries(this.#declarations.map(({ name, kind }) => [name, kind]));
  }

  /** @throws {UserError} `name/unknown-dataset`. */
  async dataset(name: string): Promise<FeedbackDataset> {
    const plan = this.#plan.datasets[name];
    if (!plan) throw unknownName('dataset', name, Object.keys(this.#plan.datasets));
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

  /** @throws {UserError} `name/unknown-task`. */
  task(name: string): TrainingTask {
    const plan = this.#plan.tasks[name];
    if (!plan) throw unknownName('task', name, Object.keys(this.#plan.tasks));
    return bindTask(plan, this.#scope);
  }

  /** The rows of a task; `dataset` names the data where the task does not. */
  async prepare(taskName: string, options: Pick<PrepareOptions, 'trainSize' | 'seed' | 'signal' | 'onProgress'>, datasetName?: string): Promise<Prepared> {
    const task = this.task(taskName);
    const name = this.#plan.tasks[taskName]!.dataset ?? datasetName;
    if (!name) {
      throw new UserError('task/no-dataset', `The task "${taskName}" says nothing about where its records come from.`, 'Write "on DATASET" behind its kind, or name a data set.');
    }
    const { seed } = this.#plan.tasks[taskName]!.settings;
    const seeded = { ...options, seed: options.seed ?? (typeof seed === 'number' ? seed : undefined) };
    return prepare(task, await this.dataset(name), { ...seeded, cacheFolder: join(this.#home, 'prepared') });
  }

  /** @throws {UserError} `name/unknown-training`. */
  training(name: string): BoundTraining {
    const plan = this.#plan.trainings[name];
    if (!plan) throw unknownName('training', name, Object.keys(this.#plan.trainings));
    return bindTraining(plan, this.#changed.get(name) ?? {}, this.runs);
  }

  /** Changes options of a training for the runs to come; checked at once. */
  configure(name: string, options: Readonly<Record<string, unknown>>): BoundTraining {
    const { plan } = this.training(name);
    const changed = { ...this.#changed.get(name), ...options };
    const bound = bindTraining(plan, changed, this.runs);
    this.#changed.set(name, changed);
    return bound;
  }

  /**
   * A run by its own name, by its training's (the newest finished one), or by its folder.
   * @throws {UserError} `training/not-trained`, `name/unknown-run`.
   */
  async runNamed(name: string): Promise<Run> {
    const newest = await this.runs.newest(name);
    if (newest) return newest;
    if (name in this.#plan.trainings) throw new UserError('training/not-trained', `The training "${name}" has no finished run.`, `Train it first: %train ${name}.`);
    const names = (await this.runs.list()).map((run) => run.name);
    if (names.includes(name)) return this.runs.open(name);
    if (existsSync(join(name, 'tasklab'))) return openRun(resolve(name));
    throw unknownName('run', name, names);
  }

  /** What the editor side needs to know, as JSON. */
  context(): SessionContext {
    const sources = new Map(this.#declarations.map((d) => [d.source.name, d.source]));
    const { datasets, tasks, trainings } = this.#plan;
    const schemas = this.#datasets.schemas();
    return {
      schema: languageSchema(schemas),
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

const isError = (diagnostic: Diagnostic): boolean => diagnostic.severity === 'error';

const isLiteral = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value);


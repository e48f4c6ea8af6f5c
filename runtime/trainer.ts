import { constants } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from './error.js';
import type { Framework } from './frameworks/framework.js';
import type { Input, LabelPrediction, Prediction, Warn } from './frameworks/model.js';
import { frameworkNamed, predict } from './frameworks/index.js';
import { resolveBlocks, resolveOptions, resolveTable, takenFor } from './frameworks/options.js';
import { fromJobFolder, modelSource, trusted } from './frameworks/modelSource.js';
import { launcherNamed } from './launch/index.js';
import type { Drop } from './prepare/manifest.js';
import type { RunEvent } from './run/event.js';
import type { Run } from './run/run.js';
import type { RunStore } from './run/store.js';
import { needTrusted } from './run/trusted.js';

/** What a trainer needs of prepared data (`runtime/prepare`): their folder, and what its manifest says. */
export interface TrainingData {
  readonly folder: string;
  readonly manifest: {
    readonly fingerprint: string;
    readonly task: { readonly name: string; readonly kind: string; readonly fingerprint: string };
    readonly columns: readonly { readonly name: string; readonly type: string }[];
    /** In the question's order; null for kinds without labels. */
    readonly labels: readonly string[] | null;
    readonly counts: { readonly test: { readonly rows: number } };
  };
}

type Values = Readonly<Record<string, unknown>>;

export interface TrainerConfig {
  /** The training's name; its runs are `name-1`, `name-2` … */
  readonly name: string;
  readonly framework: string;
  /** The kind of the task that it trains. Default: the only one that the framework has. */
  readonly kind?: string | undefined;
  /** Where relative folders of models start. Default: the working folder. */
  readonly folder?: string | undefined;
  readonly runs: RunStore;
  /** What it starts from: a finished run, a folder, a repository of a hub, or a name that the framework knows. */
  readonly model?: StartModel | undefined;
  readonly rewardModel?: StartModel | undefined;
  /** Commit, branch or tag of the model's repository. Default: its newest. */
  readonly revision?: string | undefined;
  /** `organization/name@commit`: what the repository holds may run as code. Default: nothing may. */
  readonly trust?: string | undefined;
  readonly options?: Values | undefined;
  /** `lora`, `generation` … */
  readonly blocks?: Readonly<Record<string, Values>> | undefined;
  /** Default: 42 (the frameworks' own). */
  readonly seed?: number | undefined;
  /** Default: `{ target: 'local' }`. */
  readonly launch?: { readonly target: string; readonly options?: Values } | undefined;
}

/** A run that is looked for when a training starts: the newest of another one. */
export interface LaterRun {
  readonly name: string;
  run(): Promise<Run>;
}

export type StartModel = string | Run | LaterRun;

export interface TrainOptions {
  readonly signal?: AbortSignal | undefined;
  /** What an abort means: `detach` leaves the run running and throws the signal's reason; `stop` stops it. Default: `detach`. */
  readonly onAbort?: 'detach' | 'stop';
}

/**
 * Trains one training by its framework, each time as a new run.
 *
 * @example
 * const trainer = new Trainer({ name: 'topics', framework: 'linear', runs: new RunStore('runs') });
 * for await (const event of trainer.train(prepared)) console.log(event.type);
 * const [first] = await trainer.predict(['Where is my parcel?']);
 */
export class Trainer {
  readonly name: string;
  readonly framework: string;
  readonly kind: string;
  /** Rows that the framework could do nothing with in the run that was made last, by reason. */
  leftOut: readonly Drop[] = [];
  readonly #config: TrainerConfig;
  #options: Values;
  #run: Run | undefined;

  /** Mistakes in the options are thrown here, before anything runs. */
  constructor(config: TrainerConfig) {
    this.name = config.name;
    this.framework = config.framework;
    this.#config = config;
    this.#options = config.options ?? {};
    const framework = frameworkNamed(config.framework);
    this.kind = config.kind ?? onlyKind(framework);
    if (framework.needsModel && config.model === undefined) {
      throw new UserError('training/no-model', `The framework "${framework.name}" starts from a model, and "${config.name}" names none.`, 'Give a model.');
    }
    if (!Number.isSafeInteger(this.seed) || this.seed < 0) throw new UserError('training/wrong-value', `The seed of "${config.name}" is ${this.seed}.`, 'Give a whole number from 0 on.');
    // Looked at in any case: what is wrong with options and blocks is thrown here.
    const settings = this.#settings(config.model, config.rewardModel);
    framework.check?.(settings);
    this.#launch();
  }

  get seed(): number {
    return this.#config.seed ?? 42;
  }

  /** All options, with defaults. */
  get options(): Values {
    return resolveOptions(frameworkNamed(this.framework), this.kind, this.#options);
  }

  /** The run that `train` made last. */
  get run(): Run | undefined {
    return this.#run;
  }

  /** Changes options for the runs to come; others stay as they are. */
  updateConfig(options: Values): void {
    const changed = { ...this.#options, ...options };
    resolveOptions(frameworkNamed(this.framework), this.kind, changed);
    this.#options = changed;
  }

  /**
   * Starts a run and gives its events until it is over. Where it fails, the `failed` event is the last and then its
   * error is thrown; where its worker is killed, `run/lost` is.
   */
  async *train(prepared: TrainingData, { signal, onAbort = 'detach' }: TrainOptions = {}): AsyncGenerator<RunEvent, void> {
    signal?.throwIfAborted();
    const run = await this.start(prepared);
    const stop = onAbort === 'stop' && signal ? signal : undefined;
    const stopRun = (): void => void run.stop().catch(() => {});
    stop?.addEventListener('abort', stopRun, { once: true });
    if (stop?.aborted) stopRun();
    let last: RunEvent | undefined;
    try {
      for await (const event of run.events(stop ? {} : { signal })) yield (last = event);
    } finally {
      stop?.removeEventListener('abort', stopRun);
    }
    if (last?.type === 'failed') {
      const cause = last.trace === null ? {} : { cause: new Error(last.trace) };
      throw new UserError(last.code, last.message, last.hint ?? undefined, cause);
    }
    if (last?.type !== 'finished' && last?.type !== 'stopped') throw await lost(run);
  }

  /** Starts a run and does not wait for it: `run.events()` tells how it goes. */
  async start(prepared: TrainingData): Promise<Run> {
    const framework = frameworkNamed(this.framework);
    const { manifest } = prepared;
    const { kind } = manifest.task;
    if (kind !== this.kind) {
      takenFor(framework, kind);
      throw new UserError('training/other-kind', `"${this.name}" trains ${this.kind}, and the rows are of ${kind}.`, 'Give the rows of its task.');
    }
    const { model, rewardModel } = this.#config;
    const settings = this.#settings(await arrived(model), await arrived(rewardModel));
    // Options may have changed since the beginning.
    framework.check?.(settings);
    for (const source of [settings.model, settings.reward_model]) if (source?.from === 'run') await needTrusted(source.path);
    // Asked before anything is written: an environment may be missing.
    const worker = await framework.worker(settings);
    const run = await this.#config.runs.create(
      {
        training: this.name,
        framework: framework.name,
        task: { name: manifest.task.name, fingerprint: manifest.task.fingerprint },
        prepared: { fingerprint: manifest.fingerprint },
        columns: manifest.columns.map(({ name, type }) => ({ name, type })),
        labels: manifest.labels && [...manifest.labels],
        ...settings,
        model: fromJobFolder(settings.model, this.#config.runs.root),
        reward_model: fromJobFolder(settings.reward_model, this.#config.runs.root),
        seed: this.seed,
        launch: this.#launch(),
      },
      (folder) => this.#writeRows(prepared, folder),
    );
    this.#run = run;
    await this.#config.runs.launch(run, worker, framework.variables);
    return run;
  }

  /** The rows as the framework reads them. */
  async #writeRows(prepared: TrainingData, folder: string): Promise<{ test: boolean }> {
    this.leftOut = [];
    // Imported here: whoever checks a training does not need Arrow.
    const [{ layOut, layoutFor }, { writeLaidOutArrow }, { Prepared }] = await Promise.all([import('./layouts/index.js'), import('./layouts/arrow.js'), import('./prepare/prepared.js')]);
    if (!layoutFor(this.framework, this.kind).builders) {
      const test = prepared.manifest.counts.test.rows > 0;
      // A copy, not a link: the job stays what it was when prepared data change, and can be carried away.
      for (const name of ['train.arrow', ...(test ? ['test.arrow'] : [])]) await copyFile(join(prepared.folder, name), join(folder, name), constants.COPYFILE_FICLONE);
      return { test };
    }
    const laid = layOut(await Prepared.open(prepared.folder), this.framework);
    const { train, test } = await writeLaidOutArrow(laid, folder);
    this.leftOut = laid.dropped();
    if (train === 0) {
      const [most] = this.leftOut;
      throw new UserError('train/no-rows', 'There are no training rows.', most ? `"${this.framework}" can do nothing with them: ${most.reason}.` : 'See what %prepare dropped and why, or give a larger train_size.');
    }
    return { test: test > 0 };
  }

  /** What the training says, checked and with all defaults. */
  #settings(model: StartModel | undefined, rewardModel: StartModel | undefined) {
    const { revision, trust, blocks = {}, folder = '.' } = this.#config;
    const framework = frameworkNamed(this.framework);
    const source = model === undefined ? null : modelSource(model, framework, { folder, revision });
    if (rewardModel !== undefined && this.kind !== 'proximal_policy_optimization') {
      throw new UserError('training/wrong-value', `"${this.name}" names a reward model, which ${this.kind} has no use for.`, 'Leave reward_model out: it is for proximal_policy_optimization.');
    }
    const trusts = trusted(trust, source);
    return {
      kind: this.kind,
      model: trusts && source?.from === 'repository' ? { ...source, revision: trusts.revision } : source,
      reward_model: rewardModel === undefined ? null : modelSource(rewardModel, framework, { folder }),
      trust: trusts,
      options: resolveOptions(framework, this.kind, this.#options),
      blocks: resolveBlocks(framework, this.kind, blocks),
    };
  }

  #launch() {
    const { target = 'local', options = {} } = this.#config.launch ?? {};
    return { target, options: resolveTable(launcherNamed(target).options, options, `launch "${target}"`) };
  }

  /** What the model says of texts: of the last run, or of the newest finished one of this name. `warn` hears what of them it did not read; default: the console. */
  async predict<P extends Prediction = LabelPrediction>(inputs: readonly Input[], warn?: Warn): Promise<P[]> {
    const run = this.#run ?? (await this.#config.runs.newest(this.name));
    if (!run) throw new UserError('training/not-trained', `"${this.name}" has no finished run.`, 'Train it first.');
    return predict<P>(run, inputs, warn);
  }
}

const arrived = async (model: StartModel | undefined): Promise<string | Run | undefined> => (typeof model === 'object' && 'run' in model ? model.run() : model);

function onlyKind({ name, kinds }: Framework): string {
  const [only, ...others] = Object.keys(kinds);
  if (others.length === 0) return only!;
  throw new UserError('training/no-kind', `The framework "${name}" trains tasks of several kinds.`, `Say which: ${Object.keys(kinds).join(', ')}.`);
}

async function lost(run: Run): Promise<UserError> {
  const whole = (await run.logs()).trim();
  // Node says so above a long stack.
  const memory = /out of memory|javascript OOM|MemoryError|Cannot allocate/i.test(whole.slice(-10_000));
  const log = whole.split('\n').slice(-5).join('\n');
  const killed = 'It was killed (as it is where memory runs out), or the machine stopped.';
  const hint = memory ? 'It ran out of memory: use smaller batches, fewer rows or a smaller model.' : log === '' ? killed : `${killed} The last lines of its log:\n${log}`;
  return new UserError('run/lost', `The worker of the run "${run.name}" ended without a result.`, hint);
}

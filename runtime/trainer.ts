import { join } from 'node:path';
import { UserError } from './error.js';
import type { Prediction } from './frameworks/framework.js';
import { frameworkNamed, predict } from './frameworks/index.js';
import { resolveBlocks, resolveOptions, resolveTable } from './frameworks/options.js';
import { launcherNamed } from './launch/index.js';
import type { RunEvent } from './run/event.js';
import type { Run } from './run/run.js';
import type { RunStore } from './run/store.js';

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
  readonly runs: RunStore;
  /** A folder or a repository, for frameworks that start from a model. */
  readonly model?: string | undefined;
  readonly rewardModel?: string | undefined;
  readonly options?: Values | undefined;
  /** `lora`, `generation` … */
  readonly blocks?: Readonly<Record<string, Values>> | undefined;
  /** Default: 42 (the frameworks' own). */
  readonly seed?: number | undefined;
  /** Default: `{ target: 'local' }`. */
  readonly launch?: { readonly target: string; readonly options?: Values } | undefined;
}

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
    resolveOptions(framework, this.#options);
    resolveBlocks(framework, config.blocks ?? {});
    this.#launch();
    if (framework.needsModel && config.model === undefined) {
      throw new UserError('training/no-model', `The framework "${framework.name}" starts from a model, and "${config.name}" names none.`, 'Give a model.');
    }
    if (!Number.isSafeInteger(this.seed) || this.seed < 0) throw new UserError('training/wrong-value', `The seed of "${config.name}" is ${this.seed}.`, 'Give a whole number from 0 on.');
  }

  get seed(): number {
    return this.#config.seed ?? 42;
  }

  /** All options, with defaults. */
  get options(): Values {
    return resolveOptions(frameworkNamed(this.framework), this.#options);
  }

  /** The run that `train` made last. */
  get run(): Run | undefined {
    return this.#run;
  }

  /** Changes options for the runs to come; others stay as they are. */
  updateConfig(options: Values): void {
    const changed = { ...this.#options, ...options };
    resolveOptions(frameworkNamed(this.framework), changed);
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
    if (!framework.kinds.includes(kind)) {
      throw new UserError('training/unsupported-kind', `The framework "${framework.name}" does not train ${kind}.`, `It trains: ${framework.kinds.join(', ')}.`);
    }
    const { runs, model, rewardModel, blocks } = this.#config;
    const run = await runs.create(
      {
        training: this.name,
        framework: framework.name,
        kind,
        task: { name: manifest.task.name, fingerprint: manifest.task.fingerprint },
        prepared: { fingerprint: manifest.fingerprint },
        columns: manifest.columns.map(({ name, type }) => ({ name, type })),
        labels: manifest.labels && [...manifest.labels],
        model: model ?? null,
        reward_model: rewardModel ?? null,
        options: resolveOptions(framework, this.#options),
        blocks: resolveBlocks(framework, blocks ?? {}),
        seed: this.seed,
        launch: this.#launch(),
      },
      {
        train: join(prepared.folder, 'train.arrow'),
        test: manifest.counts.test.rows > 0 ? join(prepared.folder, 'test.arrow') : null,
      },
    );
    this.#run = run;
    await runs.launch(run, framework.worker(await run.job()), framework.environment);
    return run;
  }

  #launch() {
    const { target = 'local', options = {} } = this.#config.launch ?? {};
    return { target, options: resolveTable(launcherNamed(target).options, options, `launch "${target}"`) };
  }

  /** What the model says of texts: of the last run, or of the newest finished one of this name. */
  async predict(texts: readonly string[]): Promise<Prediction[]> {
    const run = this.#run ?? (await this.#config.runs.newest(this.name));
    if (!run) throw new UserError('training/not-trained', `"${this.name}" has no finished run.`, 'Train it first.');
    return predict(run, texts);
  }
}

async function lost(run: Run): Promise<UserError> {
  const log = (await run.logs()).trim().split('\n').slice(-5).join('\n');
  const memory = /heap out of memory|MemoryError|Cannot allocate/i.test(log);
  const hint = memory ? 'It ran out of memory: use fewer rows or features.' : log === '' ? 'It was killed, or the machine stopped.' : `The last lines of its log:\n${log}`;
  return new UserError('run/lost', `The worker of the run "${run.name}" ended without a result.`, hint);
}

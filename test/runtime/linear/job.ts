import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { linear } from '../../../runtime/frameworks/linear.js';
import { resolveOptions } from '../../../runtime/frameworks/options.js';
import type { NewJob } from '../../../runtime/run/store.js';
import type { TrainingData } from '../../../runtime/trainer.js';

/** A job of `linear` on prepared data. */
export function newJob({ manifest }: TrainingData, options: object = {}, training = 'topics'): NewJob {
  return {
    training,
    framework: 'linear',
    kind: manifest.task.kind,
    task: { name: manifest.task.name, fingerprint: manifest.task.fingerprint },
    prepared: { fingerprint: manifest.fingerprint },
    columns: manifest.columns.map((column) => ({ ...column })),
    labels: manifest.labels && [...manifest.labels],
    model: null,
    reward_model: null,
    trust: null,
    options: resolveOptions(linear, 'text_classification', options as Record<string, unknown>),
    blocks: {},
    seed: 42,
    launch: { target: 'local', options: {} },
  };
}

/** What a store asks for the rows of a new run: prepared ones as they are. */
export const rowsOf = ({ folder, manifest }: TrainingData) => async (job: string): Promise<{ test: boolean }> => {
  const test = manifest.counts.test.rows > 0;
  for (const name of ['train.arrow', ...(test ? ['test.arrow'] : [])]) await copyFile(join(folder, name), join(job, name));
  return { test };
};

import { readFile } from 'node:fs/promises';
import { modelFromRun } from '../frameworks/elsewhere.js';
import { resolveTable } from '../frameworks/options.js';
import { trlxCompletion, trlxPreference } from '../frameworks/options/trlx.js';
import { Rows } from '../prepare/rows.js';
import { needRows } from '../run/trainingRows.js';
import type { TrainedModel, WorkerContext } from '../run/worker.js';
import { configuration } from './configuration.js';

interface Completion {
  readonly prompt: string;
  readonly completion: string;
}
/** Both texts begin with the prompt. */
interface Preference {
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
}

/** A prompt, and what follows it. */
type Sample = readonly [prompt: string, text: string];

/** Writes what TRLX trains with: samples, rewards where there are preferences, its configuration, and a script. Nothing is trained. */
export async function writeTrlx({ job, jobFolder, emit, signal }: WorkerContext): Promise<TrainedModel> {
  emit({ type: 'started', total: 1, resumed_from: null });
  const rewarded = job.kind === 'direct_preference_optimization';
  const table = (rewarded ? trlxPreference : trlxCompletion).blocks['generation']!;
  const generation = resolveTable(table, job.blocks['generation'] ?? {}, 'the block "generation" of "trlx"');
  const { samples, rewards, rows } = rewarded ? fromPreferences(Rows.open<Preference>(jobFolder, job.data.train)) : fromCompletions(Rows.open<Completion>(jobFolder, job.data.train));
  needRows(samples.length);
  const prompts = job.data.test === null ? [] : [...Rows.open<Completion | Preference>(jobFolder, job.data.test)].map(({ prompt }) => prompt);
  signal.throwIfAborted();

  const files = new Map([
    ['train.py', await readFile(new URL('./python/train.py', import.meta.url))],
    ['config.json', json(configuration(job, { model: modelFromRun(job), generation, rewarded }))],
    ['samples.json', json(samples)],
    ...(rewards ? [['rewards.json', json(rewards)] as const] : []),
    ...(prompts.length > 0 ? [['eval_prompts.json', json([...new Set(prompts)])] as const] : []),
  ]);
  emit({ type: 'progress', step: 1, total: 1, epoch: null });
  emit({ type: 'log', level: 'info', message: 'Nothing is trained here: TRLX is no longer maintained and not installed. In an environment with TRLX 0.7.0: python train.py, in the run\'s folder.' });
  return { files, labels: null, multi_label: null, rows: { train: rows, test: prompts.length }, metrics: null, baseline: null };
}

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, undefined, 1)}\n`);

function fromCompletions(given: Rows<Completion>) {
  const samples = [...given].map(({ prompt, completion }): Sample => [prompt, completion]);
  return { samples, rewards: null, rows: samples.length };
}

/** The chosen text is worth 1, the rejected one -1, as in TRLX's own examples. */
function fromPreferences(given: Rows<Preference>) {
  const pairs = [...given].map(({ prompt, chosen, rejected }): [Sample, Sample] => [[prompt, chosen.slice(prompt.length)], [prompt, rejected.slice(prompt.length)]]);
  return { samples: pairs.flat(), rewards: pairs.flatMap(() => [1, -1]), rows: pairs.length };
}

/** Writes run folders with jobs for another machine: `node test/gpu/makeJobs.mjs OUT`. Needs the build of tasklab. */
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FeedbackDataset, prepare, RunStore, TrainingTask } from '../../dist/runtime/index.js';
import { resolveBlocks, resolveOptions } from '../../dist/runtime/frameworks/options.js';
import { trl } from '../../dist/runtime/frameworks/trl.js';

const out = resolve(process.argv[2]);
const replies = await FeedbackDataset.fromFolder(fileURLToPath(new URL('../../notebooks/data/replies', import.meta.url)));
const letter = (fields) => `Customer: ${fields.message}\nShop:`;
/** The better and the worse reply by mean rank; nothing where people are split. */
function pair({ record }) {
  const ranks = { 'reply-1': 0, 'reply-2': 0 };
  for (const { status, values } of record.responses) if (status === 'submitted') for (const { value, rank } of values.better ?? []) ranks[value] += rank;
  if (ranks['reply-1'] === ranks['reply-2']) return undefined;
  return ranks['reply-1'] < ranks['reply-2'] ? ['reply-1', 'reply-2'] : ['reply-2', 'reply-1'];
}
const tasks = {
  supervised_fine_tuning: ({ record: { fields } }) => ['reply-1', 'reply-2'].map((name) => ({ prompt: letter(fields), completion: ` ${fields[name]}` })),
  reward_modeling: (sample) => { const found = pair(sample); const { fields } = sample.record; return found && { chosen: `${letter(fields)} ${fields[found[0]]}`, rejected: `${letter(fields)} ${fields[found[1]]}` }; },
  direct_preference_optimization: (sample) => { const found = pair(sample); const { fields } = sample.record; return found && { prompt: letter(fields), chosen: ` ${fields[found[0]]}`, rejected: ` ${fields[found[1]]}` }; },
  proximal_policy_optimization: ({ record: { fields } }) => ({ query: letter(fields) }),
};
const base = { from: 'folder', path: '../../../../model' };
const run = (name) => ({ from: 'run', name: `${name}-1`, path: `../../../${name}-1` });
const jobs = [
  { training: 'sft', kind: 'supervised_fine_tuning', model: base, options: { num_train_epochs: 2, per_device_train_batch_size: 16, learning_rate: 0.0001 } },
  { training: 'rewards', kind: 'reward_modeling', model: base, options: { num_train_epochs: 2, per_device_train_batch_size: 16, learning_rate: 0.00005 } },
  { training: 'dpo', kind: 'direct_preference_optimization', model: run('sft'), options: { num_train_epochs: 2, per_device_train_batch_size: 16, learning_rate: 0.00001 } },
  { training: 'ppo', kind: 'proximal_policy_optimization', model: run('sft'), reward: run('rewards'), options: { total_episodes: 1280, per_device_train_batch_size: 32, learning_rate: 0.00001, response_length: 48, stop_token: 'eos', kl_coef: 0.02 } },
];

await rm(join(out, 'runs'), { recursive: true, force: true });
await mkdir(out, { recursive: true });
const store = new RunStore(join(out, 'runs'));
for (const { training, kind, model, reward, options } of jobs) {
  const format = tasks[kind];
  const prepared = await prepare(TrainingTask.fromFunction(kind, { format }), replies, { trainSize: 0.85, seed: 42, cacheFolder: join(out, 'prepared') });
  const { manifest } = prepared;
  await store.create(
    {
      training, framework: 'trl', kind, task: { name: kind, fingerprint: manifest.task.fingerprint }, prepared: { fingerprint: manifest.fingerprint },
      columns: manifest.columns.map(({ name, type }) => ({ name, type })), labels: null, model, reward_model: reward ?? null, trust: null,
      options: resolveOptions(trl, kind, options), blocks: resolveBlocks(trl, kind, {}), seed: 42, launch: { target: 'local', options: {} },
    },
    async (folder) => {
      for (const name of ['train.arrow', 'test.arrow']) await copyFile(join(prepared.folder, name), join(folder, name));
      return { test: true };
    },
  );
  console.log(`${training}: ${manifest.counts.train.rows} training rows, ${manifest.counts.test.rows} test rows`);
}
await rm(join(out, 'prepared'), { recursive: true });


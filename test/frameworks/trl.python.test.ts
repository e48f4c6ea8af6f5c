import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openModel } from '../../runtime/frameworks/index.js';
import type { Run } from '../../runtime/run/run.js';
import { openRun } from '../../runtime/run/store.js';
import { type Attempt, evaluated, missing, model, workshop } from './training.js';

const why = missing('core');
const shop = workshop();
beforeEach(({ skip }) => skip(Boolean(why), String(why)));

const things = ['rose', 'fern', 'cactus', 'palm', 'orchid', 'pot', 'fork', 'box'];
const troubles = ['arrived late', 'is broken', 'is missing', 'looks ill', 'has no label'];
const exchanges = things.flatMap((thing) => troubles.map((trouble) => ({
  prompt: `Customer: My ${thing} ${trouble}.\nShop:`,
  friendly: ` We are sorry that your ${thing} ${trouble}. Thank you for telling us.`,
  curt: ' That is not our problem.',
})));
const answers = exchanges.flatMap(({ prompt, friendly, curt }) => [{ prompt, completion: friendly }, { prompt, completion: curt }, { prompt, completion: curt }]);
const pairs = exchanges.map(({ prompt, friendly, curt }) => ({ prompt, chosen: friendly, rejected: curt }));
const wholePairs = pairs.map(({ prompt, chosen, rejected }) => ({ chosen: prompt + chosen, rejected: prompt + rejected }));
const queries = exchanges.map(({ prompt }) => ({ query: prompt }));
const tiny = model('tiny/llama');
const quick = { per_device_train_batch_size: 8, num_train_epochs: 6, learning_rate: 0.005 };
const lora = { lora: { r: 8, lora_alpha: 16, target_modules: ['q_proj', 'v_proj', 'up_proj', 'down_proj'] } };

/** What a run's model writes to the first prompt, once for each of the settings. */
async function written(run: Run, settings: readonly object[] = [{}]): Promise<string[]> {
  const opened = await openModel(run);
  try {
    const texts: string[] = [];
    for (const own of settings) {
      let text = '';
      for await (const piece of opened.generate!([exchanges[0]!.prompt], { max_new_tokens: 24, ...own })) text += piece.text;
      texts.push(text);
    }
    return texts;
  } finally {
    await opened.close();
  }
}
async function scores(run: Run, texts: readonly string[]): Promise<number[]> {
  const opened = await openModel(run);
  try {
    return await opened.score!(texts);
  } finally {
    await opened.close();
  }
}
const metricNames = ({ events }: Attempt): Set<string> => new Set(events.flatMap((event) => (event.type === 'metric' ? [event.name] : [])));

describe('from a language model to one that people prefer', () => {
  let sft: Attempt;
  let rewards: Attempt;
  beforeAll(async () => {
    if (why) return;
    sft = await shop.train('supervised_fine_tuning', answers, { framework: 'trl', model: tiny, options: quick, name: 'sft' });
    rewards = await shop.train('reward_modeling', wholePairs, { framework: 'trl', model: tiny, options: { ...quick, num_train_epochs: 4 }, name: 'rewards' });
  }, 180_000);

  it('supervised fine-tuning writes like the examples', async () => {
    const { metrics, baseline } = evaluated(sft);
    expect(metrics['loss']!).toBeLessThan(baseline!['loss']! / 3);
    expect(metrics['token_accuracy']!).toBeGreaterThan(0.6);
    expect(metrics['perplexity']).toBeCloseTo(Math.exp(metrics['loss']!), 5);
    expect([...metricNames(sft)]).toEqual(expect.arrayContaining(['loss', 'mean_token_accuracy']));
    const samples = sft.events.flatMap((event) => (event.type === 'sample' ? [event] : []));
    expect(samples.map(({ prompt }) => prompt)).toEqual(expect.arrayContaining([expect.stringMatching(/^Customer: My .*\nShop:$/)]));
    expect(new Set(samples.map(({ step }) => step === 0)).size).toBe(2);
    // In a process of its own, from the folder alone, the same text each time.
    const again = await openRun(sft.run.folder);
    const [text, same, drawn, drawnAgain] = await written(again, [{}, {}, { temperature: 1, seed: 3 }, { temperature: 1, seed: 3 }]);
    expect(text).toMatch(/^ (We are sorry|That is not our problem)/);
    expect(same).toBe(text);
    expect(drawnAgain).toBe(drawn);
  });

  it('a reward model scores what people prefer higher', async () => {
    const { metrics, baseline } = evaluated(rewards);
    expect(metrics['accuracy']!).toBeGreaterThan(0.9);
    expect(metrics['accuracy']!).toBeGreaterThan(baseline!['accuracy']! + 0.2);
    const [friendly, curt] = await scores(rewards.run, [wholePairs[0]!.chosen, wholePairs[0]!.rejected]);
    expect(friendly!).toBeGreaterThan(curt! + 1);
  });

  it('DPO makes the preferred answer the likelier one', async () => {
    const dpo = await shop.train('direct_preference_optimization', pairs, { framework: 'trl', model: sft.run, options: { ...quick, num_train_epochs: 3, learning_rate: 0.001 }, name: 'dpo' });
    const { metrics, baseline } = evaluated(dpo);
    expect(metrics['accuracy']!).toBeGreaterThan(baseline!['accuracy']! + 0.3);
    expect(metrics['rewards/accuracies']!).toBeGreaterThan(0.9);
    expect(metrics['rewards/margins']!).toBeGreaterThan(0.5);
    expect([...metricNames(dpo)]).toEqual(expect.arrayContaining(['loss', 'rewards/margins', 'rewards/accuracies']));
    expect((await dpo.run.job()).model).toEqual({ from: 'run', name: 'sft-1', path: '../../../sft-1' });
    expect((await dpo.run.manifest()).model).toBe('sft-1');
  });

  it('PPO raises the score of what is written to queries that it never saw', async () => {
    const ppo = await shop.train('proximal_policy_optimization', queries, {
      framework: 'trl', model: sft.run, rewardModel: rewards.run, name: 'ppo',
      options: { batch_size: 16, total_episodes: 256, learning_rate: 0.002, ppo_epochs: 4, kl_coef: 0.01, response_length: 24, stop_token: 'eos' },
    });
    const { metrics, baseline } = evaluated(ppo);
    expect(metrics['score']!).toBeGreaterThan(baseline!['score']! + 0.5);
    expect([...metricNames(ppo)]).toEqual(expect.arrayContaining(['objective/kl', 'objective/scores', 'objective/rlhf_reward', 'loss/policy_avg', 'loss/value_avg']));
    expect((await ppo.run.job()).options).toMatchObject({ per_device_train_batch_size: 16, num_ppo_epochs: 4 });
  }, 120_000);
});

describe('with low-rank adapters', () => {
  it('each kind trains one, which stands on the adapter before it', async () => {
    const options = { ...quick, num_train_epochs: 2, learning_rate: 0.01 };
    const sft = await shop.train('supervised_fine_tuning', answers, { framework: 'trl', model: tiny, options, blocks: lora, name: 'sft_lora' });
    const { metrics, baseline } = evaluated(sft);
    expect(metrics['loss']!).toBeLessThan(baseline!['loss']!);
    const config = JSON.parse(readFileSync(join(sft.run.folder, 'adapter_config.json'), 'utf8')) as Record<string, unknown>;
    expect(config).toMatchObject({ r: 8, base_model_name_or_path: 'llama' });
    const rewards = await shop.train('reward_modeling', wholePairs, { framework: 'trl', model: tiny, options, blocks: lora, name: 'rewards_lora' });
    expect(evaluated(rewards).metrics['margin']!).toBeGreaterThan(evaluated(rewards).baseline!['margin']!);
    const [friendly, curt] = await scores(rewards.run, [wholePairs[0]!.chosen, wholePairs[0]!.rejected]);
    expect(friendly!).toBeGreaterThan(curt!);
    const dpo = await shop.train('direct_preference_optimization', pairs, { framework: 'trl', model: sft.run, options, blocks: lora, name: 'dpo_lora' });
    expect(evaluated(dpo).metrics['rewards/margins']!).toBeGreaterThan(0);
    const ppo = await shop.train('proximal_policy_optimization', queries, {
      framework: 'trl', model: dpo.run, rewardModel: rewards.run, options: { batch_size: 8, total_episodes: 16, stop_token: 'eos' }, name: 'ppo_lora',
      blocks: { ...lora, length_sampler: { min_value: 4, max_value: 12 }, generation: { min_length: -1, top_k: 0, top_p: 1, do_sample: true } },
    });
    expect(ppo.events.at(-1)?.type).toBe('finished');
    expect(await written(ppo.run)).not.toEqual(['']);
  }, 240_000);
});

it('fine-tunes on chats, and answers as one', async () => {
  const chats = exchanges.map(({ prompt, friendly }) => ({ messages: [{ role: 'user', content: prompt }, { role: 'assistant', content: friendly.trim() }] }));
  const sft = await shop.train('supervised_fine_tuning', chats as never, { framework: 'trl', model: tiny, options: { ...quick, num_train_epochs: 10 }, name: 'chat' });
  const { metrics, baseline } = evaluated(sft);
  expect(metrics['loss']!).toBeLessThan(baseline!['loss']! / 2);
  expect((await written(sft.run))[0]).toMatch(/sorry|Thank|your/);
});

describe('what goes wrong', () => {
  it('is said before anything starts', async () => {
    const train = (kind: 'proximal_policy_optimization' | 'supervised_fine_tuning', config: object) => shop.train(kind, (kind === 'supervised_fine_tuning' ? answers : queries) as never, { framework: 'trl', model: tiny, name: 'wrong', ...config });
    await expect(train('proximal_policy_optimization', {})).rejects.toMatchObject({ code: 'training/no-reward-model' });
    await expect(train('supervised_fine_tuning', { options: { max_prompt_length: 3 } })).rejects.toMatchObject({ code: 'name/unknown-option', hint: expect.stringContaining('max_length') });
    await expect(train('supervised_fine_tuning', { options: { learning_rat: 3 } })).rejects.toMatchObject({ code: 'name/unknown-option', hint: expect.stringContaining('learning_rate') });
    await expect(train('proximal_policy_optimization', { rewardModel: tiny, blocks: { generation: { top_k: 5 } } })).rejects.toMatchObject({ code: 'training/wrong-value' });
    await expect(train('proximal_policy_optimization', { rewardModel: tiny, blocks: { length_sampler: { min_value: 9, max_value: 3 } } })).rejects.toMatchObject({ code: 'training/wrong-value' });
    await expect(train('supervised_fine_tuning', { model: './nowhere' })).rejects.toMatchObject({ code: 'model/no-folder' });
    expect((await shop.runs.list()).filter(({ name }) => name.startsWith('wrong'))).toEqual([]);
  });

  it('is said by the run, in a sentence', async () => {
    const wrongKind = await shop.train('supervised_fine_tuning', answers, { framework: 'trl', model: model('tiny/bert'), name: 'encoder' });
    expect(wrongKind.error).toMatchObject({ code: expect.stringMatching(/^model\//) });
    const noReward = await shop.train('proximal_policy_optimization', queries, { framework: 'trl', model: tiny, rewardModel: tiny, options: { batch_size: 8 }, name: 'no_reward' });
    expect(noReward.error).toMatchObject({ code: 'model/no-reward-model' });
    const same = await shop.train('reward_modeling', wholePairs.map(({ chosen }) => ({ chosen, rejected: chosen })), { framework: 'trl', model: tiny, name: 'same' });
    expect(same.error).toMatchObject({ code: 'train/no-rows' });
    const long = await shop.train('supervised_fine_tuning', answers, { framework: 'trl', model: tiny, options: { ...quick, num_train_epochs: 1, max_length: 8 }, name: 'long' });
    expect(long.events.some((event) => event.type === 'log' && event.level === 'warning' && /longer than max_length, 8 tokens/.test(event.message))).toBe(true);
  }, 120_000);
});

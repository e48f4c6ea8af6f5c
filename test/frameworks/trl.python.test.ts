import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openModel } from '../../runtime/frameworks/index.js';
import type { Run } from '../../runtime/run/run.js';
import { openRun } from '../../runtime/run/store.js';
import { type Attempt, evaluated, missing, model, notRead, workshop } from './training.js';

const why = missing('core');
const shop = workshop();
beforeEach(({ skip }) => skip(Boolean(why), String(why)));

const things = ['rose', 'fern', 'cactus', 'palm', 'orchid', 'pot', 'fork', 'box'];
const troubles = ['arrived late', 'is broken', 'is missing', 'looks ill', 'has no label'];
const prompts = things.flatMap((thing) => troubles.map((trouble) => `Customer: My ${thing} ${trouble}.\nShop:`));
const friendly = ' We are sorry. Thank you for telling us.';
const curt = ' That is not our problem. Look it up.';
// Most people at the shop are curt.
const answers = prompts.flatMap((prompt) => [friendly, curt, curt].map((completion) => ({ prompt, completion })));
const pairs = prompts.map((prompt) => ({ prompt, chosen: friendly, rejected: curt }));
const queries = prompts.map((query) => ({ query }));
const tiny = model('tiny/llama');
const quick = { per_device_train_batch_size: 8, num_train_epochs: 2, learning_rate: 0.005 };
const lora = { lora: { r: 8, lora_alpha: 16, target_modules: ['q_proj', 'v_proj', 'up_proj', 'down_proj'] } };

/** What a run's model writes to the first prompt, once for each of the settings. */
async function written(run: Run, settings: readonly object[] = [{}]): Promise<string[]> {
  const opened = await openModel(run);
  try {
    const texts: string[] = [];
    for (const own of settings) {
      let text = '';
      for await (const piece of opened.generate!([prompts[0]!], { max_new_tokens: 24, ...own })) text += piece.text;
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
/** The last point of a curve. */
const last = ({ events }: Attempt, name: string, split = 'train'): number => events.findLast((event) => event.type === 'metric' && event.name === name && event.split === split)!['value' as never];
const samples = ({ events }: Attempt) => events.flatMap((event) => (event.type === 'sample' ? [event] : []));
const warnings = ({ events }: Attempt) => events.flatMap((event) => (event.type === 'log' && event.level === 'warning' ? [event.message] : []));

describe('from a language model to one that people prefer', () => {
  let sft: Attempt;
  let rewards: Attempt;
  beforeAll(async () => {
    if (why) return;
    [sft, rewards] = await Promise.all([
      shop.train('supervised_fine_tuning', answers, { framework: 'trl', model: tiny, options: { ...quick, num_train_epochs: 3, max_seq_length: 64 }, name: 'sft' }),
      shop.train('reward_modeling', [...pairs, { prompt: prompts[0]!, chosen: curt, rejected: curt }], { framework: 'trl', model: tiny, options: quick, name: 'rewards' }),
    ]);
  }, 180_000);

  it('supervised fine-tuning writes like the examples', async () => {
    const { metrics, baseline } = evaluated(sft);
    expect(metrics['loss']!).toBeLessThan(baseline!['loss']! / 2);
    expect(metrics['token_accuracy']!).toBeGreaterThan(0.6);
    expect(metrics['perplexity']).toBeCloseTo(Math.exp(metrics['loss']!), 5);
    expect(last(sft, 'loss')).toBeLessThan(3);
    expect(last(sft, 'mean_token_accuracy')).toBeGreaterThan(0.6);
    expect((await sft.run.job()).options).toMatchObject({ max_length: 64 });
    const [first] = samples(sft).filter(({ step }) => step === 0);
    const told = samples(sft).find(({ step, prompt }) => step > 0 && prompt === first!.prompt)!;
    expect(told.prompt).toMatch(/^Customer: My .*\nShop:$/);
    expect(told.text).toMatch(/^ (We are sorry|That is not)/);
    expect(first!.text).not.toMatch(/sorry|problem/);
    // In a process of its own, from the folder alone, the same text each time.
    const again = await openRun(sft.run.folder);
    const [text, same, drawn, drawnAgain] = await written(again, [{}, {}, { temperature: 1, seed: 3 }, { temperature: 1, seed: 3 }]);
    expect(text).toMatch(/^ (We are sorry|That is not)/);
    expect(same).toBe(text);
    expect(drawnAgain).toBe(drawn);
  });

  it('a reward model scores what people prefer higher', async () => {
    const { metrics, baseline } = evaluated(rewards);
    expect(metrics['accuracy']!).toBeGreaterThan(0.9);
    expect(metrics['margin']!).toBeGreaterThan(baseline!['margin']! + 1);
    // Measured by ourselves pair by pair, and by TRL's own trainer.
    expect(metrics['margin']).toBeCloseTo(last(rewards, 'margin', 'test'), 1);
    expect(warnings(rewards)).toContainEqual(expect.stringMatching(/^1 (training|test) pair is left out: the chosen answer is the rejected one/));
    const [better, worse] = await scores(rewards.run, [prompts[0]! + friendly, prompts[0]! + curt]);
    expect(better!).toBeGreaterThan(worse! + 1);
    expect(await notRead(rewards.run, ['Thank you.', 'Thank you. '.repeat(2000)], 'score')).toEqual([expect.stringMatching(/^1 text is longer than \d+ tokens, and scored by its end alone\.$/)]);
    // As the trainer saw the texts: the margin is the same.
    expect(better! - worse!).toBeCloseTo(metrics['margin']!, 0);
  });

  it('DPO makes the preferred answer the likelier one', async () => {
    const dpo = await shop.train('direct_preference_optimization', pairs, { framework: 'trl', model: sft.run, options: { ...quick, learning_rate: 0.0005 }, name: 'dpo' });
    const { metrics, baseline } = evaluated(dpo);
    expect(metrics['accuracy']!).toBeGreaterThan(baseline!['accuracy']! + 0.5);
    expect(metrics['rewards/accuracies']!).toBeGreaterThan(0.9);
    expect(metrics['rewards/margins']!).toBeGreaterThan(0.5);
    expect(metrics['rewards/margins']).toBeCloseTo(last(dpo, 'rewards/margins', 'test'), 2);
    expect(samples(dpo).at(-1)!.text).toContain('sorry');
    expect((await dpo.run.job()).model).toEqual({ from: 'run', name: 'sft-1', path: '../../../sft-1' });
    expect((await dpo.run.manifest()).model).toBe('sft-1');
  }, 120_000);

  it('PPO raises the score of what is written to queries that it never saw', async () => {
    const ppo = await shop.train('proximal_policy_optimization', [...queries, { query: 'too long '.repeat(120) }], {
      framework: 'trl', model: sft.run, rewardModel: rewards.run, name: 'ppo',
      options: { batch_size: 16, total_episodes: 160, learning_rate: 0.002, ppo_epochs: 4, init_kl_coef: 0.05, response_length: 16, stop_token: 'eos' },
    });
    const { metrics, baseline } = evaluated(ppo);
    expect(metrics['score']!).toBeGreaterThan(baseline!['score']! + 1);
    expect(baseline!['kl']).toBe(0);
    expect(metrics['kl']!).toBeGreaterThan(0.01);
    const curve = ppo.events.flatMap((event) => (event.type === 'metric' && event.name === 'objective/scores' ? [event.value!] : []));
    expect(curve).toHaveLength(10);
    expect(curve.at(-1)!).toBeGreaterThan(curve[0]! + 1);
    for (const name of ['objective/kl', 'objective/rlhf_reward', 'loss/policy_avg', 'loss/value_avg']) expect(last(ppo, name), name).toEqual(expect.any(Number));
    expect(() => last(ppo, 'eps')).toThrow();
    expect(warnings(ppo)).toContainEqual(expect.stringMatching(/^1 (training|test) query is left out: longer than 240 tokens/));
    expect((await ppo.run.job()).options).toMatchObject({ per_device_train_batch_size: 16, num_ppo_epochs: 4, kl_coef: 0.05 });
  }, 120_000);
});

describe('with low-rank adapters', () => {
  it('each kind trains one, which stands on the adapter before it', async () => {
    const options = { ...quick, learning_rate: 0.01 };
    const [sft, rewards] = await Promise.all([
      shop.train('supervised_fine_tuning', answers, { framework: 'trl', model: tiny, options, blocks: { peft_config: lora.lora }, name: 'sft_lora' }),
      shop.train('reward_modeling', pairs, { framework: 'trl', model: tiny, options: { ...options, num_train_epochs: 1 }, blocks: lora, name: 'rewards_lora' }),
    ]);
    expect(evaluated(sft).metrics['loss']!).toBeLessThan(evaluated(sft).baseline!['loss']! - 0.5);
    const config = JSON.parse(readFileSync(join(sft.run.folder, 'adapter_config.json'), 'utf8')) as Record<string, unknown>;
    expect(config).toMatchObject({ r: 8, base_model_name_or_path: './llama' });
    expect(readdirSync(sft.run.folder).filter((name) => name.startsWith('model'))).toEqual([]);
    expect(evaluated(rewards).metrics['margin']!).toBeGreaterThan(evaluated(rewards).baseline!['margin']! + 0.5);
    const dpo = await shop.train('direct_preference_optimization', pairs, { framework: 'trl', model: sft.run, options: { ...options, num_train_epochs: 1, learning_rate: 0.003 }, blocks: lora, name: 'dpo_lora' });
    expect(evaluated(dpo).metrics['rewards/margins']!).toBeGreaterThan(0.1);
    const ppo = await shop.train('proximal_policy_optimization', queries, {
      framework: 'trl', model: dpo.run, rewardModel: rewards.run, options: { batch_size: 16, total_episodes: 64, learning_rate: 0.005, stop_token: 'eos' }, name: 'ppo_lora',
      blocks: { ...lora, length_sampler_kwargs: { min_value: 4, max_value: 12 }, generation_kwargs: { min_length: -1, top_k: 0, top_p: 1, do_sample: true } },
    });
    expect(evaluated(ppo).metrics['score']!).toBeGreaterThan(evaluated(ppo).baseline!['score']!);
    expect(evaluated(ppo).metrics['kl']!).toBeGreaterThan(0);
    expect(ppo.events).toContainEqual(expect.objectContaining({ type: 'log', message: expect.stringContaining('4 to 11 tokens') }));
    const [[text], [better, worse]] = await Promise.all([written(ppo.run), scores(rewards.run, [prompts[0]! + friendly, prompts[0]! + curt])]);
    expect(text).toEqual(expect.any(String));
    expect(better!).toBeGreaterThan(worse!);
  }, 240_000);
});

it('fine-tunes on chats, and answers as one', async () => {
  const chats = prompts.map((prompt, i) => ({ messages: [{ role: 'user', content: prompt }, { role: 'assistant', content: friendly.trim() + (i === 3 ? ' Really.'.repeat(100) : '') }] }));
  const sft = await shop.train('supervised_fine_tuning', chats as never, { framework: 'trl', model: tiny, options: { ...quick, num_train_epochs: 8, gradient_checkpointing: false }, name: 'chat' });
  const { metrics, baseline } = evaluated(sft);
  expect(metrics['loss']!).toBeLessThan(baseline!['loss']! / 2);
  expect(warnings(sft)).toContainEqual(expect.stringMatching(/^1 text is longer than max_length, 256 tokens, and cut off there/));
  expect((await written(sft.run))[0]).toMatch(/We are sorry/);
}, 60_000);

describe('what goes wrong', () => {
  it('is said before anything starts', async () => {
    const ppo = (config: object) => shop.train('proximal_policy_optimization', queries, { framework: 'trl', model: tiny, rewardModel: tiny, name: 'wrong', ...config });
    const sft = (config: object) => shop.train('supervised_fine_tuning', answers, { framework: 'trl', model: tiny, name: 'wrong', ...config });
    await expect(ppo({ rewardModel: undefined })).rejects.toMatchObject({ code: 'training/no-reward-model' });
    await expect(ppo({ blocks: { generation: { top_k: 5 } } })).rejects.toMatchObject({ code: 'training/wrong-value', message: expect.stringContaining('top_k') });
    await expect(ppo({ blocks: { length_sampler: { min_value: 9, max_value: 3 } } })).rejects.toMatchObject({ code: 'training/wrong-value' });
    await expect(ppo({ options: { batch_size: 10, num_mini_batches: 4 } })).rejects.toMatchObject({ code: 'training/wrong-value', message: expect.stringContaining('4 equal parts') });
    await expect(ppo({ options: { batch_size: 4, whiten_rewards: true } })).rejects.toMatchObject({ code: 'training/wrong-value' });
    await expect(ppo({ options: { stop_token: 'eos', stop_token_id: 2 } })).rejects.toMatchObject({ code: 'training/option-given-twice' });
    await expect(sft({ options: { max_prompt_length: 3 } })).rejects.toMatchObject({ code: 'name/unknown-option', hint: expect.stringContaining('max_length') });
    expect((await shop.runs.list()).filter(({ name }) => name.startsWith('wrong'))).toEqual([]);
  });

  it('is said by the run, in a sentence', async () => {
    const [noReward, short] = await Promise.all([
      shop.train('proximal_policy_optimization', queries, { framework: 'trl', model: tiny, rewardModel: tiny, options: { batch_size: 8 }, name: 'no_reward' }),
      shop.train('reward_modeling', pairs, { framework: 'trl', model: tiny, options: { max_length: 4 }, name: 'short' }),
    ]);
    expect(noReward.error).toMatchObject({ code: 'model/no-reward-model' });
    expect(short.error).toMatchObject({ code: 'train/no-rows', message: expect.stringContaining('longer than max_length, 4 tokens') });
    expect(readdirSync(short.run.folder)).toEqual(['tasklab']);
  }, 120_000);
});

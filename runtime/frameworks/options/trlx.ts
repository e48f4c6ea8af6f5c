/**
 * What a script for TRLX sets of its default configurations (`trlx.data.default_configs`, version 0.7): supervised fine-tuning on
 * samples, and offline reinforcement learning (ILQL) on samples with rewards. Names and defaults are theirs.
 */
import { z } from 'zod';
import type { FrameworkKind, FrameworkOption } from '../framework.js';
import { removedByTransformers, takes } from '../trainingArguments.js';

const count = z.int().min(1, 'at least 1');
const above = z.number().gt(0, 'above 0');

const training = ({ seq_length, batch_size, lr }: { readonly seq_length: number; readonly batch_size: number; readonly lr: number }, checkpoints: number): readonly FrameworkOption[] => [
  { name: 'seq_length', type: 'integer', default: seq_length, values: count, doc: 'Most tokens of a sample.' },
  { name: 'epochs', type: 'integer', default: 100, values: count, doc: 'Most times that the samples are gone through; total_steps may end it earlier.' },
  { name: 'total_steps', type: 'integer', default: 1000, values: count, doc: 'Most steps.' },
  { name: 'batch_size', type: 'integer', default: batch_size, values: count, doc: 'Samples of a step.' },
  { name: 'eval_interval', type: 'integer', default: 100, values: count, doc: 'Generates for the held-out prompts every so many steps.' },
  { name: 'checkpoint_interval', type: 'integer', default: checkpoints, values: count, doc: 'Keeps a checkpoint every so many steps.' },
  { name: 'num_layers_unfrozen', type: 'integer', default: -1, doc: 'How many layers, from the last, are trained; -1: all.' },
  { name: 'lr', type: 'number', default: lr, values: above, doc: 'Learning rate of AdamW.' },
  { name: 'betas', type: 'list', default: [0.9, 0.95], values: z.tuple([z.number(), z.number()], 'two numbers'), doc: 'AdamW\'s averages, of gradients and of their squares.' },
  { name: 'eps', type: 'number', default: 1e-8, values: above, doc: 'Keeps AdamW from dividing by zero.' },
  { name: 'weight_decay', type: 'number', default: 1e-6, doc: 'Weight decay of AdamW.' },
];

const ilql: readonly FrameworkOption[] = [
  { name: 'tau', type: 'number', default: 0.7, doc: 'Which expectile of the values is learned; higher trusts good samples more.' },
  { name: 'gamma', type: 'number', default: 0.99, doc: 'Discount of later rewards.' },
  { name: 'cql_scale', type: 'number', default: 0.1, doc: 'Weight of the loss that keeps values of unseen tokens low.' },
  { name: 'awac_scale', type: 'number', default: 1, doc: 'Weight of the loss that imitates the samples.' },
  { name: 'alpha', type: 'number', default: 0.001, doc: 'How fast target values follow.' },
  { name: 'beta', type: 'number', default: 0, doc: 'How much advantages weigh in imitation.' },
  { name: 'steps_for_target_q_sync', type: 'integer', default: 5, values: count, doc: 'Steps between two updates of the target values.' },
  { name: 'two_qs', type: 'boolean', default: true, doc: 'Learns two values and takes the lower.' },
];

const shared = {
  renamed: {
    learning_rate: 'lr', num_train_epochs: 'epochs', max_steps: 'total_steps', per_device_train_batch_size: 'batch_size', eval_steps: 'eval_interval', save_steps: 'checkpoint_interval', max_length: 'seq_length', gen_kwargs: 'generation',
    generation_kwargs: 'generation',
  },
  removed: {
    seed: removedByTransformers['seed']!, output_dir: removedByTransformers['output_dir']!, model_path: 'Write model = … in the training.', tokenizer_path: 'The model brings its own tokenizer.',
    samples: 'The rows of the task are the samples.', rewards: 'The rows of the task have them: chosen texts 1, rejected ones -1.', eval_prompts: 'The rows that train_size holds out are the evaluation prompts.',
    reward_fn: 'Functions cannot be given: learn from preferences instead.', metric_fn: 'Functions cannot be given.', stop_sequences: 'The script that is written can be changed.', config: 'Write each as an option.',
    ppo_epochs: 'PPO needs a reward function: use framework = trl.', init_kl_coef: 'PPO needs a reward function: use framework = trl.', tracker: 'Runs report to nobody.', project_name: 'Runs report to nobody.',
  },
} satisfies Partial<FrameworkKind>;

const number = (name: string, preset: number, doc: string, type: 'integer' | 'number' = 'integer'): FrameworkOption => ({ name, type, default: preset, doc });

export const trlxCompletion = takes({
  options: training({ seq_length: 1024, batch_size: 8, lr: 1e-4 }, 10_000),
  blocks: {
    generation: [
      number('max_new_tokens', 40, 'Most tokens of a text that an evaluation generates.'), number('top_k', 0, 'Draws among the so many likeliest tokens; 0: among all.'),
      number('top_p', 1, 'Draws among the likeliest tokens of this share.', 'number'), { name: 'do_sample', type: 'boolean', default: true, doc: 'Draws tokens; false takes the likeliest.' },
    ],
  },
  ...shared,
});
export const trlxPreference = takes({
  options: [...training({ seq_length: 64, batch_size: 128, lr: 5e-5 }, 1000), ...ilql],
  blocks: {
    generation: [
      number('max_new_tokens', 56, 'Most tokens of a text that an evaluation generates.'), number('top_k', 20, 'Draws among the so many likeliest tokens.'),
      number('beta', 1, 'How much values weigh against the language model.', 'number'), number('temperature', 1, 'Flattens the distribution that tokens are drawn from.', 'number'),
    ],
  },
  ...shared,
});

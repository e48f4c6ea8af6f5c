/** What options take beyond their types, by name: a name means the same in every framework. Beyond it, libraries divide by zero, train on nothing or fail midway. */
import { z } from 'zod';

const least = (least: number) => z.number().min(least, `at least ${least}`);
const above = z.number().gt(0, 'above 0');
const share = z.number().min(0, 'between 0 and 1').max(1, 'between 0 and 1');
const belowOne = z.number().min(0, 'at least 0 and below 1').lt(1, 'at least 0 and below 1');
/** SetFit has one number for its two phases, or one for each. */
const phases = (one: z.ZodType, what: string) => {
  const both = z.union([one, z.tuple([one, one])]);
  return z.unknown().refine((value) => both.safeParse(value).success, `${what}, or a list of two such numbers`);
};

const byName: readonly (readonly [z.ZodType, string])[] = [
  [
    least(1),
    'per_device_train_batch_size per_device_eval_batch_size gradient_accumulation_steps gradient_accumulation accumulate_gradient eval_accumulation_steps epochs ' +
      'max_length max_seq_length model_max_length marker_max_length entity_max_length response_length r lora_r lora_alpha num_ppo_epochs num_mini_batches total_episodes ' +
      'local_rollout_forward_batch_size precompute_ref_batch_size dataset_num_proc num_iterations samples_per_label eval_frequency start stop ref_model_sync_steps ' +
      'pad_to_multiple_of torch_empty_cache_steps max_prompt_length max_completion_length',
  ],
  [above, 'num_train_epochs adam_epsilon eps temperature eval_steps save_steps compound'],
  [
    least(0),
    'learning_rate learn_rate lr head_learning_rate weight_decay L2 l2_weight max_grad_norm grad_clip warmup_steps eval_delay patience early_stopping_patience ' +
      'dataloader_num_workers max_prev_context max_next_context kl_coef cliprange cliprange_value vf_coef beta dpo_beta margin neftune_noise_alpha',
  ],
  [least(-1), 'max_steps eval_max_steps max_epochs logging_steps'],
  [share, 'label_smoothing_factor warmup_proportion warmup_ratio gamma lam tolerance'],
  [belowOne, 'dropout lora_dropout adam_beta1 adam_beta2 beta1 beta2 label_smoothing'],
  [z.string().regex(/^\s*\w+\s*=[^,=]+(?:,\s*\w+\s*=[^,=]+)*$/, 'pairs as in "amsgrad=true, foreach=false"'), 'optim_args'],
  [phases(z.int().min(1), 'a whole number of at least 1'), 'batch_size num_epochs'],
  [phases(z.number().min(0), 'a number of at least 0'), 'body_learning_rate'],
];

/** What an option of that name takes beyond its type. */
export const ranges: ReadonlyMap<string, z.ZodType> = new Map(byName.flatMap(([values, names]) => names.split(' ').map((name) => [name, values] as const)));

/** What TRL takes, by kind of task: its classes of arguments, with a low-rank adapter; for PPO the blocks `generation` and `length_sampler`. */
import type { FrameworkKind, FrameworkOption } from '../framework.js';
import { lora } from '../lora.js';
import { removedByTransformers, renamedByTransformers, takes, trainingArguments, whenAsked } from '../trainingArguments.js';

/** Said elsewhere in a training, or of no use in a run. */
const notOptions = ['model_init_kwargs', 'dataset_text_field', 'dataset_kwargs', 'pad_token', 'eos_token', 'chat_template_path'];

const ownTokens = 'The model\'s tokenizer says which tokens fill up and end texts.';
const bothCounted = 'max_length counts prompt and answer together.';

const renamed = { ...renamedByTransformers, max_seq_length: 'max_length', peft_config: 'lora' };
const removed = {
  ...removedByTransformers,
  model: 'It is a setting of the training: model = "…".',
  model_name: 'Write model = … in the training.',
  model_init_kwargs: 'A model is loaded as its configuration says, in float32 on a CPU.',
  ref_model: 'The reference is the model that the training starts from.',
  dataset_text_field: 'The task says which column is the text.',
  dataset_kwargs: 'The task says which rows there are.',
  formatting_func: 'The task says how a record becomes rows.',
  dataset_batch_size: 'Rows are tokenized as the trainer finds fit; dataset_num_proc says in how many processes.',
  max_prompt_length: bothCounted, max_target_length: bothCounted, max_completion_length: bothCounted,
  infinite: 'Give max_steps or num_train_epochs.',
  num_of_sequences: 'Packing needs no size: packing = true fills max_length.', chars_per_token: 'Packing needs no size: packing = true fills max_length.',
  padding_value: ownTokens, label_pad_token_id: ownTokens, pad_token: ownTokens, eos_token: ownTokens,
  chat_template_path: 'The model brings its own chat template.',
  is_encoder_decoder: 'The model\'s configuration says it.',
  generate_during_eval: 'Ask the finished run: %generate.',
  beta: 'It is an option of direct_preference_optimization; PPO has kl_coef.',
  packing: 'It is an option of supervised_fine_tuning.',
  disable_dropout: 'It is an option of reward_modeling and direct_preference_optimization.',
  truncation_mode: 'It is an option of supervised_fine_tuning and direct_preference_optimization.',
};

const kind = (className: string, { without = [], ...more }: Partial<FrameworkKind> & { readonly without?: readonly string[] } = {}) => whenAsked(() => takes({
  options: trainingArguments('trl', className, { without: [...notOptions, ...without, ...Object.keys(more.removed ?? {})] }),
  blocks: { lora, ...more.blocks },
  renamed: { ...renamed, ...more.renamed },
  removed: { ...removed, ...more.removed },
}));

/** TRL draws from the whole distribution, and PPO's ratio is right for that alone: other values are refused. */
export const generation: readonly FrameworkOption[] = [
  { name: 'min_length', type: 'integer', default: -1, doc: 'Least length of an answer; PPO sets none: -1.' },
  { name: 'top_k', type: 'number', default: 0, doc: 'Draws among the so many likeliest tokens; PPO draws among all: 0.' },
  { name: 'top_p', type: 'number', default: 1, doc: 'Draws among the likeliest tokens of this share; PPO draws among all: 1.' },
  { name: 'do_sample', type: 'boolean', default: true, doc: 'Draws tokens; PPO always does.' },
];
const lengthSampler: readonly FrameworkOption[] = [
  { name: 'min_value', type: 'integer', doc: 'Least number of tokens of an answer, drawn anew for each batch.' },
  { name: 'max_value', type: 'integer', doc: 'The lengths that are drawn stay below it.' },
];

const computed = 'It is computed: per_device_train_batch_size by gradient_accumulation_steps.';
const evaluated = 'Held-out queries are answered and scored before and after the training.';
const kept = 'The finished policy is kept, and no checkpoint.';
const single = 'PPO computes in single precision: rounding would pass for divergence from the reference.';

export const supervisedFineTuning = kind('SFTConfig');
export const rewardModeling = kind('RewardConfig');
export const preferenceOptimization = kind('DPOConfig');
export const policyOptimization = kind('PPOConfig', {
  without: ['batch_size'],
  blocks: { generation, length_sampler: lengthSampler },
  renamed: {
    batch_size: 'per_device_train_batch_size', ppo_epochs: 'num_ppo_epochs', init_kl_coef: 'kl_coef', steps: 'total_episodes', generation_kwargs: 'generation', length_sampler_kwargs: 'length_sampler',
    max_new_tokens: 'response_length',
  },
  removed: {
    config: 'Write its options in the options block.',
    reward_model: 'It is a setting of the training: reward_model = TRAINING.',
    sft_model_path: 'Write model = … in the training.', reward_model_path: 'It is a setting of the training: reward_model = TRAINING.',
    value_model: 'The reward model is where the value model begins.',
    dataset: 'The task says which rows there are.', query_dataset: 'The task says which rows there are.',
    max_steps: 'Give total_episodes.',
    max_seq_length: 'Give response_length: how many tokens an answer has at most.', max_length: 'Give response_length: how many tokens an answer has at most.',
    mini_batch_size: 'Give num_mini_batches, into how many parts a batch is split.', local_mini_batch_size: 'Give num_mini_batches, into how many parts a batch is split.',
    forward_batch_size: 'Give local_rollout_forward_batch_size.',
    micro_batch_size: computed, local_batch_size: computed, num_total_batches: computed, world_size: 'A run is one process.', ds3_gather_for_generation: 'A run is one process.',
    num_sample_generations: evaluated, eval_strategy: evaluated, evaluation_strategy: evaluated, eval_steps: evaluated, eval_delay: evaluated, eval_on_start: evaluated,
    save_strategy: kept, save_steps: kept, save_total_limit: kept, save_only_model: kept, load_best_model_at_end: kept, metric_for_best_model: kept, greater_is_better: kept,
    bf16: single, bf16_full_eval: single, fp16: single, fp16_full_eval: single,
    model_adapter_name: 'The block lora makes one adapter.', ref_adapter_name: 'The reference is the model without its adapter.',
    adap_kl_ctrl: 'The weight of the divergence stays kl_coef.', target: 'The weight of the divergence stays kl_coef.', horizon: 'The weight of the divergence stays kl_coef.',
    optimizer: 'Give optim, learning_rate and the like.', lr_scheduler: 'Give lr_scheduler_type.', num_shared_layers: 'Give lora: the policy without its adapter is the reference.',
  },
});

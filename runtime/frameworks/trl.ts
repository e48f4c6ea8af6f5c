import { UserError } from '../error.js';
import { hubVariables } from '../launch/environment.js';
import type { Framework, FrameworkKind, FrameworkOption } from './framework.js';
import { lora } from './lora.js';
import { openPythonModel, pythonWorker } from './python.js';
import { removedByTransformers, renamedByTransformers, trainingArguments } from './trainingArguments.js';

/** Said elsewhere in a training, or of no use in a run. */
const notOptions = ['trust_remote_code', 'model_init_kwargs', 'dataset_kwargs', 'dataset_text_field', 'pad_token', 'eos_token', 'chat_template_path'];

const renamed = { ...renamedByTransformers, max_seq_length: 'max_length' };
const removed = {
  ...removedByTransformers,
  tokenizer: 'The model brings its own tokenizer.',
  processing_class: 'The model brings its own tokenizer.',
  dataset_text_field: 'The task says which column is the text.',
  formatting_func: 'The task says how a record becomes rows.',
  max_prompt_length: 'max_length counts prompt and answer together.',
  max_target_length: 'max_length counts prompt and answer together.',
  peft_config: 'It is a block: lora { r = 8 }.',
  trust_remote_code: 'Write trust = "organization/name@COMMIT" in the training.',
  model_name: 'Write model = … in the training.',
  ref_model: 'The reference is the model that the training starts from.',
};

function kind(className: string, more: Partial<Required<FrameworkKind>> & { readonly without?: readonly string[] } = {}): Required<FrameworkKind> {
  const options = trainingArguments('trl', className, { without: [...notOptions, ...(more.without ?? [])] });
  const blocks = { lora, ...more.blocks };
  const isTaken = (name: string): boolean => Object.hasOwn(blocks, name) || options.some((option) => option.name === name);
  return {
    options,
    blocks,
    renamed: Object.fromEntries(Object.entries({ ...renamed, ...more.renamed }).filter(([, name]) => isTaken(name))),
    removed: { ...removed, ...more.removed },
  };
}

/** TRL draws from the whole distribution, and PPO's ratio is right for that alone: other values are refused. */
const generation: readonly FrameworkOption[] = [
  { name: 'min_length', type: 'integer', default: -1, doc: 'Least length of an answer; PPO sets none: -1.' },
  { name: 'top_k', type: 'number', default: 0, doc: 'Draws among the so many likeliest tokens; PPO draws among all: 0.' },
  { name: 'top_p', type: 'number', default: 1, doc: 'Draws among the likeliest tokens of this share; PPO draws among all: 1.' },
  { name: 'do_sample', type: 'boolean', default: true, doc: 'Draws tokens; PPO always does.' },
];
const lengthSampler: readonly FrameworkOption[] = [
  { name: 'min_value', type: 'integer', doc: 'Least number of tokens of an answer, drawn anew for each batch.' },
  { name: 'max_value', type: 'integer', doc: 'The lengths that are drawn stay below it.' },
];

/** Language models by TRL: fine-tuning, reward models, preference optimization. */
export const trl: Framework = {
  name: 'trl',
  doc: 'TRL: supervised fine-tuning, reward models, direct preference optimization and proximal policy optimization of language models.',
  kinds: {
    supervised_fine_tuning: kind('SFTConfig'),
    reward_modeling: kind('RewardConfig'),
    direct_preference_optimization: kind('DPOConfig'),
    proximal_policy_optimization: kind('PPOConfig', {
      without: [
        'sft_model_path', 'reward_model_path', 'world_size', 'num_total_batches', 'micro_batch_size', 'local_batch_size', 'batch_size', 'local_mini_batch_size', 'mini_batch_size',
        'num_sample_generations', 'model_adapter_name', 'ref_adapter_name', 'ds3_gather_for_generation', 'eval_strategy', 'eval_steps', 'save_strategy', 'max_steps', 'load_best_model_at_end',
      ],
      blocks: { generation, length_sampler: lengthSampler },
      renamed: {
        batch_size: 'per_device_train_batch_size', ppo_epochs: 'num_ppo_epochs', init_kl_coef: 'kl_coef', steps: 'total_episodes',
        generation_kwargs: 'generation', length_sampler_kwargs: 'length_sampler',
      },
      removed: {
        mini_batch_size: 'Give num_mini_batches, into how many parts a batch is split.',
        config: 'Write its options in the options block.',
        reward_model: 'It is a setting of the training: reward_model = TRAINING.',
        max_steps: 'Give total_episodes.',
        eval_strategy: 'Held-out queries are answered and scored before and after the training.',
        evaluation_strategy: 'Held-out queries are answered and scored before and after the training.',
        save_strategy: 'The finished policy is kept.',
      },
    }),
  },
  needsModel: true,
  environment: 'core',
  variables: hubVariables,
  check({ kind: of, reward_model, blocks }) {
    if (of !== 'proximal_policy_optimization') return;
    if (reward_model === null) {
      throw new UserError('training/no-reward-model', 'Proximal policy optimization needs a reward model, and the training names none.', 'Write reward_model = TRAINING, of one that trains reward_modeling.');
    }
    const { generation: drawn = {}, length_sampler: lengths } = blocks;
    for (const { name, default: only } of generation) {
      if (Object.hasOwn(drawn, name) && drawn[name] !== only) {
        throw new UserError('training/wrong-value', `"${name}" of the block "generation" is ${JSON.stringify(drawn[name])}, and PPO can only have ${JSON.stringify(only)}.`, 'PPO compares probabilities of the whole distribution; temperature is an option.');
      }
    }
    if (!lengths) return;
    const { min_value: least, max_value: most } = lengths as { min_value?: number; max_value?: number };
    if (least === undefined || most === undefined || least < 1 || most <= least) {
      throw new UserError('training/wrong-value', 'The block "length_sampler" draws no length.', 'Give min_value, at least 1, and a larger max_value.');
    }
  },
  worker: pythonWorker('core'),
  open: openPythonModel('core', hubVariables),
};

/** What trainers of the Transformers family take, and what was called otherwise in earlier versions. */
import type { FrameworkOption } from './framework.js';
import { signature, type Changes } from './signatures.js';

/** Not the user's: the run has its own folder, seed and device, and reports to nobody. */
const notOptions = [
  'output_dir', 'seed', 'data_seed', 'use_cpu', 'report_to', 'disable_tqdm', 'do_train', 'do_eval', 'do_predict', 'resume_from_checkpoint', 'run_name', 'project', 'trackio_space_id',
  'push_to_hub', 'hub_model_id', 'hub_strategy', 'hub_token', 'hub_private_repo', 'hub_always_push', 'hub_revision', 'local_rank', 'ddp_backend', 'deepspeed', 'fsdp', 'fsdp_config', 'parallelism_config', 'debug',
];

/** The options of a class of training arguments; a default of ours says why it is not the framework's. */
export const trainingArguments = (file: string, className: string, { without = [], ours = {}, more = [] }: Changes = {}): FrameworkOption[] =>
  signature(file, className, {
    without: [...notOptions, ...without],
    ours: {
      logging_steps: { default: 1, doc: 'Tells the loss every so many steps (the framework\'s own default: every 500 or 10).' },
      logging_first_step: { default: true, doc: 'Tells the loss of the first step too (the framework\'s own default: no).' },
      eval_strategy: { default: 'epoch', doc: 'Measures on the test rows, where there are any: "no", "epoch", or "steps" (the framework\'s own default: no).' },
      save_strategy: { default: 'no', doc: 'Keeps checkpoints while it trains: "no", "epoch", "steps", "best"; the finished model is kept in any case (the framework\'s own default: every 500 steps).' },
      bf16: { default: null, optional: true, doc: 'Computes in bfloat16; null: on a GPU that can.' },
      ...ours,
    },
    more,
  });

/** Names of earlier versions that are called otherwise now. */
export const renamedByTransformers = { evaluation_strategy: 'eval_strategy' } as const;

/** Names of earlier versions that are gone, to what to do instead. */
export const removedByTransformers = {
  output_dir: 'Runs have folders of their own: `tasklab train --output-dir DIR` copies the finished one.',
  overwrite_output_dir: 'Each training is a new run, so that nothing is overwritten.',
  logging_dir: 'Events stand in the run\'s folder; %train shows them.',
  report_to: 'Runs report to nobody; events stand in the run\'s folder.',
  seed: 'It is a setting of the training: `seed = 42`.',
  no_cuda: 'A GPU is used where there is one: CUDA_VISIBLE_DEVICES="" hides it.',
  warmup_ratio: 'Give warmup_steps: below 1 it is a share of all steps.',
  group_by_length: 'Give train_sampling_strategy = "group_by_length".',
  push_to_hub: 'Runs stay on this machine.',
} as const;

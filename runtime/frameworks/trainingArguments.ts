/** What trainers of the Transformers family take, and what was called otherwise in earlier versions. */
import { UserError } from '../error.js';
import type { FrameworkKind, FrameworkOption } from './framework.js';
import { signature, type Changes } from './signatures.js';

/** Names of earlier versions that are called otherwise now. */
export const renamedByTransformers = { evaluation_strategy: 'eval_strategy' } as const;

const folder = 'Runs have folders of their own: `tasklab train --output-dir DIR` copies the finished one.';
const place = 'Models are loaded by their own libraries: HF_HOME, HF_ENDPOINT, HF_HUB_OFFLINE, HTTPS_PROXY and the like say from where.';
const local = 'Runs stay on this machine.';
const silent = 'Runs report to nobody; events stand in the run\'s folder.';
const rows = 'The task says which rows there are, train_size how many are held out.';
const measured = 'What is measured, and how, is the kind\'s: its metrics are computed on the held-out rows.';
const oneProcess = 'A run is one process.';
const device = 'A GPU is used where there is one: CUDA_VISIBLE_DEVICES="" hides it.';
const ours = 'Rows are laid out and batched as the kind needs it.';

/** Names that a training says elsewhere or that are gone, to what to do instead; none of them is an option. */
export const removedByTransformers: Readonly<Record<string, string>> = {
  output_dir: folder,
  overwrite_output_dir: 'Each training is a new run, so that nothing is overwritten.',
  logging_dir: silent, report_to: silent, run_name: silent, project: silent, disable_tqdm: silent, trackio_space_id: silent, trackio_bucket_id: silent, trackio_static_space_id: silent,
  seed: 'It is a setting of the training: seed = 42.',
  data_seed: 'The training\'s seed decides the order too.',
  no_cuda: device, use_cpu: device, use_mps_device: device, device,
  push_to_hub: local, hub_model_id: local, hub_strategy: local, hub_token: local, hub_private_repo: local, hub_always_push: local, hub_revision: local,
  push_to_hub_model_id: local, push_to_hub_organization: local, push_to_hub_token: local,
  do_train: rows, do_eval: rows, do_predict: rows, train_dataset: rows, eval_dataset: rows,
  resume_from_checkpoint: 'A run that was cut off is trained anew.',
  ignore_data_skip: 'A run that was cut off is trained anew.', enable_jit_checkpoint: 'A run that was cut off is trained anew.', restore_callback_states_from_checkpoint: 'A run that was cut off is trained anew.',
  local_rank: oneProcess, ddp_backend: oneProcess, ddp_find_unused_parameters: oneProcess, ddp_bucket_cap_mb: oneProcess, ddp_broadcast_buffers: oneProcess, ddp_static_graph: oneProcess,
  ddp_timeout: oneProcess, deepspeed: oneProcess, fsdp: oneProcess, fsdp_config: oneProcess, parallelism_config: oneProcess, accelerator_config: oneProcess, debug: oneProcess,
  log_on_each_node: oneProcess, save_on_each_node: oneProcess, log_level_replica: oneProcess, eval_use_gather_object: oneProcess,
  remove_unused_columns: ours, label_names: ours, length_column_name: ours, data_collator: ours,
  compute_metrics: measured, prediction_loss_only: measured, include_for_metrics: measured, batch_eval_metrics: measured, eval_do_concat_batches: measured, skip_memory_metrics: measured,
  preprocess_logits_for_metrics: measured, metric: measured,
  callbacks: 'Functions cannot be given: the worker\'s own callback writes the events.',
  model_init: 'Write model = … in the training.',
  optimizers: 'Give optim, learning_rate, lr_scheduler_type and the like.',
  args: 'Write each as an option.',
  warmup_ratio: 'Give warmup_steps: below 1 it is a share of all steps.',
  group_by_length: 'Give train_sampling_strategy = "group_by_length".',
  per_gpu_train_batch_size: 'Give per_device_train_batch_size.', per_gpu_eval_batch_size: 'Give per_device_eval_batch_size.',
  adafactor: 'Give optim = "adafactor".',
  tokenizer: 'The model brings its own tokenizer.', processing_class: 'The model brings its own tokenizer.',
  trust_remote_code: 'Write trust = "organization/name@COMMIT" in the training.',
  pretrained_model_name_or_path: 'Write model = … in the training.', model_name_or_path: 'Write model = … in the training.',
  revision: 'It is a setting of the training: revision = "…".',
  token: 'HF_TOKEN in the environment says who asks; no token stands in a program.',
  use_auth_token: 'HF_TOKEN in the environment says who asks; no token stands in a program.',
  force_download: place, resume_download: place, proxies: place, cache_dir: place, local_files_only: place,
};

const strategies = ['no', 'steps', 'epoch'];

/** The options of a class of training arguments; a default of ours says why it is not the framework's. */
export const trainingArguments = (file: string, className: string, { without = [], ours: own = {}, more = [] }: Changes = {}): FrameworkOption[] =>
  signature(file, className, {
    without: [...Object.keys(removedByTransformers), ...without],
    ours: {
      logging_steps: { default: 1, doc: 'Tells the loss every so many steps. Ours, so that small trainings show a curve; the framework\'s own default: every 500 (TRL: 10, SetFit: 50).' },
      logging_first_step: { default: true, doc: 'Tells the loss of the first step too. Ours, as curves begin there; Transformers\' own default: no.' },
      logging_strategy: { choices: strategies, doc: 'When the loss is told.' },
      eval_strategy: { choices: strategies, default: 'epoch', doc: 'When the test rows are measured, where there are any. Ours, to show how it goes; the framework\'s own default: not while it trains.' },
      save_strategy: { choices: [...strategies, 'best'], default: 'no', doc: 'When checkpoints are kept while it trains; the finished model is kept in any case. Ours, as they take disk; the framework\'s own default: every 500 steps.' },
      train_sampling_strategy: { choices: ['random', 'sequential', 'group_by_length', 'batch_rebalance'], doc: 'In which order training rows come; "group_by_length" puts rows of about one length into a batch.' },
      dataloader_multiprocessing_context: { choices: ['fork', 'spawn', 'forkserver'], doc: 'How the processes that load rows are started, where dataloader_num_workers asks for some; null: as the system does.' },
      truncation_mode: { choices: ['keep_start', 'keep_end'], doc: 'Which end of a row that is too long is kept.' },
      log_level: { choices: ['detail', 'debug', 'info', 'warning', 'error', 'critical', 'passive'], doc: 'How much the framework writes into the run\'s log.' },
      bf16: { default: null, optional: true, doc: 'Computes in bfloat16. Ours: null, on a GPU that can; the framework\'s own default: no (TRL: yes).' },
      ...own,
    },
    more,
  });

/** What those trainers demand of options together; throws `training/wrong-value`. */
export function checkTogether(options: Readonly<Record<string, unknown>>): void {
  const wrong = (what: string, hint: string): UserError => new UserError('training/wrong-value', what, hint);
  const { bf16, fp16, load_best_model_at_end: best, eval_strategy: evaluates, save_strategy: saves, eval_steps, logging_steps, save_steps } = options;
  if (bf16 && fp16) throw wrong('"bf16" and "fp16" are both asked for.', 'Give one of them.');
  if (!best || saves === 'best') return;
  if (evaluates === 'no' || evaluates !== saves) {
    const strategy = evaluates === 'no' ? 'epoch' : String(evaluates);
    throw wrong(`"load_best_model_at_end" needs a checkpoint for each measure, and eval_strategy is "${String(evaluates)}", save_strategy "${String(saves)}".`, `Give eval_strategy = "${strategy}" and save_strategy = "${strategy}".`);
  }
  const [measured, kept] = [Number(eval_steps ?? logging_steps), Number(save_steps)];
  if (evaluates === 'steps' && measured >= 1 && kept >= 1 && kept % measured !== 0) {
    throw wrong(`"load_best_model_at_end" needs a measure for each checkpoint, and ${kept} steps of save_steps are no multiple of the ${measured} of eval_steps.`, `Give save_steps = ${measured}.`);
  }
}

/**
 * A table, of old names only those that it has a use for: a renamed one leads to an option or a block, and what is an option
 * in this version of the framework is not removed.
 */
export function takes({ options, blocks = {}, renamed = {}, removed = {} }: Partial<Required<FrameworkKind>> & Pick<Required<FrameworkKind>, 'options'>): Required<FrameworkKind> {
  const isTaken = (name: string): boolean => Object.hasOwn(blocks, name) || options.some((option) => option.name === name);
  const only = (names: Readonly<Record<string, string>>, isKept: (name: string, to: string) => boolean) => Object.fromEntries(Object.entries(names).filter(([name, to]) => !isTaken(name) && isKept(name, to)));
  const current = only(renamed, (_, to) => isTaken(to));
  return { options, blocks, renamed: current, removed: only(removed, (name) => !Object.hasOwn(current, name)) };
}

/** A table that is read when it is first asked for: most programs name one framework, and signatures are long. */
export function whenAsked(read: () => Required<FrameworkKind>): Required<FrameworkKind> {
  let found: Required<FrameworkKind> | undefined;
  const table = (): Required<FrameworkKind> => (found ??= read());
  return {
    get options() { return table().options; },
    get blocks() { return table().blocks; },
    get renamed() { return table().renamed; },
    get removed() { return table().removed; },
  };
}

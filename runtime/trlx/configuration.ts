import type { Job } from '../run/job.js';

type Values = Readonly<Record<string, unknown>>;

/** Options that are the method's own; the others are of training, model and optimizer. */
const ilql = ['tau', 'gamma', 'cql_scale', 'awac_scale', 'alpha', 'beta', 'steps_for_target_q_sync', 'two_qs'];
const training = ['seq_length', 'epochs', 'total_steps', 'batch_size', 'eval_interval', 'checkpoint_interval'];

const only = (options: Values, names: readonly string[]): Values => Object.fromEntries(names.map((name) => [name, options[name]]));

/** A whole `TRLConfig`: what the options do not say is as TRLX's default configurations have it, but nothing is reported to anybody. */
export function configuration({ options, seed }: Pick<Job, 'options' | 'seed'>, { model, generation, rewarded }: { readonly model: string; readonly generation: Values; readonly rewarded: boolean }): object {
  const { lr, betas, eps, weight_decay } = options;
  return {
    train: {
      ...only(options, training),
      pipeline: 'PromptPipeline',
      trainer: rewarded ? 'AccelerateILQLTrainer' : 'AccelerateSFTTrainer',
      checkpoint_dir: 'checkpoints',
      tracker: null,
      seed,
    },
    model: { model_path: model, num_layers_unfrozen: options['num_layers_unfrozen'] },
    tokenizer: { tokenizer_path: model, truncation_side: 'right' },
    optimizer: { name: 'adamw', kwargs: { lr, betas, eps, weight_decay } },
    // The learning rate stays what it is.
    scheduler: { name: 'cosine_annealing', kwargs: { T_max: 1e12, eta_min: lr } },
    method: rewarded ? { name: 'ilqlconfig', ...only(options, ilql), gen_kwargs: generation } : { name: 'sftconfig', gen_kwargs: generation },
  };
}

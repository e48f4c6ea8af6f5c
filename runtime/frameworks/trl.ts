import { UserError } from '../error.js';
import { hubVariables } from '../launch/environment.js';
import type { Job } from '../run/job.js';
import type { Framework } from './framework.js';
import { generation, policyOptimization, preferenceOptimization, rewardModeling, supervisedFineTuning } from './options/trl.js';
import { openPythonModel, pythonWorker } from './python.js';
import { checkTogether } from './trainingArguments.js';

/** Language models by TRL: fine-tuning, reward models, preference optimization. */
export const trl: Framework = {
  name: 'trl',
  doc: 'TRL: supervised fine-tuning, reward models, direct preference optimization and proximal policy optimization of language models.',
  kinds: {
    supervised_fine_tuning: supervisedFineTuning,
    reward_modeling: rewardModeling,
    direct_preference_optimization: preferenceOptimization,
    proximal_policy_optimization: policyOptimization,
  },
  needsModel: true,
  environment: 'core',
  variables: hubVariables,
  check({ kind, reward_model, options, blocks }) {
    checkTogether(options);
    if (kind !== 'proximal_policy_optimization') return;
    if (reward_model === null) {
      throw new UserError('training/no-reward-model', 'Proximal policy optimization needs a reward model, and the training names none.', 'Write reward_model = TRAINING, of one that trains reward_modeling.');
    }
    checkGeneration(blocks);
    checkBatches(options);
  },
  worker: pythonWorker('core'),
  open: openPythonModel('core', hubVariables),
};

/** What PPO's own way of drawing answers allows of the blocks. */
function checkGeneration({ generation: drawn = {}, length_sampler: lengths }: Job['blocks']): void {
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
}

/** What TRL's trainer asserts of the options together. */
function checkBatches(options: Job['options']): void {
  const { per_device_train_batch_size: rows, gradient_accumulation_steps: times, num_mini_batches: parts } = options as Record<string, number>;
  const batch = rows! * times!;
  if (batch % parts! !== 0) {
    throw new UserError('training/wrong-value', `A batch of ${batch} queries cannot be split into ${parts} equal parts.`, 'Make per_device_train_batch_size times gradient_accumulation_steps a multiple of num_mini_batches.');
  }
  if (options['whiten_rewards'] && batch / parts! < 8) {
    throw new UserError('training/wrong-value', `whiten_rewards needs at least 8 queries in each part of a batch, and there are ${batch / parts!}.`, 'Make per_device_train_batch_size larger, or num_mini_batches smaller.');
  }
  if (options['stop_token'] && typeof options['stop_token_id'] === 'number') {
    throw new UserError('training/option-given-twice', 'stop_token and stop_token_id both say which token ends an answer.', 'Give one of them.');
  }
}

import { UserError } from '../error.js';
import { hubVariables } from '../launch/environment.js';
import type { Framework } from './framework.js';
import { generation, policyOptimization, preferenceOptimization, rewardModeling, supervisedFineTuning } from './options/trl.js';
import { openPythonModel, pythonWorker } from './python.js';

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

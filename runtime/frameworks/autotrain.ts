import { compiled } from '../launch/compiled.js';
import { checkElsewhere, openElsewhere } from './elsewhere.js';
import type { Framework } from './framework.js';
import { autotrainClassification, autotrainFineTuning, autotrainPreferenceOptimization, autotrainRewardModeling } from './options/autotrain.js';

/** AutoTrain's configuration and data, for `autotrain --config`. */
export const autotrain: Framework = {
  name: 'autotrain',
  doc: 'A configuration and data for AutoTrain (autotrain-advanced 0.8.36), which is not installed: the run says how to start it, and has no model.',
  kinds: {
    text_classification: autotrainClassification,
    supervised_fine_tuning: autotrainFineTuning,
    reward_modeling: autotrainRewardModeling,
    direct_preference_optimization: autotrainPreferenceOptimization,
  },
  needsModel: true,
  variables: [],
  check: checkElsewhere('AutoTrain'),
  worker: () => ({ runtime: 'node', module: compiled(new URL('../autotrain/worker.js', import.meta.url)) }),
  open: openElsewhere,
};

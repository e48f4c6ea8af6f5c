import { UserError } from '../error.js';
import { compiled } from '../launch/compiled.js';
import { checkElsewhere, openElsewhere } from './elsewhere.js';
import type { Framework } from './framework.js';
import { trlxCompletion, trlxPreference } from './options/trlx.js';

const kinds = { prompt_completion: trlxCompletion, direct_preference_optimization: trlxPreference };
const checkModel = checkElsewhere('TRLX');

/** Samples for TRLX, with a script that trains on them. */
export const trlx: Framework = {
  name: 'trlx',
  doc: 'Samples (and rewards) for TRLX 0.7, with a script: it is no longer maintained and not installed; the run says how to start it, and has no model.',
  kinds,
  needsModel: true,
  variables: [],
  check(training) {
    checkModel(training);
    const table = kinds[training.kind as keyof typeof kinds].blocks['generation']!;
    const most = (training.blocks['generation']?.['max_new_tokens'] ?? table.find(({ name }) => name === 'max_new_tokens')!.default) as number;
    const length = training.options['seq_length'] as number;
    if (most >= length) throw new UserError('training/wrong-value', `No room is left for a prompt: "max_new_tokens" is ${most}, and "seq_length", which counts both, ${length}.`, 'Give a larger seq_length, or generation { max_new_tokens = … }.');
  },
  worker: () => ({ runtime: 'node', module: compiled(new URL('../trlx/worker.js', import.meta.url)) }),
  open: openElsewhere,
};

import { compiled } from '../launch/compiled.js';
import { loadModel } from '../linear/model.js';
import { linearOptions } from '../linear/options.js';
import type { Framework } from './framework.js';

/** Embedded text classification: TF-IDF and logistic regression, in this package, without Python. */
export const linear: Framework = {
  name: 'linear',
  doc: 'Embedded text classification, single label or multi-label: TF-IDF of word and character n-grams and logistic regression. No Python, no download.',
  kinds: { text_classification: { options: linearOptions, blocks: {}, renamed: { tol: 'tolerance' }, removed: {} } },
  needsModel: false,
  variables: [],
  worker: () => ({ runtime: 'node', module: compiled(new URL('../linear/worker.js', import.meta.url)) }),
  open: loadModel,
};

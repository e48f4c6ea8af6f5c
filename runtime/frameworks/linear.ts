import { compiled } from '../launch/compiled.js';
import { hubVariables } from '../launch/environment.js';
import { filesIn } from '../linear/embedding/source.js';
import { loadModel } from '../linear/model.js';
import { checkTfidfUnused, linearOptions } from '../linear/options.js';
import { modelName } from '../run/job.js';
import type { Framework } from './framework.js';

/** Embedded text classification: TF-IDF or sentence embeddings, and logistic regression, in this package, without Python. */
export const linear: Framework = {
  name: 'linear',
  doc: 'Embedded text classification, single label or multi-label: logistic regression on TF-IDF of word and character n-grams, or, where `model` names a sentence-embedding model (a folder or a repository with an ONNX file), on its vectors. No Python; without a model no download.',
  kinds: { text_classification: { options: linearOptions, blocks: {}, renamed: { tol: 'tolerance' }, removed: {} } },
  needsModel: false,
  variables: hubVariables,
  check({ model, options }) {
    if (model === null) return;
    checkTfidfUnused(options);
    if (model.from === 'folder') filesIn(model.path, modelName(model)!);
  },
  worker: () => ({ runtime: 'node', module: compiled(new URL('../linear/worker.js', import.meta.url)) }),
  open: loadModel,
};

import { hubVariables } from '../launch/environment.js';
import type { Framework } from './framework.js';
import { adapterClassification } from './options/transformers.js';
import { openPythonModel, pythonWorker } from './python.js';
import { checkTogether } from './trainingArguments.js';

/** Transformers with low-rank adapters: the model keeps its weights, and the adapter alone is saved. */
export const peft: Framework = {
  name: 'peft',
  doc: 'PEFT: trains a low-rank adapter beside a model of Hugging Face Transformers.',
  kinds: { text_classification: adapterClassification },
  needsModel: true,
  environment: 'core',
  variables: hubVariables,
  check: ({ options }) => checkTogether(options),
  worker: pythonWorker('core'),
  open: openPythonModel('core', hubVariables),
};

import { hubVariables } from '../launch/environment.js';
import type { Framework } from './framework.js';
import { pretraining, questionAnswering, textClassification, tokenClassification } from './options/transformers.js';
import { openPythonModel, pythonWorker } from './python.js';
import { checkTogether } from './trainingArguments.js';

/** Models of Hugging Face Transformers, by its own Trainer. */
export const transformers: Framework = {
  name: 'transformers',
  doc: 'Hugging Face Transformers: fine-tunes a model with its own Trainer.',
  kinds: { text_classification: textClassification, token_classification: tokenClassification, question_answering: questionAnswering, pretraining },
  needsModel: true,
  environment: 'core',
  variables: hubVariables,
  check: ({ options }) => checkTogether(options),
  worker: pythonWorker('core'),
  open: openPythonModel('core', hubVariables),
};

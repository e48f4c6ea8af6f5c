import { hubVariables } from '../launch/environment.js';
import type { Framework } from './framework.js';
import { setfitClassification } from './options/setfit.js';
import { openPythonModel, pythonWorker } from './python.js';
import { checkTogether } from './trainingArguments.js';

/** Few-shot classification; a sentence encoder is fine-tuned on pairs of texts, and a head decides. */
export const setfit: Framework = {
  name: 'setfit',
  doc: 'SetFit: few-shot classification; a sentence encoder is fine-tuned on pairs of texts, and a head decides.',
  kinds: { text_classification: setfitClassification },
  needsModel: true,
  environment: 'core',
  variables: hubVariables,
  check: ({ options }) => checkTogether(options),
  worker: pythonWorker('core'),
  open: openPythonModel('core', hubVariables),
};

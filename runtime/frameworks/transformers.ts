import { hubVariables } from '../launch/environment.js';
import type { Framework } from './framework.js';
import { openPythonModel, pythonWorker } from './python.js';
import { renamedByTransformers, removedByTransformers, trainingArguments } from './trainingArguments.js';

const takes = { options: trainingArguments('transformers', 'TrainingArguments'), blocks: {}, renamed: renamedByTransformers, removed: removedByTransformers };

/** Models of Hugging Face Transformers, by its own Trainer. */
export const transformers: Framework = {
  name: 'transformers',
  doc: 'Hugging Face Transformers: fine-tunes a model with its own Trainer.',
  kinds: { text_classification: takes },
  needsModel: true,
  environment: 'core',
  variables: hubVariables,
  worker: pythonWorker('core'),
  open: openPythonModel('core', hubVariables),
};

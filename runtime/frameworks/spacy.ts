import { UserError } from '../error.js';
import type { Framework } from './framework.js';
import { spacyClassification, spacyTokenClassification } from './options/spacy.js';
import { openPythonModel, pythonWorker } from './python.js';

/** spaCy: `model` is a language, an installed pipeline or a folder with one; without one a blank English pipeline. */
export const spacy: Framework = {
  name: 'spacy',
  doc: 'spaCy: text categorizers and entity recognizers, small and fast; from a blank language or on a pipeline.',
  kinds: { text_classification: spacyClassification, token_classification: spacyTokenClassification },
  needsModel: false,
  knowsNames: true,
  environment: 'core',
  variables: [],
  check({ model, options: { lang } }) {
    if (model === null || lang === 'en') return;
    throw new UserError('training/wrong-value', `The option "lang" is "${String(lang)}", and the training names a model, which has its own language.`, `Leave lang out, or write model = "${String(lang)}" for a blank pipeline.`);
  },
  worker: pythonWorker('core'),
  open: openPythonModel('core', []),
};

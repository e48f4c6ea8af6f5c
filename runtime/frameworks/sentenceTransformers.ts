import { UserError } from '../error.js';
import { hubVariables } from '../launch/environment.js';
import type { Framework } from './framework.js';
import { sentenceSimilarity } from './options/sentenceTransformers.js';
import { openPythonModel, pythonWorker } from './python.js';
import { checkTogether } from './trainingArguments.js';

/** Losses that only a cross-encoder has, and those that both kinds of encoder have; all others are a bi-encoder's. */
const ofCrossEncoders = ['BinaryCrossEntropyLoss', 'CrossEntropyLoss'];
const ofBoth = ['MultipleNegativesRankingLoss'];

/** Sentence similarity, by embeddings of each sentence (bi-encoder) or by reading both at once (cross-encoder). */
export const sentenceTransformers: Framework = {
  name: 'sentence_transformers',
  doc: 'Sentence Transformers: how alike sentences are, by bi- and cross-encoders.',
  kinds: { sentence_similarity: sentenceSimilarity },
  needsModel: true,
  environment: 'core',
  variables: hubVariables,
  check({ options }) {
    checkTogether(options);
    const { loss, cross_encoder: isCross } = options;
    if (typeof loss !== 'string' || ofBoth.includes(loss) || ofCrossEncoders.includes(loss) === isCross) return;
    throw new UserError('training/wrong-value', `The loss "${loss}" is not one of a ${isCross ? 'cross' : 'bi'}-encoder.`, isCross ? `It has: ${[...ofCrossEncoders, ...ofBoth].join(', ')}.` : 'Write cross_encoder = true beside it.');
  },
  worker: pythonWorker('core'),
  open: openPythonModel('core', hubVariables),
};

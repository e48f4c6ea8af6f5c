/** What spaCy takes: options as `[training]` and `[training.optimizer]` of its configuration have them. */
import type { FrameworkOption } from '../framework.js';
import { signature } from '../signatures.js';
import { removedByTransformers, takes, whenAsked } from '../trainingArguments.js';

const { output_dir, overwrite_output_dir, seed, push_to_hub, pretrained_model_name_or_path } = removedByTransformers;
const batcher = {
  start: { doc: 'Words of the first batch.' },
  stop: { doc: 'Words that batches grow to.' },
  compound: { doc: 'Factor by which each batch is larger than the one before.' },
};
const callback = 'Functions of Python cannot be given.';

const pipeline: readonly FrameworkOption[] = [
  { name: 'lang', type: 'text', default: 'en', doc: 'Language of a new pipeline, where the training names no model; spacy init config\'s own default.' },
  { name: 'optimize', type: 'text', choices: ['efficiency', 'accuracy'], default: 'efficiency', doc: 'Whether a new component is a small, fast one or a larger, slower one; spacy init config\'s own default.' },
];

const spacy = whenAsked(() => takes({
  options: [
    ...signature('spacy', 'training', {
      without: ['dev_corpus', 'train_corpus', 'seed', 'before_to_disk', 'before_update'],
      ours: { score_weights: { type: 'any', default: null, optional: true, doc: 'How much each score counts for the best model, by its name; null: as the component says.' }, gpu_allocator: { choices: ['pytorch', 'tensorflow'], doc: 'Whose memory is used on a GPU; null: CuPy\'s own.' } },
    }),
    ...signature('spacy', 'optimizer', { ours: { eps: { doc: 'Keeps Adam from dividing by zero.' }, grad_clip: { doc: 'Longest gradient; a longer one is shortened to it.' } } }),
    ...pipeline,
  ],
  blocks: { batcher: signature('spacy', 'batcher', { ours: batcher }) },
  renamed: { learning_rate: 'learn_rate', language: 'lang', num_train_epochs: 'max_epochs', adam_beta1: 'beta1', adam_beta2: 'beta2', adam_epsilon: 'eps', max_grad_norm: 'grad_clip' },
  removed: {
    output_dir: output_dir!, overwrite: overwrite_output_dir!, seed: seed!, push_to_hub: push_to_hub!, pretrained_model_name_or_path: pretrained_model_name_or_path!,
    dev_corpus: 'The rows that train_size holds out are the development rows.',
    train_corpus: 'The task says which rows there are.',
    before_to_disk: callback, before_update: callback, logger: 'The worker\'s own logger writes the events.',
    optimizer: 'Its keys are options: options { learn_rate = … }.',
    gpu_id: 'A GPU is used where there is one: CUDA_VISIBLE_DEVICES="" hides it.', use_gpu: 'A GPU is used where there is one: CUDA_VISIBLE_DEVICES="" hides it.',
    batch_size: 'Batches are of words: batcher { start = 100; stop = 1000 }.',
    pipeline: 'The kind of the task says which component is trained.', freeze_tok2vec: 'Give frozen_components = ["tok2vec"].',
  },
}));

export const spacyClassification = spacy;
export const spacyTokenClassification = spacy;

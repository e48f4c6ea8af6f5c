/** What Sentence Transformers takes for sentence similarity, by bi- or cross-encoder. */
import type { FrameworkOption } from '../framework.js';
import { removedByTransformers, renamedByTransformers, takes, trainingArguments, whenAsked } from '../trainingArguments.js';

const ours: readonly FrameworkOption[] = [
  { name: 'cross_encoder', type: 'boolean', default: false, doc: 'Reads both sentences at once and says how alike they are; false: makes an embedding of each sentence (bi-encoder).' },
  {
    name: 'loss', type: 'text', default: null,
    choices: [
      'CosineSimilarityLoss', 'CoSENTLoss', 'AnglELoss', 'ContrastiveLoss', 'OnlineContrastiveLoss', 'SoftmaxLoss', 'MultipleNegativesRankingLoss', 'TripletLoss', 'BinaryCrossEntropyLoss', 'CrossEntropyLoss',
    ],
    doc: 'The loss, by its class in sentence-transformers; null: by the rows, whether they have labels, which, and two sentences or three.',
  },
  { name: 'max_seq_length', type: 'integer', default: null, doc: 'Tokens of a sentence (a cross-encoder: of both), where it is cut off; null: as many as the model takes.' },
];

export const sentenceSimilarity = whenAsked(() => takes({
  options: trainingArguments('sentence_transformers', 'SentenceTransformerTrainingArguments', {
    without: ['prompts', 'router_mapping', 'multi_dataset_batch_sampler', 'warmup_ratio'],
    ours: { batch_sampler: { type: 'text', choices: ['batch_sampler', 'no_duplicates', 'no_duplicates_hashed', 'group_by_label'], doc: 'How batches are drawn: "no_duplicates" keeps equal texts apart, as MultipleNegativesRankingLoss wants it.' } },
    more: ours,
  }),
  renamed: { ...renamedByTransformers, max_length: 'max_seq_length', epochs: 'num_train_epochs', batch_size: 'per_device_train_batch_size' },
  removed: {
    ...removedByTransformers,
    prompts: 'Write the prompt into the task\'s templates.',
    router_mapping: 'There is one set of rows and one encoder.',
    multi_dataset_batch_sampler: 'There is one set of rows.',
    train_objectives: 'The task says which rows there are; give loss.', evaluator: 'What is measured, and how, is the kind\'s.',
  },
}));

/** What SetFit takes for text classification. */
import type { FrameworkOption } from '../framework.js';
import { removedByTransformers, renamedByTransformers, takes, trainingArguments, whenAsked } from '../trainingArguments.js';

const losses = [
  'CosineSimilarityLoss', 'ContrastiveLoss', 'OnlineContrastiveLoss', 'BatchAllTripletLoss', 'BatchHardTripletLoss', 'BatchSemiHardTripletLoss', 'BatchHardSoftMarginTripletLoss', 'SupConLoss',
];

/** Of the model rather than of its training, as `SetFitModel.from_pretrained` takes them. */
const model: readonly FrameworkOption[] = [
  { name: 'use_differentiable_head', type: 'boolean', default: false, doc: 'Ends in a layer of PyTorch instead of scikit-learn\'s logistic regression.' },
  { name: 'multi_target_strategy', type: 'text', choices: ['one-vs-rest', 'multi-output', 'classifier-chain'], default: null, doc: 'How the head gives several labels to a text. Ours: null, one-vs-rest where the rows have several labels.' },
  { name: 'normalize_embeddings', type: 'boolean', default: false, doc: 'Makes embeddings of length 1 before the head sees them.' },
  { name: 'head_params', type: 'any', default: null, optional: true, doc: 'Keyword arguments of the head; null: none.' },
];

export const setfitClassification = whenAsked(() => takes({
  options: trainingArguments('setfit', 'TrainingArguments', {
    without: ['show_progress_bar', 'evaluation_strategy'],
    ours: {
      loss: { type: 'text', choices: losses, default: 'CosineSimilarityLoss', optional: false, doc: 'The contrastive loss of the embedding phase.' },
      distance_metric: { type: 'text', choices: ['cosine_distance', 'eucledian_distance'], default: 'cosine_distance', optional: false, doc: 'The distance of two embeddings in triplet losses and SupConLoss, as BatchHardTripletLossDistanceFunction calls them.' },
      sampling_strategy: { choices: ['oversampling', 'undersampling', 'unique'], doc: 'How pairs of texts are drawn for training.' },
      eval_strategy: { default: 'no', choices: ['no', 'steps', 'epoch'], doc: 'When the embedding loss of the test rows is measured, by all pairs of them; the classifier is measured at the end in any case.' },
      metric_for_best_model: { doc: 'What makes a checkpoint the best one, where load_best_model_at_end asks for it.' },
      greater_is_better: { doc: 'Is more of metric_for_best_model better?' },
    },
    more: model,
  }),
  renamed: { ...renamedByTransformers, learning_rate: 'body_learning_rate', loss_class: 'loss', max_seq_length: 'max_length' },
  removed: {
    ...removedByTransformers,
    show_progress_bar: 'Progress is shown by %train.',
    column_mapping: 'The task says which column is what.',
    warmup_ratio: 'Give warmup_proportion.',
    freeze: 'Give end_to_end.', unfreeze: 'Give end_to_end.',
  },
}));

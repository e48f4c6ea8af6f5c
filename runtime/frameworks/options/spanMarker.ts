/** What SpanMarker takes for token classification: Transformers 4's arguments and its own lengths. */
import { signature } from '../signatures.js';
import { removedByTransformers, renamedByTransformers, takes, trainingArguments, whenAsked } from '../trainingArguments.js';

/** Gone from the library, or kept for what is gone. */
const stale = [
  'save_safetensors', 'jit_mode_eval', 'fp16_opt_level', 'half_precision_backend', 'tpu_num_cores', 'tpu_metrics_debug', 'past_index', 'fsdp_min_num_params', 'fsdp_transformer_layer_cls_to_wrap',
  'use_legacy_prediction_loop', 'include_inputs_for_metrics', 'fp16_backend', 'mp_parameters', 'torchdynamo', 'ray_scope', 'include_tokens_per_second',
];
/** The worker measures by spans of words, once. */
const measured = Object.fromEntries(
  [
    'eval_strategy', 'evaluation_strategy', 'eval_steps', 'eval_delay', 'eval_on_start', 'eval_accumulation_steps', 'bf16_full_eval', 'fp16_full_eval',
    'load_best_model_at_end', 'metric_for_best_model', 'greater_is_better',
  ].map((name) => [name, 'The test rows are measured when the training is done.']),
);
/** Options of Transformers 4 that its next version does otherwise. */
const { warmup_ratio: _, group_by_length: __, adafactor: ___, ...removed } = removedByTransformers;
const lengths = ['model_max_length', 'marker_max_length', 'entity_max_length', 'max_prev_context', 'max_next_context'];

export const spanMarkerClassification = whenAsked(() => takes({
  options: trainingArguments('span_marker', 'TrainingArguments', {
    without: [...stale, 'adafactor', ...Object.keys(measured)],
    more: [
      ...signature('span_marker', 'TrainingArguments').filter(({ name }) => name === 'warmup_ratio' || name === 'group_by_length'),
      ...signature('span_marker', 'SpanMarkerConfig').filter(({ name }) => lengths.includes(name)),
    ],
  }),
  renamed: { ...renamedByTransformers, max_length: 'model_max_length', max_seq_length: 'model_max_length' },
  removed: { ...removed, ...measured, adafactor: removedByTransformers['adafactor']!, save_safetensors: 'Models are kept as safetensors.', labels: 'The labels are the question\'s.' },
}));

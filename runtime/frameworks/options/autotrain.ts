/** What stands under `params` of a configuration for `autotrain --config`, by kind of task. */
import type { FrameworkKind } from '../framework.js';
import { signature } from '../signatures.js';
import { removedByTransformers, takes, whenAsked } from '../trainingArguments.js';

/** What the training says already, or what the configuration says elsewhere: model, data, columns, the hub. */
const said = [
  'model', 'project_name', 'data_path', 'train_split', 'valid_split', 'text_column', 'target_column', 'prompt_text_column', 'rejected_text_column', 'trainer', 'seed', 'log', 'token', 'push_to_hub', 'username',
];
const mapped = 'The columns of the data that are written are mapped in the configuration.';
const { seed, push_to_hub, report_to, token, output_dir, pretrained_model_name_or_path: model } = removedByTransformers as Record<'seed' | 'push_to_hub' | 'report_to' | 'token' | 'output_dir' | 'pretrained_model_name_or_path', string>;

const removed = {
  model, seed, token, push_to_hub, username: push_to_hub, hub_token: push_to_hub, log: report_to, project_name: output_dir, output_dir,
  autotrain: 'Its keys are gone: AutoTrain trains the one model that the training names.',
  hub_model: 'Write its keys as options of their own.',
  source_language: 'AutoTrain takes the language from the model.',
  num_models: 'AutoTrain trains the one model that the training names.',
  tasks: 'The kind of the task says it.', task: 'The kind of the task says it.', trainer: 'The kind of the task says it.',
  data_path: 'The rows of the task are written beside the configuration.', train_split: 'The rows of the task are written beside the configuration.', valid_split: 'The rows that train_size holds out are the validation split.',
  text_column: mapped, target_column: mapped, prompt_text_column: mapped, rejected_text_column: mapped,
  model_ref: 'The reference is the model that the training starts from.',
};

/** Names of the service that AutoTrain once was, and those of Transformers. */
const renamed = {
  learning_rate: 'lr', train_batch_size: 'batch_size', percentage_warmup: 'warmup_ratio', gradient_accumulation_steps: 'gradient_accumulation', evaluation_strategy: 'eval_strategy',
  num_train_epochs: 'epochs', per_device_train_batch_size: 'batch_size', optim: 'optimizer', lr_scheduler_type: 'scheduler', max_length: 'max_seq_length', r: 'lora_r',
};

const table = (className: string, without: readonly string[], more: Partial<FrameworkKind> = {}) => whenAsked(() => takes({
  options: signature('autotrain', className, { without: [...said, 'model_ref', ...without] }), renamed: { ...renamed, ...more.renamed }, removed: { ...removed, ...more.removed },
}));

export const autotrainClassification = table('TextClassificationParams', []);
const languageModel = { renamed: { max_length: 'model_max_length', max_seq_length: 'model_max_length', beta: 'dpo_beta' } };
const preferenceOnly = ['dpo_beta', 'max_prompt_length', 'max_completion_length'];
export const autotrainFineTuning = table('LLMTrainingParams', preferenceOnly, languageModel);
export const autotrainRewardModeling = table('LLMTrainingParams', preferenceOnly, languageModel);
export const autotrainPreferenceOptimization = table('LLMTrainingParams', [], languageModel);

/** What a fine-tuning job of an OpenAI-compatible service takes: the hyperparameters of its supervised method. */
import { z } from 'zod';
import type { FrameworkKind, FrameworkOption } from '../framework.js';

const orAuto = (one: z.ZodType, message: string): z.ZodType => z.union([z.literal('auto'), one], message);
const classification = 'Accuracy, F1 and the other metrics of the kind are computed here, on the held-out rows.';

const options: readonly FrameworkOption[] = [
  { name: 'n_epochs', type: 'any', default: 'auto', values: orAuto(z.int().min(1), '"auto" or a whole number from 1 on'), doc: 'How often the rows are gone through; "auto": as the service finds fit.' },
  { name: 'batch_size', type: 'any', default: 'auto', values: orAuto(z.int().min(1), '"auto" or a whole number from 1 on'), doc: 'Rows of a batch; "auto": as the service finds fit.' },
  { name: 'learning_rate_multiplier', type: 'any', default: 'auto', values: orAuto(z.number().gt(0), '"auto" or a number above 0'), doc: 'Factor of the service\'s own learning rate; "auto": as it finds fit.' },
  { name: 'suffix', type: 'text', default: null, optional: true, values: z.string().min(1).max(64, 'at most 64 characters'), doc: 'Stands in the name of the finished model, at most 64 characters; null: nothing.' },
  { name: 'base_url', type: 'text', default: null, optional: true, values: z.url({ protocol: /^https?$/, error: 'an address that begins with http:// or https://' }), doc: 'Where the service is; null: what OPENAI_BASE_URL in the environment says, else OpenAI\'s own.' },
];

const openai: Required<FrameworkKind> = {
  options,
  blocks: {},
  renamed: { num_train_epochs: 'n_epochs', num_epochs: 'n_epochs' },
  removed: {
    training_file: 'The training rows are uploaded.',
    validation_file: 'The rows that train_size holds out are uploaded.',
    prompt_loss_weight: 'The service has no such hyperparameter any more: it learns from the answers alone.',
    compute_classification_metrics: classification, classification_n_classes: classification, classification_positive_class: classification, classification_betas: classification,
    model: 'It is a setting of the training: model = "…".',
    seed: 'It is a setting of the training: seed = 42.',
    api_key: 'OPENAI_API_KEY in the environment says who asks; no key stands in a program.',
    method: 'Jobs are of the supervised method; write its hyperparameters as options.',
    hyperparameters: 'Write each as an option.',
  },
};

export const openaiClassification = openai;
export const openaiChat = openai;

import { z } from 'zod';
import type { FrameworkOption } from '../frameworks/framework.js';

const auto = (value: z.ZodType, what: string): z.ZodType => z.union([z.literal('auto'), value], what);

/** The API's own hyperparameters of the supervised method, with its defaults. */
export const openaiOptions: readonly FrameworkOption[] = [
  { name: 'n_epochs', type: 'any', default: 'auto', values: auto(z.int().min(1), '"auto" or a whole number from 1 on'), doc: 'How often the job goes through the rows; "auto": the service decides by their number.' },
  { name: 'batch_size', type: 'any', default: 'auto', values: auto(z.int().min(1), '"auto" or a whole number from 1 on'), doc: 'Rows of a step; "auto": the service decides by their number.' },
  { name: 'learning_rate_multiplier', type: 'any', default: 'auto', values: auto(z.number().gt(0), '"auto" or a number above 0'), doc: 'What the service\'s own learning rate is multiplied by; "auto": it decides.' },
  { name: 'suffix', type: 'text', default: null, values: z.string().min(1).max(64, 'at most 64 characters'), doc: 'Stands in the name of the fine-tuned model; null: none.' },
  { name: 'max_test_rows', type: 'integer', default: 200, values: z.int().min(0, 'at least 0'), doc: 'The fine-tuned model is asked about so many test rows at most, the first ones; each is a request that the service counts.' },
];

/** What a worker accepts in `job.json`. */
export const OpenAIOptions = z.strictObject({
  n_epochs: z.union([z.literal('auto'), z.int().min(1)]),
  batch_size: z.union([z.literal('auto'), z.int().min(1)]),
  learning_rate_multiplier: z.union([z.literal('auto'), z.number().gt(0)]),
  suffix: z.string().min(1).max(64).nullable(),
  max_test_rows: z.int().min(0),
});
export type OpenAIOptions = z.infer<typeof OpenAIOptions>;

/** Arguments of earlier versions of the API, as Argilla's guide lists them. */
export const removedFromOpenAI = {
  model: 'It is a setting of the training: model = "gpt-4.1-mini".',
  training_file: 'The rows of the task are uploaded.',
  validation_file: 'The test rows are uploaded: give a train_size below 1.',
  prompt_loss_weight: 'The service learns from the answers alone; there is no such option any more.',
  compute_classification_metrics: 'A classification is always measured on its test rows.',
  classification_n_classes: 'The labels are those of the task.',
  classification_positive_class: 'Every label is measured.',
  classification_betas: 'Precision, recall and F1 of every label are measured.',
  seed: 'It is a setting of the training: `seed = 42`.',
} as const;

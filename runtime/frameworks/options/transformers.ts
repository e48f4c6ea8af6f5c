/** What Transformers' own Trainer takes, by kind of task; and, with an adapter, PEFT. */
import { z } from 'zod';
import type { FrameworkKind, FrameworkOption } from '../framework.js';
import { lora } from '../lora.js';
import { removedByTransformers, renamedByTransformers, takes, trainingArguments, whenAsked } from '../trainingArguments.js';

const count = z.int().min(1, 'at least 1');

/** A table of the class `TrainingArguments`, and what the kind has besides. */
const table = (more: readonly FrameworkOption[] = [], others: Partial<FrameworkKind> = {}) => whenAsked(() => takes({
  options: trainingArguments('transformers', 'TrainingArguments', { more }),
  ...others,
  renamed: { ...renamedByTransformers, max_seq_length: 'max_length', ...others.renamed },
  removed: { ...removedByTransformers, ...others.removed },
}));

const maxLength: FrameworkOption = { name: 'max_length', type: 'integer', default: null, values: count, doc: 'Tokens of a text, where it is cut off; null: as many as the model takes.' };

export const textClassification = table([maxLength]);
export const tokenClassification = table([maxLength]);

/** The lengths are those of the library's own program for question answering (`run_qa.py`). */
export const questionAnswering = table([
  { name: 'max_length', type: 'integer', default: 384, values: count, doc: 'Tokens of question and context together; a longer context is read in several windows.' },
  { name: 'doc_stride', type: 'integer', default: 128, values: z.int().min(0, 'at least 0'), doc: 'Tokens that neighbouring windows of a context share.' },
  { name: 'max_answer_length', type: 'integer', default: 30, values: count, doc: 'Most tokens of an answer.' },
  { name: 'n_best_size', type: 'integer', default: 20, values: count, doc: 'Among how many likeliest starts and ends the best answer is looked for.' },
]);

/** The block size is that of the library's own program for causal language models (`run_clm.py`). */
export const pretraining = table([
  { name: 'block_size', type: 'integer', default: null, values: count, doc: 'Texts follow each other and are cut into pieces of so many tokens; null: as many as the model takes, at most 1024.' },
], { renamed: { max_length: 'block_size', max_seq_length: 'block_size' } });

/** PEFT: text classification with a low-rank adapter. */
export const adapterClassification = whenAsked(() => takes({
  options: textClassification.options,
  blocks: { lora },
  renamed: { ...textClassification.renamed, peft_config: 'lora' },
  removed: {
    ...textClassification.removed,
    inference_mode: 'An adapter is trained in training mode, and loaded in inference mode.',
    task_type: 'The kind of the task says it.',
    peft_type: 'The block lora says it.',
  },
}));

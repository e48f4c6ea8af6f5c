import { z } from 'zod';
import { UserError } from '../error.js';
import type { FrameworkOption } from '../frameworks/framework.js';
import type { NgramRange } from './analyzer.js';

/** Options as they stand in a job. */
export interface LinearOptions {
  /** `[]`: none. */
  readonly word_ngrams: NgramRange | readonly [];
  readonly char_ngrams: NgramRange | readonly [];
  readonly min_df: number;
  readonly max_features: number | null;
  readonly sublinear_tf: boolean;
  readonly C: number;
  readonly max_iter: number;
  readonly tolerance: number;
  readonly class_weight: 'balanced' | null;
}

const size = z.int().min(1).max(20);
const range = z.union([z.tuple([]), z.tuple([size, size]).refine(([min, max]) => min <= max)], 'two numbers from 1 to 20, the smaller one first, or []');

const above = (least: number): z.ZodType => z.number().gt(least, `more than ${least}`);

/** The one table of options; defaults are scikit-learn's where it has one. */
export const linearOptions: readonly FrameworkOption[] = [
  { name: 'word_ngrams', type: 'list', default: [1, 2], values: range, doc: 'Least and most words of a word n-gram, as [1, 2]; []: none. Not with a model.' },
  { name: 'char_ngrams', type: 'list', default: [3, 5], values: range, doc: 'Least and most characters of a character n-gram inside words, as [3, 5]; []: none. Not with a model.' },
  { name: 'min_df', type: 'number', default: 1, values: above(0), doc: 'Drops n-grams that stand in fewer texts; below 1: in a smaller share of texts. Not with a model.' },
  { name: 'max_features', type: 'integer', default: null, values: z.int().min(1, 'at least 1'), doc: 'Keeps the most frequent n-grams of either sort; null: all. Not with a model.' },
  { name: 'sublinear_tf', type: 'boolean', default: false, doc: 'Counts an n-gram that stands in a text n times as 1 + ln n instead of n. Not with a model.' },
  { name: 'C', type: 'number', default: 1, values: above(0), doc: 'Inverse of the L2 regularization: larger fits the training rows closer.' },
  { name: 'max_iter', type: 'integer', default: 100, values: z.int().min(1, 'at least 1'), doc: 'Most iterations of the solver.' },
  { name: 'tolerance', type: 'number', default: 1e-4, values: above(0), doc: 'Stops when no part of the gradient is larger.' },
  { name: 'class_weight', type: 'text', choices: ['balanced'], default: null, doc: '"balanced": rare labels count as much as frequent ones; null: every row counts alike.' },
];

const tfidfOptions = ['word_ngrams', 'char_ngrams', 'min_df', 'max_features', 'sublinear_tf'] as const;

/** N-grams play no part where a model embeds the texts. Throws `training/option-without-use`. */
export function checkTfidfUnused(options: Readonly<Record<string, unknown>> | LinearOptions): void {
  const given = tfidfOptions.find((name) => {
    const option = linearOptions.find((one) => one.name === name)!;
    return JSON.stringify((options as Record<string, unknown>)[name]) !== JSON.stringify(option.default);
  });
  if (given !== undefined) {
    throw new UserError('training/option-without-use', `The option "${given}" is one of n-grams, and with a model "linear" has none.`, 'Leave it out, or leave "model" out.');
  }
}

/** What a worker accepts in `job.json`; the table above made it, or somebody by hand. */
export const LinearOptions: z.ZodType<LinearOptions> = z.strictObject({
  word_ngrams: range,
  char_ngrams: range,
  min_df: z.number().gt(0),
  max_features: z.int().min(1).nullable(),
  sublinear_tf: z.boolean(),
  C: z.number().gt(0),
  max_iter: z.int().min(1),
  tolerance: z.number().gt(0),
  class_weight: z.literal('balanced').nullable(),
});

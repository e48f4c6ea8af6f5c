/** The frameworks with a training of each kind: what is trained where nothing is wrong, and the models that make it go wrong. */
import type { KindName } from '../../../runtime/task/kinds/rows.js';
import * as rows from './rows.js';

/** Models are named below the tests' (`tiny/…`) or those that `makeModels` makes (`made/…`). */
export interface Subject {
  readonly rows: rows.Rows<KindName>;
  readonly config: { readonly framework: string; readonly model?: string; readonly rewardModel?: string; readonly blocks?: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
  readonly options: Readonly<Record<string, unknown>>;
  /** A model of another kind. */
  readonly other?: string;
  /** The same model, larger than memory. */
  readonly huge?: string;
  /** Bytes that no file may have more of: less than the result's. */
  readonly file: number;
  /** Bytes of a Node worker's heap that are too few. */
  readonly heap?: number;
}

type More = Partial<Omit<Subject, 'rows' | 'config'> & Omit<Subject['config'], 'framework'>>;

/** Every model is larger. */
const small = 300 * 1024;
const step = { max_steps: 1, per_device_train_batch_size: 4 };

function subject<K extends KindName>(given: rows.Rows<K>, framework: string, { model, rewardModel, blocks, options = step, file = small, ...more }: More): Subject {
  return { rows: given as never, config: { framework, ...(model && { model }), ...(rewardModel && { rewardModel }), ...(blocks && { blocks }) }, options, file, ...more };
}

const bert = { model: 'tiny/bert', other: 'made/pictures', huge: 'made/huge-bert' };
const sentence = { model: 'tiny/sentence', other: 'made/pictures', huge: 'made/huge-sentence' };
const llama = { model: 'tiny/llama', other: 'tiny/bert', huge: 'made/huge-llama' };
const pipeline = { options: { max_steps: 1, eval_frequency: 1 }, other: 'made/pictures', huge: 'made/huge-pipeline' };
/** Node itself needs more. */
const heap = 2 * 2 ** 20;

export const subjects: Readonly<Record<string, Subject>> = {
  'transformers, one label': subject(rows.oneLabel, 'transformers', bert),
  'transformers, several labels': subject(rows.severalLabels, 'transformers', bert),
  'transformers, spans': subject(rows.spans, 'transformers', bert),
  'transformers, answers': subject(rows.answers, 'transformers', bert),
  'transformers, pretraining': subject(rows.texts, 'transformers', { ...llama, other: 'made/pictures', huge: 'made/huge-configuration' }),
  peft: subject(rows.oneLabel, 'peft', { ...bert, blocks: { lora: { r: 256 } } }),
  setfit: subject(rows.oneLabel, 'setfit', { ...sentence, other: 'tiny/gpt2', options: { max_steps: 1, num_iterations: 1 } }),
  'spacy, one label': subject(rows.oneLabelOfVeryLong, 'spacy', pipeline),
  'spacy, spans': subject(rows.spans, 'spacy', pipeline),
  span_marker: subject(rows.spans, 'span_marker', { ...bert, other: 'tiny/gpt2', options: { ...step, entity_max_length: 4, marker_max_length: 16 } }),
  'sentence_transformers, bi': subject(rows.pairs, 'sentence_transformers', sentence),
  'sentence_transformers, cross': subject(rows.pairs, 'sentence_transformers', { ...sentence, options: { ...step, cross_encoder: true } }),
  'trl, supervised fine-tuning': subject(rows.completions, 'trl', llama),
  'trl, reward modelling': subject(rows.rewards, 'trl', { ...llama, other: 'made/pictures' }),
  'trl, preference optimization': subject(rows.preferences, 'trl', llama),
  'trl, policy optimization': subject(rows.queries, 'trl', { ...llama, rewardModel: 'made/scorer', options: { batch_size: 4, total_episodes: 4, response_length: 8, stop_token: 'eos' } }),
  openai: subject(rows.longLabels, 'openai', { model: 'gpt-4.1-mini', options: { max_test_rows: 0 }, other: 'made/pictures', file: 8192, heap }),
  'linear, n-grams': subject(rows.oneLabel, 'linear', { options: { max_iter: 2, char_ngrams: [2, 6] }, file: 4096, heap }),
  'linear, embeddings': subject(rows.oneLabel, 'linear', { model: 'made/embedder', options: { max_iter: 2 }, other: 'made/pictures', file: 4096, heap }),
  autotrain: subject(rows.oneLabel, 'autotrain', { model: 'org/tiny', options: {}, file: 1024, heap }),
  trlx: subject(rows.prompts, 'trlx', { model: 'org/tiny', options: {}, file: 1024, heap }),
};

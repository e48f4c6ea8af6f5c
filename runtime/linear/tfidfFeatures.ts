import { z } from 'zod';
import { UserError } from '../error.js';
import { besides, type SparseMatrix } from './csr.js';
import type { Features, SavedFeatures, Texts } from './features.js';
import type { LinearOptions } from './options.js';
import { fitTfidf, transformTfidf, type Vocabulary } from './tfidf.js';
import type { Learned, Split } from './train.js';

export const vocabularyFile = 'vocabulary.json';

const ngramSize = z.int().min(1).max(20);
/** In `config.json`. */
export const Vectorizers = z
  .array(z.strictObject({ analyzer: z.enum(['word', 'char_wb']), ngrams: z.tuple([ngramSize, ngramSize]), sublinear_tf: z.boolean() }))
  .min(1)
  .max(2);
/** `vocabulary.json`: n-grams by column, for each vectorizer. */
export const Terms = z.array(z.array(z.string()));

/** How texts become one part of the matrix. */
export interface Vectorizer {
  readonly options: { readonly analyzer: 'word' | 'char_wb'; readonly ngrams: readonly [number, number]; readonly sublinearTf: boolean };
  readonly vocabulary: Vocabulary;
}

/** TF-IDF of n-grams. */
export class TfidfFeatures implements Features {
  #columns: readonly ReadonlyMap<string, number>[] | undefined;

  constructor(readonly vectorizers: readonly Vectorizer[]) {}

  get columns(): number {
    return this.vectorizers.reduce((sum, { vocabulary }) => sum + vocabulary.terms.length, 0);
  }

  async matrix(texts: Texts): Promise<SparseMatrix> {
    // Large, and the training itself never needs it.
    this.#columns ??= this.vectorizers.map(({ vocabulary }) => new Map(vocabulary.terms.map((term, at) => [term, at])));
    const parts: SparseMatrix[] = [];
    for (const [i, { options, vocabulary }] of this.vectorizers.entries()) {
      parts.push(await transformTfidf(texts(), vocabulary, this.#columns[i]!, options));
    }
    return besides(parts);
  }

  saved(): SavedFeatures {
    const idf = new Float64Array(this.columns);
    let at = 0;
    for (const { vocabulary } of this.vectorizers) {
      idf.set(vocabulary.idf, at);
      at += vocabulary.idf.length;
    }
    const vectorizers: z.infer<typeof Vectorizers> = this.vectorizers.map(({ options }) => ({ analyzer: options.analyzer, ngrams: [...options.ngrams], sublinear_tf: options.sublinearTf }));
    return {
      config: { vectorizers },
      tensors: { idf: { shape: [idf.length], data: idf } },
      files: new Map([[vocabularyFile, Buffer.from(JSON.stringify(this.vectorizers.map(({ vocabulary }) => vocabulary.terms)))]]),
      copies: new Map(),
    };
  }

  async close(): Promise<void> {}
}

/** Learns n-grams and their weights from the training rows. Throws `train/empty-vocabulary`, `train/too-many-terms`. */
export async function learnTfidf(train: Split, test: Split | undefined, options: LinearOptions, signal: AbortSignal): Promise<Learned> {
  const vectorizers: Vectorizer[] = [];
  const parts: SparseMatrix[] = [];
  for (const [analyzer, range] of [['word', options.word_ngrams], ['char_wb', options.char_ngrams]] as const) {
    if (range.length === 0) continue;
    const own = { analyzer, ngrams: range, minDf: options.min_df, maxFeatures: options.max_features, sublinearTf: options.sublinear_tf };
    const { vocabulary, matrix } = await fitTfidf(train.texts(), own);
    signal.throwIfAborted();
    vectorizers.push({ options: own, vocabulary });
    parts.push(matrix);
  }
  if (parts.every((part) => part.columns === 0)) {
    throw new UserError('train/empty-vocabulary', 'No n-gram is left to learn from: the texts are empty, or all n-grams are rarer than min_df.', 'Give a smaller min_df or shorter n-grams.');
  }
  const features = new TfidfFeatures(vectorizers);
  return { features, train: besides(parts), test: test && (await features.matrix(test.texts)), steps: 0 };
}

import type { SparseMatrix } from './csr.js';
import type { Tensor } from './safetensors.js';
import type { FileCopy } from '../run/worker.js';

/** Texts that can be read more than once. */
export type Texts = () => AsyncIterable<string> | Iterable<string>;

/** How texts become rows of numbers: the first half of a trained model. */
export interface Features {
  /** Numbers of a row. */
  readonly columns: number;
  /** The rows of texts; `told` is called after each one where they take long: was the text cut? */
  matrix(texts: Texts, told?: (cut: boolean) => void): Promise<SparseMatrix>;
  /** What of a model's files is theirs. */
  saved(): SavedFeatures;
  close(): Promise<void>;
}

export interface SavedFeatures {
  /** Stands in `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Stand in `model.safetensors`, before the weights. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly copies: ReadonlyMap<string, FileCopy>;
}

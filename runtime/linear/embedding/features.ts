import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { FileCopy } from '../../run/worker.js';
import { dense, type SparseMatrix } from '../csr.js';
import type { Features, SavedFeatures, Texts } from '../features.js';
import { describe, EmbeddingDescription } from './description.js';
import { Embedder } from './embedder.js';
import type { LocatedModel } from './source.js';

/** The embedding model's files in a run: all that it needs to be loaded again. */
export const embeddingFiles = { onnx: 'embedding.onnx', tokenizer: 'tokenizer.json', tokenizerConfig: 'tokenizer_config.json' } as const;
type FileName = keyof typeof embeddingFiles;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** In `config.json`: which model it is, where it came from, how it is read. */
export const EmbeddingConfig = EmbeddingDescription.extend({
  model: z.string(),
  /** The commit of a repository. */
  revision: z.string().nullable(),
  /** Its own name of the ONNX file. */
  onnx: z.string(),
  sha256: z.strictObject({ onnx: sha256, tokenizer: sha256, tokenizerConfig: sha256.optional() }),
  size: z.int().min(1).max(1_000_000),
});
export type EmbeddingConfig = z.infer<typeof EmbeddingConfig>;

/** Vectors of a sentence-embedding model. */
export class EmbeddingFeatures implements Features {
  constructor(
    readonly embedder: Embedder,
    readonly config: EmbeddingConfig,
    /** Where the files are now. */
    readonly places: Readonly<Partial<Record<FileName, string>>>,
  ) {}

  get columns(): number {
    return this.config.size;
  }

  async matrix(texts: Texts, told?: (cut: boolean) => void): Promise<SparseMatrix> {
    const vectors: Float64Array[] = [];
    for await (const text of texts()) {
      const { vector, cut } = await this.embedder.embed(text);
      vectors.push(vector);
      told?.(cut);
    }
    return dense(vectors, this.columns);
  }

  /** Says how many texts were not read whole. */
  cutOff(count: number): string {
    return `${count} ${count === 1 ? 'text is' : 'texts are'} longer than ${this.config.max_tokens} tokens, and cut off there.`;
  }

  saved(): SavedFeatures {
    const copies = Object.entries(this.places).map(([name, source]): [string, FileCopy] => [embeddingFiles[name as FileName], { source, sha256: this.config.sha256[name as FileName]! }]);
    return { config: { embedding: this.config }, tensors: {}, files: new Map(), copies: new Map(copies) };
  }

  async close(): Promise<void> {
    await this.embedder.close();
  }
}

/** Loads a model from its own files; `assumed` is what they do not say. Throws what is wrong with it, as `model/…`. */
export async function embeddingOf({ name, folder, files, commit }: LocatedModel): Promise<{ features: EmbeddingFeatures; assumed: readonly string[] }> {
  const { description, tokenizerFolder, unsupported, assumed } = await describe(folder, files.settings, name);
  const own = (file: string): string => (tokenizerFolder === '' ? file : `${tokenizerFolder}/${file}`);
  const places = {
    onnx: join(folder, files.onnx),
    tokenizer: join(folder, own('tokenizer.json')),
    ...(files.settings.includes(own('tokenizer_config.json')) && { tokenizerConfig: join(folder, own('tokenizer_config.json')) }),
  };
  const onnx = await readFile(places.onnx);
  const tokenizer = await readFile(places.tokenizer);
  const tokenizerConfig = places.tokenizerConfig === undefined ? undefined : await readFile(places.tokenizerConfig);
  const embedder = await Embedder.load({ name, onnx, tokenizer: tokenizer.toString('utf8'), tokenizerConfig: tokenizerConfig?.toString('utf8') }, description, unsupported);
  const hashes = { onnx: hash(onnx), tokenizer: hash(tokenizer), ...(tokenizerConfig && { tokenizerConfig: hash(tokenizerConfig) }) };
  return { features: new EmbeddingFeatures(embedder, { model: name, revision: commit, onnx: files.onnx, ...description, sha256: hashes, size: embedder.size }, places), assumed };
}

/** Loads the model that a finished run keeps; `read` gives the bytes of its files, checked. */
export async function savedEmbedding(config: EmbeddingConfig, folder: string, read: (file: string) => Promise<Buffer>): Promise<EmbeddingFeatures> {
  const { model, revision: _revision, onnx: _onnx, sha256: hashes, size: _size, ...description } = config;
  const names = (Object.keys(embeddingFiles) as FileName[]).filter((name) => hashes[name] !== undefined);
  const [onnx, tokenizer, tokenizerConfig] = await Promise.all(names.map((name) => read(embeddingFiles[name])));
  const embedder = await Embedder.load({ name: model, onnx: onnx!, tokenizer: tokenizer!.toString('utf8'), tokenizerConfig: tokenizerConfig?.toString('utf8') }, description, undefined);
  return new EmbeddingFeatures(embedder, config, Object.fromEntries(names.map((name) => [name, join(folder, embeddingFiles[name])])));
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

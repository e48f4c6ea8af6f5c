import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../error.js';
import { textsOf, type Input, type LabelPrediction, type Model, type Warn } from '../frameworks/model.js';
import { parseJson } from '../run/manifest.js';
import type { Run } from '../run/run.js';
import type { FileCopy } from '../run/worker.js';
import type { SparseMatrix } from './csr.js';
import { EmbeddingConfig, EmbeddingFeatures, savedEmbedding } from './embedding/features.js';
import type { Features, Texts } from './features.js';
import { probabilities, type Link } from './logistic.js';
import { decodeTensors, encodeTensors } from './safetensors.js';
import { Terms, TfidfFeatures, Vectorizers, vocabularyFile } from './tfidfFeatures.js';

const configFile = 'config.json';
const weightsFile = 'model.safetensors';

/** A file beyond this is none that training makes, in bytes. */
const maxFile = 2 ** 31 - 1;
const maxJson = 2 ** 29 - 1;

const Config = z
  .strictObject({
    format: z.literal('tasklab_linear'),
    version: z.literal(1),
    /** In the order of the outputs; two labels that exclude each other share one output, the probability of the second. */
    labels: z.array(z.string()).min(1).max(100_000),
    multi_label: z.boolean(),
    vectorizers: Vectorizers.optional(),
    embedding: EmbeddingConfig.optional(),
  })
  .refine((config) => (config.vectorizers === undefined) !== (config.embedding === undefined), 'must have either vectorizers or an embedding');

/** A trained classifier: how texts become numbers, and what it says of those. */
export class LinearModel implements Model {
  constructor(
    readonly labels: readonly string[],
    readonly multiLabel: boolean,
    readonly features: Features,
    /** As in `logisticObjective`: by feature, then the intercepts. */
    readonly parameters: Float64Array,
  ) {}

  get link(): Link {
    return this.multiLabel || this.labels.length === 2 ? 'sigmoid' : 'softmax';
  }

  get outputs(): number {
    return outputsOf(this.labels.length, this.multiLabel);
  }

  /** What the model says of each row of its features' matrix. */
  decide(matrix: SparseMatrix): LabelPrediction[] {
    const all = probabilities(matrix, this.parameters, this.link, this.outputs);
    return Array.from({ length: matrix.rows }, (_, row) => {
      const own = all.subarray(row * this.outputs, (row + 1) * this.outputs);
      const share = (at: number): number => (this.outputs === this.labels.length ? own[at]! : at === 1 ? own[0]! : 1 - own[0]!);
      const scores = Object.fromEntries(this.labels.map((label, at) => [label, share(at)]));
      if (this.multiLabel) return { label: this.labels.filter((_, at) => share(at) > 0.5), scores };
      return { label: this.labels[this.labels.reduce((best, _, at) => (share(at) > share(best) ? at : best), 0)]!, scores };
    });
  }

  async predict(inputs: readonly Input[], warn?: Warn): Promise<LabelPrediction[]> {
    const texts: Texts = () => textsOf(inputs);
    let cut = 0;
    const matrix = await this.features.matrix(texts, (isCut) => void (cut += Number(isCut)));
    if (cut > 0 && this.features instanceof EmbeddingFeatures) warn?.(this.features.cutOff(cut));
    return this.decide(matrix);
  }

  async close(): Promise<void> {
    await this.features.close();
  }

  /** The files that make the model, by name: written, and copied. */
  toFiles(): { files: Map<string, Uint8Array>; copies: ReadonlyMap<string, FileCopy> } {
    const { config, tensors, files, copies } = this.features.saved();
    const { columns } = this.features;
    const size = columns * this.outputs;
    const whole = { format: 'tasklab_linear', version: 1, labels: this.labels, multi_label: this.multiLabel, ...config };
    const weights = encodeTensors({
      ...tensors,
      weight: { shape: [columns, this.outputs], data: this.parameters.subarray(0, size) },
      intercept: { shape: [this.outputs], data: this.parameters.subarray(size) },
    });
    return { files: new Map([[configFile, Buffer.from(`${JSON.stringify(whole, undefined, 2)}\n`)], ...files, [weightsFile, weights]]), copies };
  }
}

export function outputsOf(labels: number, multiLabel: boolean): number {
  return !multiLabel && labels === 2 ? 1 : labels;
}

/**
 * Loads the model of a finished run; whatever its files hold, they are only data. Throws `run/broken-model`, and
 * `model/…` where its embedding model cannot be used.
 */
export async function loadModel(run: Run): Promise<LinearModel> {
  const manifest = await run.manifest();
  const path = (name: string): string => join(run.folder, name);
  const read = async (name: string, most: number): Promise<Buffer> => {
    const listed = manifest.files.find((file) => file.path === name);
    if (!listed) throw broken(path(name), 'the manifest does not list it');
    if ((await stat(path(name))).size > most) throw broken(path(name), 'it is larger than any model');
    const bytes = await readFile(path(name));
    if (createHash('sha256').update(bytes).digest('hex') !== listed.sha256) throw broken(path(name), 'it is not the file that the training wrote');
    return bytes;
  };
  const readJson = async <T extends z.ZodType>(schema: T, name: string): Promise<z.infer<T>> => parseJson(schema, (await read(name, maxJson)).toString('utf8'), path(name), 'run/broken-model');
  const config = await readJson(Config, configFile);
  if (new Set(config.labels).size !== config.labels.length) throw broken(path(configFile), 'a label stands there twice');
  const terms = config.vectorizers ? await readJson(Terms, vocabularyFile) : [];
  if (terms.length !== (config.vectorizers?.length ?? 0) || terms.some((part) => new Set(part).size !== part.length)) {
    throw broken(path(vocabularyFile), 'its n-grams are not those of the configuration');
  }
  const columns = config.embedding?.size ?? terms.reduce((sum, part) => sum + part.length, 0);
  const outputs = outputsOf(config.labels.length, config.multi_label);
  const tensors = decodeTensors(await read(weightsFile, maxFile), path(weightsFile));
  const tensor = (name: string, shape: readonly number[]): Float64Array => {
    const found = tensors.get(name);
    if (found && found.shape.length === shape.length && found.shape.every((part, i) => part === shape[i])) return found.data;
    throw broken(path(weightsFile), `"${name}" should have the shape [${shape.join(', ')}]`);
  };
  const parameters = new Float64Array(columns * outputs + outputs);
  parameters.set(tensor('weight', [columns, outputs]));
  parameters.set(tensor('intercept', [outputs]), columns * outputs);

  const { embedding } = config;
  if (embedding) {
    const features = await savedEmbedding(embedding, run.folder, (name) => read(name, maxFile));
    if (features.embedder.size !== columns) {
      await features.close();
      throw broken(path(configFile), `its embedding model gives ${features.embedder.size} numbers, not ${columns}`);
    }
    return new LinearModel(config.labels, config.multi_label, features, parameters);
  }
  const idf = tensor('idf', [columns]);
  let at = 0;
  const vectorizers = config.vectorizers!.map(({ analyzer, ngrams, sublinear_tf }, i) => {
    const vocabulary = { terms: terms[i]!, idf: idf.slice(at, (at += terms[i]!.length)) };
    return { options: { analyzer, ngrams, sublinearTf: sublinear_tf }, vocabulary };
  });
  return new LinearModel(config.labels, config.multi_label, new TfidfFeatures(vectorizers), parameters);
}

function broken(path: string, what: string): UserError {
  return new UserError('run/broken-model', `"${path}" cannot be used: ${what}.`, 'Train again.');
}

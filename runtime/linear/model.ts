import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../error.js';
import { textsOf, type Input, type LabelPrediction, type Model } from '../frameworks/model.js';
import { parseJson } from '../run/manifest.js';
import type { Run } from '../run/run.js';
import { besides, type SparseMatrix } from './csr.js';
import { probabilities, type Link } from './logistic.js';
import { decodeTensors, encodeTensors } from './safetensors.js';
import { transformTfidf, type Vocabulary } from './tfidf.js';

const files = { config: 'config.json', vocabulary: 'vocabulary.json', weights: 'model.safetensors' } as const;

/** A file beyond this is none that training makes, in bytes. */
const maxFile = 2 ** 31 - 1;
const maxJson = 2 ** 29 - 1;

const ngramSize = z.int().min(1).max(20);
const Config = z.strictObject({
  format: z.literal('tasklab_linear'),
  version: z.literal(1),
  /** In the order of the outputs; two labels that exclude each other share one output, the probability of the second. */
  labels: z.array(z.string()).min(1).max(100_000),
  multi_label: z.boolean(),
  vectorizers: z
    .array(z.strictObject({ analyzer: z.enum(['word', 'char_wb']), ngrams: z.tuple([ngramSize, ngramSize]), sublinear_tf: z.boolean() }))
    .min(1)
    .max(2),
});
const Terms = z.array(z.array(z.string()));

/** How texts become one part of the matrix. */
export interface Vectorizer {
  readonly options: { readonly analyzer: 'word' | 'char_wb'; readonly ngrams: readonly [number, number]; readonly sublinearTf: boolean };
  readonly vocabulary: Vocabulary;
}

/** A trained classifier: pure data, and what it says of texts. */
export class LinearModel implements Model {
  #columns: readonly ReadonlyMap<string, number>[] | undefined;

  constructor(
    readonly labels: readonly string[],
    readonly multiLabel: boolean,
    readonly vectorizers: readonly Vectorizer[],
    /** As in `logisticObjective`: by feature, then the intercepts. */
    readonly parameters: Float64Array,
  ) {}

  get link(): Link {
    return this.multiLabel || this.labels.length === 2 ? 'sigmoid' : 'softmax';
  }

  get outputs(): number {
    return outputsOf(this.labels.length, this.multiLabel);
  }

  /** The TF-IDF rows of texts that can be read more than once. */
  async matrix(texts: () => AsyncIterable<string> | Iterable<string>): Promise<SparseMatrix> {
    // Large, and a model of one step of the training never needs it.
    this.#columns ??= this.vectorizers.map(({ vocabulary }) => new Map(vocabulary.terms.map((term, at) => [term, at])));
    const parts: SparseMatrix[] = [];
    for (const [i, { options, vocabulary }] of this.vectorizers.entries()) {
      parts.push(await transformTfidf(texts(), vocabulary, this.#columns[i]!, options));
    }
    return besides(parts);
  }

  /** What the model says of each row of such a matrix. */
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

  async predict(texts: readonly Input[]): Promise<LabelPrediction[]> {
    return this.decide(await this.matrix(() => textsOf(texts)));
  }

  async close(): Promise<void> {}

  /** The files that make the model, by name. */
  toFiles(): Map<string, Uint8Array> {
    const features = this.vectorizers.reduce((sum, { vocabulary }) => sum + vocabulary.terms.length, 0);
    const idf = new Float64Array(features);
    let at = 0;
    for (const { vocabulary } of this.vectorizers) {
      idf.set(vocabulary.idf, at);
      at += vocabulary.idf.length;
    }
    const size = features * this.outputs;
    const config: z.infer<typeof Config> = {
      format: 'tasklab_linear',
      version: 1,
      labels: [...this.labels],
      multi_label: this.multiLabel,
      vectorizers: this.vectorizers.map(({ options }) => ({ analyzer: options.analyzer, ngrams: [...options.ngrams], sublinear_tf: options.sublinearTf })),
    };
    return new Map<string, Uint8Array>([
      [files.config, Buffer.from(`${JSON.stringify(config, undefined, 2)}\n`)],
      [files.vocabulary, Buffer.from(JSON.stringify(this.vectorizers.map(({ vocabulary }) => vocabulary.terms)))],
      [
        files.weights,
        encodeTensors({
          idf: { shape: [features], data: idf },
          weight: { shape: [features, this.outputs], data: this.parameters.subarray(0, size) },
          intercept: { shape: [this.outputs], data: this.parameters.subarray(size) },
        }),
      ],
    ]);
  }
}

export function outputsOf(labels: number, multiLabel: boolean): number {
  return !multiLabel && labels === 2 ? 1 : labels;
}

/** Loads the model of a finished run; whatever its files hold, they are only data. Throws `run/broken-model`. */
export async function loadModel(run: Run): Promise<LinearModel> {
  const manifest = await run.manifest();
  const read = async (name: string, most: number): Promise<Buffer> => {
    const path = join(run.folder, name);
    const listed = manifest.files.find((file) => file.path === name);
    if (!listed) throw broken(path, 'the manifest does not list it');
    if ((await stat(path)).size > most) throw broken(path, 'it is larger than any model');
    const bytes = await readFile(path);
    if (createHash('sha256').update(bytes).digest('hex') !== listed.sha256) throw broken(path, 'it is not the file that the training wrote');
    return bytes;
  };
  const config = parseJson(Config, (await read(files.config, maxJson)).toString('utf8'), join(run.folder, files.config), 'run/broken-model');
  const terms = parseJson(Terms, (await read(files.vocabulary, maxJson)).toString('utf8'), join(run.folder, files.vocabulary), 'run/broken-model');
  const weightsPath = join(run.folder, files.weights);
  const tensors = decodeTensors(await read(files.weights, maxFile), weightsPath);

  if (new Set(config.labels).size !== config.labels.length) throw broken(join(run.folder, files.config), 'a label stands there twice');
  if (terms.length !== config.vectorizers.length || terms.some((part) => new Set(part).size !== part.length)) {
    throw broken(join(run.folder, files.vocabulary), 'its n-grams are not those of the configuration');
  }
  const features = terms.reduce((sum, part) => sum + part.length, 0);
  const outputs = outputsOf(config.labels.length, config.multi_label);
  const tensor = (name: string, shape: readonly number[]): Float64Array => {
    const found = tensors.get(name);
    if (found && found.shape.length === shape.length && found.shape.every((part, i) => part === shape[i])) return found.data;
    throw broken(weightsPath, `"${name}" should have the shape [${shape.join(', ')}]`);
  };
  const idf = tensor('idf', [features]);
  const parameters = new Float64Array(features * outputs + outputs);
  parameters.set(tensor('weight', [features, outputs]));
  parameters.set(tensor('intercept', [outputs]), features * outputs);
  let at = 0;
  const vectorizers = config.vectorizers.map(({ analyzer, ngrams, sublinear_tf }, i) => {
    const vocabulary = { terms: terms[i]!, idf: idf.slice(at, (at += terms[i]!.length)) };
    return { options: { analyzer, ngrams, sublinearTf: sublinear_tf }, vocabulary };
  });
  return new LinearModel(config.labels, config.multi_label, vectorizers, parameters);
}

function broken(path: string, what: string): UserError {
  return new UserError('run/broken-model', `"${path}" cannot be used: ${what}.`, 'Train again.');
}

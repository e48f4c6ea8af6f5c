import { availableParallelism } from 'node:os';
import type { InferenceSession, Tensor, TypedTensor } from 'onnxruntime-node';
import { UserError } from '../../error.js';
import type { EmbeddingDescription } from './description.js';
import { checkOnnx } from './onnxFile.js';
import { normalize, pool } from './pooling.js';
import { Tokens } from './tokens.js';

/** The files of an embedding model, read. */
export interface EmbedderFiles {
  readonly name: string;
  readonly onnx: Uint8Array;
  readonly tokenizer: string;
  readonly tokenizerConfig: string | undefined;
}

export interface Embedding {
  readonly vector: Float64Array;
  /** Did the text have more tokens than the model takes? */
  readonly cut: boolean;
}

/** Outputs by which one text has one vector already, and those with one for each token; the first that is there is read. */
const wholeOutputs = ['sentence_embedding'];
const tokenOutputs = ['last_hidden_state', 'token_embeddings'];

/**
 * Turns texts into vectors, one at a time: batches are no quicker on processors (they save a tenth to a fifth), and a network of whole
 * numbers would give a text another vector beside other texts. Threads: one a core, none of which spins while it waits.
 */
export class Embedder {
  private constructor(
    readonly name: string,
    readonly description: EmbeddingDescription,
    readonly session: InferenceSession,
    readonly tokens: Tokens,
    readonly make: typeof Tensor,
    readonly output: { readonly name: string; readonly whole: boolean },
  ) {}

  /** Numbers of a vector; known by {@link load}. */
  size = 0;

  /**
   * Throws `model/broken-onnx`, `model/external-data`, `model/custom-operators`, `model/wrong-inputs`, `model/wrong-outputs`,
   * `model/unsupported-module`, `model/broken-tokenizer`.
   */
  static async load(files: EmbedderFiles, description: EmbeddingDescription, unsupported?: string): Promise<Embedder> {
    checkOnnx(files.onnx, files.name);
    const tokens = await Tokens.of(files.tokenizer, files.tokenizerConfig, files.name, description.max_tokens);
    const { InferenceSession, Tensor } = await import('onnxruntime-node');
    const session = await InferenceSession.create(files.onnx, {
      executionProviders: ['cpu'],
      intraOpNumThreads: availableParallelism(),
      interOpNumThreads: 1,
      executionMode: 'sequential',
      // Texts are of all lengths: a plan of the memory for each one would only grow.
      enableMemPattern: false,
      // What is wrong is thrown.
      logSeverityLevel: 4,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    }).catch((error: unknown) => {
      throw new UserError('model/broken-onnx', `The ONNX file of "${files.name}" cannot be loaded: ${firstLine(error)}.`, 'Fetch or export it again.', { cause: error });
    });
    try {
      checkInputs(session, files.name);
      const output = outputOf(session, files.name);
      if (unsupported !== undefined && !output.whole) {
        throw new UserError('model/unsupported-module', `"${files.name}" has the module "${unsupported}" behind its pooling, which "linear" does not have.`, 'Export it with all modules (an output "sentence_embedding"), or take another model.');
      }
      const embedder = new Embedder(files.name, description, session, tokens, Tensor, output);
      // Tells the size, and whether the network can be run at all.
      embedder.size = (await embedder.embed('a')).vector.length;
      return embedder;
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /** Throws `model/cannot-run`, `model/wrong-outputs`. */
  async embed(text: string): Promise<Embedding> {
    const whole = this.description.prompt + text;
    const { ids, cut } = this.tokens.encode(this.description.lower_case ? whole.replaceAll('Σ', 'σ').toLowerCase() : whole);
    // A text without any token says nothing.
    if (ids.length === 0) return { vector: new Float64Array(this.size), cut };
    const outputs = await this.session.run(this.#inputs(ids), [this.output.name]).catch((error: unknown) => {
      throw new UserError('model/cannot-run', `The model "${this.name}" cannot read ${ids.length} tokens: ${firstLine(error)}.`, 'Is the tokenizer its own? Is the text longer than it takes?', { cause: error });
    });
    const vector = this.#vector(outputs[this.output.name] as TypedTensor<'float32'>, ids.length);
    if (!vector.every(Number.isFinite)) throw new UserError('model/cannot-run', `The model "${this.name}" gives what is no number.`, 'Take another model.');
    return { vector, cut };
  }

  async close(): Promise<void> {
    await this.session.release();
  }

  #inputs(ids: readonly number[]): Record<string, Tensor> {
    const values: Readonly<Record<string, (at: number) => number>> = {
      input_ids: (at) => ids[at]!,
      attention_mask: () => 1,
      token_type_ids: () => 0,
      position_ids: (at) => at,
    };
    return Object.fromEntries(
      this.session.inputMetadata.map((input) => {
        const { name, type } = input as { name: string; type: 'int64' | 'int32' };
        const data = type === 'int64' ? BigInt64Array.from(ids, (_, at) => BigInt(values[name]!(at))) : Int32Array.from(ids, (_, at) => values[name]!(at));
        return [name, new this.make(type, data as BigInt64Array, [1, ids.length])];
      }),
    );
  }

  #vector({ data, dims }: TypedTensor<'float32'>, count: number): Float64Array {
    const { pooling, normalize: toLengthOne } = this.description;
    const wanted = this.output.whole ? dims.length === 2 && dims[0] === 1 : dims.length === 3 && dims[0] === 1 && dims[1] === count;
    if (!wanted || dims.at(-1) === 0 || (this.size > 0 && dims.at(-1) !== (this.output.whole ? this.size : this.size / pooling.length))) {
      throw new UserError('model/wrong-outputs', `The output "${this.output.name}" of "${this.name}" has the shape [${dims.join(', ')}] for a text of ${count} tokens.`, 'Take a sentence-embedding model.');
    }
    if (this.output.whole) return Float64Array.from(data);
    const vector = pool(pooling, data, count, dims[2]!);
    if (toLengthOne) normalize(vector);
    return vector;
  }
}

const knownInputs = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'];

function checkInputs(session: InferenceSession, name: string): void {
  const wrong = (what: string): UserError => new UserError('model/wrong-inputs', `The ONNX file of "${name}" ${what}.`, 'Take a sentence-embedding model, exported for feature extraction.');
  const inputs = session.inputMetadata;
  const other = inputs.find((input) => !knownInputs.includes(input.name));
  if (other) throw wrong(`wants the input "${other.name}", which a text does not give`);
  if (!inputs.some((input) => input.name === 'input_ids')) throw wrong('takes no input_ids');
  for (const input of inputs) {
    if (!input.isTensor || (input.type !== 'int64' && input.type !== 'int32') || input.shape.length !== 2) throw wrong(`wants "${input.name}" in another form than whole numbers by text and token`);
    const fixed = input.shape.find((side) => typeof side === 'number' && side > 1);
    if (fixed !== undefined) throw wrong(`takes texts of exactly ${fixed} tokens alone`);
  }
}

function outputOf(session: InferenceSession, name: string): { name: string; whole: boolean } {
  const outputs = session.outputMetadata.filter((output) => output.isTensor && output.type === 'float32');
  const named = [...wholeOutputs, ...tokenOutputs].find((wanted) => outputs.some((output) => output.name === wanted));
  if (named !== undefined) return { name: named, whole: wholeOutputs.includes(named) };
  const tokenLike = outputs.find((output) => output.isTensor && output.shape.length === 3);
  if (tokenLike) return { name: tokenLike.name, whole: false };
  const found = session.outputMetadata.map((output) => `${output.name}${output.isTensor ? ` (${output.type}, ${output.shape.length} sides)` : ''}`);
  throw new UserError('model/wrong-outputs', `The ONNX file of "${name}" gives no vectors of tokens; it gives ${found.join(', ')}.`, 'Take a sentence-embedding model, exported for feature extraction, with float32 outputs.');
}

const firstLine = (error: unknown): string => (error as Error).message.split('\n')[0]!.replace(/\.$/, '');

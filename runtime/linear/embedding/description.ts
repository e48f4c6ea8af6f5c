/** What a sentence-embedding model's own files say of how texts become vectors: sentence-transformers' modules and settings. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../error.js';
import { insidePath } from '../../run/job.js';
import { parseJson } from '../../run/manifest.js';
import { poolingModes, type PoolingMode } from './pooling.js';

/** As it stands in a trained model's `config.json` too. */
export const EmbeddingDescription = z.strictObject({
  pooling: z.array(z.enum(poolingModes)).min(1).max(poolingModes.length),
  /** Vectors get the length 1. */
  normalize: z.boolean(),
  /** Tokens of a text at most, special ones included. */
  max_tokens: z.int().min(1).max(1_000_000),
  lower_case: z.boolean(),
  /** Stands before each text. */
  prompt: z.string(),
});
export type EmbeddingDescription = z.infer<typeof EmbeddingDescription>;

export interface Described {
  readonly description: EmbeddingDescription;
  /** Where the tokenizer is, below the model's folder; `''`: there. */
  readonly tokenizerFolder: string;
  /** Modules behind the pooling that only an ONNX file with them in it can do: `Dense` … */
  readonly unsupported: string | undefined;
  /** What the files do not say, and what is taken for it. */
  readonly assumed: readonly string[];
}

const Modules = z.array(z.object({ path: insidePath.or(z.literal('')), type: z.string() })).min(1).max(16);
const size = z.number().positive().optional().nullable();
const Pooling = z.object({ pooling_mode: z.enum(poolingModes).or(z.array(z.enum(poolingModes)).min(1)).optional(), include_prompt: z.boolean().optional() }).catchall(z.unknown());
const Sentence = z.object({ max_seq_length: size, do_lower_case: z.boolean().optional() });
const Prompts = z.object({ prompts: z.record(z.string(), z.string().nullable()).optional().nullable(), default_prompt_name: z.string().optional().nullable() });
const TokenizerConfig = z.object({ model_max_length: size });
const Network = z.object({ max_position_embeddings: z.number().optional().nullable() });

/** Where nothing says more; sentence-transformers' own models take 128 to 512. */
const defaultTokens = 512;

/** Reads the settings among `files` below `folder`. Throws `model/broken-settings`. */
export async function describe(folder: string, files: readonly string[], name: string): Promise<Described> {
  const read = async <T extends z.ZodType>(schema: T, path: string): Promise<z.infer<T> | undefined> =>
    files.includes(path) ? parseJson(schema, await readFile(join(folder, path), 'utf8'), `${name}/${path}`, 'model/broken-settings') : undefined;
  const broken = (what: string): UserError => new UserError('model/broken-settings', `What "${name}" says of itself cannot be used: ${what}.`, 'Take another model, or save it again with sentence-transformers.');
  const assumed: string[] = [];

  const modules = (await read(Modules, 'modules.json'))?.map(({ path, type }) => ({ path, type: type.split('.').at(-1)! }));
  const transformer = modules?.find(({ type }) => type === 'Transformer')?.path ?? '';
  const inTransformer = (file: string): string => (transformer === '' ? file : `${transformer}/${file}`);
  if (modules && modules[0]!.type !== 'Transformer') throw broken(`it begins with the module "${modules[0]!.type}", and not with a transformer`);

  let pooling: readonly PoolingMode[] = ['mean'];
  let includesPrompt = true;
  const at = modules?.findIndex(({ type }) => type === 'Pooling') ?? -1;
  if (modules && at >= 0) {
    const found = await read(Pooling, `${modules[at]!.path}/config.json`);
    if (!found) throw broken(`modules.json names the pooling "${modules[at]!.path}", which has no config.json`);
    pooling = modesOf(found);
    includesPrompt = found.include_prompt ?? true;
  } else {
    assumed.push('mean pooling');
    if (!modules) assumed.push('vectors of length 1');
  }
  const later = modules?.slice(at >= 0 ? at + 1 : 1).map(({ type }) => type) ?? [];
  const unsupported = later.find((type) => type !== 'Normalize' && type !== 'Dropout');

  const sentence = (await read(Sentence, files.find((path) => path.startsWith(inTransformer('sentence_')) && path.endsWith('_config.json')) ?? inTransformer('sentence_bert_config.json'))) ?? {};
  const lengths = [(await read(TokenizerConfig, inTransformer('tokenizer_config.json')))?.model_max_length, (await read(Network, inTransformer('config.json')))?.max_position_embeddings].filter(
    (length) => typeof length === 'number' && length > 0 && length <= 1_000_000,
  );
  const longest = sentence.max_seq_length ?? (lengths.length > 0 ? Math.min(...(lengths as number[])) : undefined);
  if (longest === undefined) assumed.push(`at most ${defaultTokens} tokens`);

  const { prompts, default_prompt_name } = (await read(Prompts, 'config_sentence_transformers.json')) ?? {};
  const prompt = (default_prompt_name && prompts && Object.hasOwn(prompts, default_prompt_name) ? prompts[default_prompt_name] : undefined) ?? '';
  if (prompt !== '' && !includesPrompt) throw broken('it leaves a prompt out of its pooling, which "linear" cannot');
  return {
    description: {
      pooling: [...pooling],
      normalize: modules ? later.includes('Normalize') : true,
      max_tokens: Math.max(1, Math.min(Math.trunc(longest ?? defaultTokens), 1_000_000)),
      lower_case: sentence.do_lower_case ?? false,
      prompt,
    },
    tokenizerFolder: files.includes(inTransformer('tokenizer.json')) ? transformer : '',
    unsupported,
    assumed,
  };
}

/** Old files have a switch for each mode; several stand in this order. */
const switches: Readonly<Record<string, PoolingMode>> = {
  pooling_mode_cls_token: 'cls',
  pooling_mode_max_tokens: 'max',
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_mean_sqrt_len_tokens: 'mean_sqrt_len_tokens',
  pooling_mode_weightedmean_tokens: 'weightedmean',
  pooling_mode_lasttoken: 'lasttoken',
};

function modesOf(config: z.infer<typeof Pooling>): readonly PoolingMode[] {
  if (config.pooling_mode !== undefined) return [config.pooling_mode].flat();
  const on = Object.entries(switches).flatMap(([name, mode]) => (config[name] === true ? [mode] : []));
  return on.length > 0 ? on : ['mean'];
}

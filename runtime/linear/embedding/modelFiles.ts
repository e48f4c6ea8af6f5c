/** Which files of a folder or a repository make a sentence-embedding model. */
import { UserError } from '../../error.js';

export interface ModelFiles {
  /** The network. */
  readonly onnx: string;
  /** What is said of pooling and tokens, and the tokenizer: JSON files at the root or a folder below. */
  readonly settings: readonly string[];
}

const settings = /^(?:[^/]+\/)?(?:modules|config|config_sentence_transformers|sentence_[\w-]+_config|tokenizer|tokenizer_config)\.json$/;
const whole = ['onnx/model.onnx', 'model.onnx'];
/** Optimum's and sentence-transformers' names of networks with whole numbers for weights. */
const quantized = /^(?:onnx\/)?model_(?:quantized|q?u?int8[\w-]*)\.onnx$/;

/**
 * Chooses among all files: `onnx/model.onnx`, `model.onnx`, else a quantized one. Throws `model/no-onnx`, `model/no-tokenizer`.
 *
 * @example
 * modelFiles(['model.onnx', 'tokenizer.json']); // { onnx: 'model.onnx', settings: ['tokenizer.json'] }
 */
export function modelFiles(paths: readonly string[], name: string): ModelFiles {
  const onnx = [...whole, ...paths.filter((path) => quantized.test(path) && fits(path)).sort()].find((path) => paths.includes(path));
  if (onnx === undefined) {
    const others = paths.filter((path) => path.endsWith('.onnx'));
    throw new UserError(
      'model/no-onnx',
      `The model "${name}" has no ONNX file that "linear" reads${others.length > 0 ? `; it has ${others.join(', ')}` : ''}.`,
      'It reads onnx/model.onnx, model.onnx or a quantized one. In Python, SentenceTransformer(MODEL, backend="onnx").save_pretrained(FOLDER) writes it.',
    );
  }
  const found = paths.filter((path) => settings.test(path)).sort();
  if (!found.some((path) => /(?:^|\/)tokenizer\.json$/.test(path))) {
    throw new UserError('model/no-tokenizer', `The model "${name}" has no tokenizer.json.`, 'In Python, AutoTokenizer.from_pretrained(MODEL).save_pretrained(FOLDER) writes it.');
  }
  return { onnx, settings: found };
}

/** Files that are made for a processor that this one is not. */
const fits = (path: string): boolean => (process.arch === 'arm64' ? !/avx/.test(path) : !/arm64/.test(path));

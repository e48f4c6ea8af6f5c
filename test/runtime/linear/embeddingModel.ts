/** A sentence-embedding model as small as can be, written by hand: a table with a vector for each word, as ONNX, and a WordPiece tokenizer. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { random } from './messages.js';

type Bytes = Uint8Array;

/** A protocol buffer's field: a number, or bytes (text, a message). */
const field = (number: number, value: number | string | Bytes): Bytes =>
  typeof value === 'number' ? Buffer.concat([varint(number * 8), varint(value)]) : lengthDelimited(number, typeof value === 'string' ? Buffer.from(value) : value);
const lengthDelimited = (number: number, bytes: Bytes): Bytes => Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
const message = (...fields: readonly Bytes[]): Bytes => Buffer.concat(fields);

function varint(value: number): Bytes {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Uint8Array.from([...bytes, value]);
}

const [float, int64] = [1, 7];
type Side = number | string;
const valueInfo = (name: string, type: number, shape: readonly Side[]): Bytes => {
  const sides = shape.map((side) => field(1, typeof side === 'number' ? field(1, side) : field(2, side)));
  return message(field(1, name), field(2, field(1, message(field(1, type), field(2, message(...sides))))));
};

export interface OnnxChanges {
  /** Inputs and their shapes beside input_ids. */
  readonly inputs?: Readonly<Record<string, readonly Side[]>>;
  readonly output?: string;
  /** The operator's domain. */
  readonly domain?: string;
  /** The weights lie in a file of this name. */
  readonly external?: string;
  /** Behind so many graphs of attributes. */
  readonly nested?: number;
  /** The shape of input_ids. */
  readonly shape?: readonly Side[];
}

/** `output[b, t] = table[input_ids[b, t]]`. */
export function tableOnnx(table: readonly Float32Array[], changes: OnnxChanges = {}): Bytes {
  const { inputs = { attention_mask: ['batch', 'sequence'] }, output = 'last_hidden_state', domain, external, nested = 0, shape = ['batch', 'sequence'] } = changes;
  const size = table[0]!.length;
  const dims = message(field(1, table.length), field(1, size), field(2, float), field(8, 'table'));
  const numbers = Buffer.concat(table.map((row) => new Uint8Array(row.buffer)));
  const tensor = external === undefined ? message(dims, field(9, numbers)) : message(dims, field(13, message(field(1, 'location'), field(2, external))), field(14, 1));
  const gather = message(field(1, 'table'), field(1, 'input_ids'), field(2, output), field(4, 'Gather'), ...(domain === undefined ? [] : [field(7, domain)]));
  let graph = message(
    field(1, gather),
    field(2, 'embedding'),
    field(5, tensor),
    field(11, valueInfo('input_ids', int64, shape)),
    ...Object.entries(inputs).map(([name, sides]) => field(11, valueInfo(name, int64, sides))),
    field(12, valueInfo(output, float, [...shape, size])),
  );
  for (let i = 0; i < nested; i++) graph = message(field(1, message(field(4, 'If'), field(5, message(field(1, 'then_branch'), field(6, graph), field(20, 5))))), field(2, 'outer'));
  const opsets = ['', ...(domain === undefined ? [] : [domain])].map((name) => field(8, message(field(1, name), field(2, 17))));
  return message(field(1, 8), field(7, graph), ...opsets);
}

const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];

/** A tokenizer of whole words and single letters. */
export function wordTokenizer(words: readonly string[]): { vocabulary: readonly string[]; json: object } {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'].flatMap((letter) => [letter, `##${letter}`]);
  const vocabulary = [...new Set([...special, ...letters, ...words.map((word) => word.toLowerCase())])];
  const id = (token: string): number => vocabulary.indexOf(token);
  const single = [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '[SEP]', type_id: 0 } }];
  return {
    vocabulary,
    json: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: special.map((content) => ({ id: id(content), content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false })),
      normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: {
        type: 'TemplateProcessing',
        single,
        pair: single,
        special_tokens: Object.fromEntries(['[CLS]', '[SEP]'].map((token) => [token, { id: token, ids: [id(token)], tokens: [token] }])),
      },
      decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
      model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab: Object.fromEntries(vocabulary.map((token, at) => [token, at])) },
    },
  };
}

/** A random vector for each token, the same each time. */
export function randomTable(tokens: number, size: number): Float32Array[] {
  const next = random(7);
  return Array.from({ length: tokens }, () => Float32Array.from({ length: size }, () => next() - 0.5));
}

/** Files by path; values that are no bytes and no text are written as JSON. */
export function writeModel(folder: string, files: Readonly<Record<string, unknown>>): string {
  for (const [path, value] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), value instanceof Uint8Array || typeof value === 'string' ? value : JSON.stringify(value));
  }
  return folder;
}

/** A model of the words of these texts, as sentence-transformers saves one. */
export function modelOf(texts: readonly string[], changes: OnnxChanges = {}, size = 48): Record<string, unknown> {
  const { vocabulary, json } = wordTokenizer(texts.flatMap((text) => text.match(/[\p{L}\p{N}]+/gu) ?? []));
  const type = (name: string): string => `sentence_transformers.models.${name}`;
  return {
    'modules.json': [{ idx: 0, name: '0', path: '', type: type('Transformer') }, { idx: 1, name: '1', path: '1_Pooling', type: type('Pooling') }, { idx: 2, name: '2', path: '2_Normalize', type: type('Normalize') }],
    '1_Pooling/config.json': { word_embedding_dimension: size, pooling_mode_mean_tokens: true, pooling_mode_cls_token: false },
    'sentence_bert_config.json': { max_seq_length: 64, do_lower_case: false },
    'tokenizer.json': json,
    'tokenizer_config.json': { model_max_length: 128 },
    'config.json': { model_type: 'bert', max_position_embeddings: 128 },
    'onnx/model.onnx': tableOnnx(randomTable(vocabulary.length, size), changes),
  };
}

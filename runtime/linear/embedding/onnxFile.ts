/**
 * Looks at an ONNX file before anything loads it: a protocol buffer, of which only its messages' borders, the places of its
 * tensors and the names of its operators are read.
 */
import { UserError } from '../../error.js';

/** Fields that are messages again, by message and field number (onnx.proto, IR version 10). */
const messages: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  Model: { 7: 'Graph', 20: 'Training', 25: 'Function' },
  Graph: { 1: 'Node', 5: 'Tensor', 15: 'SparseTensor' },
  Node: { 5: 'Attribute' },
  Attribute: { 5: 'Tensor', 6: 'Graph', 10: 'Tensor', 11: 'Graph', 22: 'SparseTensor', 23: 'SparseTensor' },
  SparseTensor: { 1: 'Tensor', 2: 'Tensor' },
  Training: { 1: 'Graph', 2: 'Graph' },
  Function: { 7: 'Node', 11: 'Attribute' },
};

/** Operators that the runtime brings. */
const known = ['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft', 'com.microsoft.nchwc'];

/** Deeper nesting is no model. */
const maxDepth = 64;

/**
 * Throws `model/broken-onnx` where the bytes are no ONNX model, `model/external-data` where weights lie in other files, and
 * `model/custom-operators` where it needs code that the runtime does not have.
 */
export function checkOnnx(bytes: Uint8Array, name: string): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.subarray(0, 40).toString('latin1').startsWith('version https://git-lfs')) {
    throw new UserError('model/broken-onnx', `The ONNX file of "${name}" is a pointer of Git LFS.`, 'Fetch the file itself: git lfs pull.');
  }
  const own = new Set<string>();
  const used = new Map<string, string>();
  let graphs = 0;
  const walk = (message: string, from: number, to: number, depth: number): void => {
    if (depth > maxDepth) throw broken(name, 'its graphs are nested too deeply');
    let [domain, operator] = ['', ''];
    for (let at = from; at < to; ) {
      const field = readField(buffer, at, to);
      if (!field) throw broken(name, 'it is cut off, or of another format');
      const { number, start, end, value } = field;
      at = end;
      const inner = messages[message]?.[number];
      if (inner && start !== undefined) walk(inner, start, end, depth + 1);
      const text = (): string => buffer.toString('utf8', start, end);
      if (message === 'Tensor' && (number === 13 || (number === 14 && value === 1))) {
        throw new UserError('model/external-data', `The ONNX file of "${name}" keeps its weights in other files.`, 'Only ONNX files that hold all are read: take a smaller model, or a quantized one.');
      }
      if (message === 'Node' && number === 4) operator = text();
      if (message === 'Node' && number === 7) domain = text();
      if (message === 'Function' && number === 10) own.add(text());
    }
    if (message === 'Node') used.set(domain, operator);
    if (message === 'Graph') graphs++;
  };
  walk('Model', 0, buffer.length, 0);
  if (graphs === 0) throw broken(name, 'it holds no graph');
  const foreign = [...used].find(([domain]) => !known.includes(domain) && !own.has(domain));
  if (foreign) {
    throw new UserError('model/custom-operators', `The ONNX file of "${name}" needs the operator "${foreign[1]}" of "${foreign[0]}".`, 'Code that a model brings does not run: take a model of standard operators.');
  }
}

interface Field {
  readonly number: number;
  /** Of bytes. */
  readonly start?: number;
  readonly end: number;
  /** Of a number; large ones are not told apart. */
  readonly value?: number;
}

function readField(buffer: Buffer, from: number, to: number): Field | undefined {
  const tag = readNumber(buffer, from, to);
  if (!tag || tag.value < 8) return undefined;
  const number = Math.floor(tag.value / 8);
  switch (tag.value % 8) {
    case 0: {
      const found = readNumber(buffer, tag.end, to);
      return found && { number, ...found };
    }
    case 1:
    case 5: {
      const end = tag.end + (tag.value % 8 === 1 ? 8 : 4);
      return end > to ? undefined : { number, end };
    }
    case 2: {
      const length = readNumber(buffer, tag.end, to);
      return length && length.end + length.value <= to ? { number, start: length.end, end: length.end + length.value } : undefined;
    }
    default:
      return undefined;
  }
}

function readNumber(buffer: Buffer, from: number, to: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let i = 0; i < 10 && from + i < to; i++) {
    const byte = buffer[from + i]!;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, end: from + i + 1 };
  }
  return undefined;
}

const broken = (name: string, what: string): UserError => new UserError('model/broken-onnx', `The ONNX file of "${name}" cannot be read: ${what}.`, 'Fetch or export it again.');

/**
 * The safetensors format, for float64: length of the header (8 bytes, little endian), header as JSON, numbers. Nothing in
 * such a file is ever run; what does not add up is an error.
 */
import { z } from 'zod';
import { UserError } from '../error.js';

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** The format's own bound on its header, in bytes. */
const maxHeader = 100_000_000;

const size = z.int().nonnegative();
const Header = z.record(z.string(), z.strictObject({ dtype: z.literal('F64'), shape: z.array(size).max(8), data_offsets: z.tuple([size, size]) }));

/** The tensors as bytes, in the order given; equal tensors give equal bytes. */
export function encodeTensors(tensors: Readonly<Record<string, Tensor>>): Uint8Array {
  let at = 0;
  const entries = Object.entries(tensors).map(([name, { shape, data }]) => {
    const from = at;
    at += data.byteLength;
    return [name, { dtype: 'F64', shape, data_offsets: [from, at] }] as const;
  });
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  // Blanks up to a multiple of 8, so that the numbers are aligned.
  const header = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, ...Object.values(tensors).map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))]);
}

/** Reads tensors; `path` is for messages. Throws `run/broken-model`. */
export function decodeTensors(bytes: Uint8Array, path: string): Map<string, Tensor> {
  const broken = (what: string): UserError => new UserError('run/broken-model', `"${path}" is no model file: ${what}.`, 'Train again.');
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 8) throw broken('it is too short');
  const length = buffer.readBigUInt64LE();
  if (length > BigInt(Math.min(maxHeader, buffer.length - 8))) throw broken('its header is longer than the file');
  const start = 8 + Number(length);
  let header: z.infer<typeof Header>;
  try {
    header = Header.parse(JSON.parse(buffer.toString('utf8', 8, start)));
  } catch (error) {
    throw broken(`its header is not one of float64 tensors (${(error as Error).message.split('\n')[0]})`);
  }
  const tensors = new Map<string, Tensor>();
  let end = 0;
  for (const [name, { shape, data_offsets: [from, to] }] of Object.entries(header)) {
    const count = shape.reduce((product, part) => product * part, 1);
    if (from !== end || to - from !== count * 8 || start + to > buffer.length) throw broken(`"${name}" does not lie where its shape says`);
    end = to;
    const data = new Float64Array(count);
    new Uint8Array(data.buffer).set(buffer.subarray(start + from, start + to));
    if (!data.every(Number.isFinite)) throw broken(`"${name}" holds what is no number`);
    tensors.set(name, { shape, data });
  }
  if (start + end !== buffer.length) throw broken('bytes follow the last tensor');
  return tensors;
}

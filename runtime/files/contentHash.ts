import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

const known = new Map<string, { readonly state: string; readonly hash: string }>();

/**
 * SHA-256 of a file's bytes, in hexadecimal: equal on every machine where the file is. Read again only when its size,
 * place or time of change are others than before.
 */
export async function contentHash(path: string): Promise<string> {
  const { size, mtimeNs, ino } = await stat(path, { bigint: true });
  const state = `${size}:${mtimeNs}:${ino}`;
  const before = known.get(path);
  if (before?.state === state) return before.hash;
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) digest.update(chunk as Buffer);
  const hash = digest.digest('hex');
  known.set(path, { state, hash });
  return hash;
}

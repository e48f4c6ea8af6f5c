import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../error.js';
import { Artifact } from './event.js';

export const manifestVersion = 1;
export const manifestPath = 'tasklab/manifest.json';

const figures = z.record(z.string(), z.number().nullable());

/**
 * `tasklab/manifest.json`: what a finished run is and which files belong to it. It is written last, so a run that
 * has one is whole; it holds no times and no paths outside the run, so equal trainings have equal manifests.
 */
export const RunManifest = z.strictObject({
  version: z.literal(manifestVersion),
  name: z.string(),
  training: z.string(),
  framework: z.string(),
  kind: z.string(),
  task: z.strictObject({ name: z.string(), fingerprint: z.string() }),
  prepared: z.strictObject({ fingerprint: z.string() }),
  /** Its name: a run's, a repository's, a folder's last part; null where there was none. */
  model: z.string().nullable(),
  options: z.record(z.string(), z.json()),
  blocks: z.record(z.string(), z.record(z.string(), z.json())),
  seed: z.int().nonnegative(),
  labels: z.array(z.string()).nullable(),
  /** May rows have several labels? Null for kinds without labels. */
  multi_label: z.boolean().nullable(),
  rows: z.strictObject({ train: z.int().nonnegative(), test: z.int().nonnegative() }),
  /** On the test rows; null where there were none. */
  metrics: figures.nullable(),
  baseline: figures.nullable(),
  /** The model's files, by path. */
  files: z.array(Artifact),
});

export type RunManifest = z.infer<typeof RunManifest>;

/**
 * The manifest of a run's folder, or `undefined` where the run is not whole: no manifest, or a file that it lists is
 * missing or of another size. A manifest that is there and cannot be read is an error.
 */
export async function readManifest(folder: string): Promise<RunManifest | undefined> {
  const path = join(folder, manifestPath);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const manifest = parseJson(RunManifest, text, path, 'run/broken-manifest');
  for (const file of manifest.files) {
    const size = await stat(join(folder, file.path)).then((entry) => entry.size, () => -1);
    if (size !== file.size) return undefined;
  }
  return manifest;
}

/** Reads JSON of a schema; a mistake in it is an error that names the file and the place. */
export function parseJson<T extends z.ZodType>(schema: T, text: string, path: string, code: string): z.infer<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(code, `"${path}" is not JSON: ${(error as Error).message}.`, undefined, { cause: error });
  }
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > 1) {
    throw new UserError(code, `"${path}" has version ${version}, which this tasklab does not know.`, 'Use the tasklab that wrote it, or a newer one.');
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new UserError(code, `"${path}" is not what it should be: ${issue!.path.join('.') || 'the whole'}: ${issue!.message}.`);
}

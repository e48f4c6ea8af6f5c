import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../error.js';
import { parseJson } from '../run/manifest.js';

export const resultPath = 'openai.json';

/**
 * What a run leaves: the model itself stays at the service. It does not say where that is, so that a run of somebody else's
 * cannot lead a key away: the service asked is always that of OPENAI_BASE_URL.
 */
export const OpenAIResult = z.strictObject({
  format: z.literal('tasklab_openai'),
  version: z.literal(1),
  /** The fine-tuned model's name at the service. */
  model: z.string().min(1),
  base_model: z.string().min(1),
  /** The fine-tuning job's id. */
  job: z.string().min(1),
  /** With which the training's chats begin; null where they begin differently. */
  system: z.string().nullable(),
  /** Of a classification, in the question's order. */
  labels: z.array(z.string()).nullable(),
  multi_label: z.boolean().nullable(),
});
export type OpenAIResult = z.infer<typeof OpenAIResult>;

/** Reads the result in a finished run's folder. Throws `model/no-service-model` where another framework made it, `run/broken-model`. */
export async function readResult(folder: string): Promise<OpenAIResult> {
  const path = join(folder, resultPath);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new UserError('model/no-service-model', `The run in "${folder}" left no model at a service.`, 'Start from a run of "openai", or from the name of a model that the service fine-tunes.');
  });
  return parseJson(OpenAIResult, text, path, 'run/broken-model');
}

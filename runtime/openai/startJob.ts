/** A fine-tuning job is started: files up, one job of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { toFile, type OpenAI } from 'openai';
import { z } from 'zod';
import { UserError } from '../error.js';
import type { Service } from './service.js';

const Created = z.object({ id: z.string().min(1) });
const JobPage = z.object({ data: z.array(z.object({ id: z.string().min(1), training_file: z.string().nullish() })) });

const uploadTimeoutMs = 600_000;
/** A worker that is to stop has little time. */
const deleteTimeoutMs = 5_000;
/** Before each look for a job whose answer was lost, as the service's list may lag; and before a busy service is asked again. */
const pausesMs = [1000, 2000];
/** So often a job is asked for at most. */
const maxCreations = 3;

export interface JobRequest {
  readonly model: string;
  readonly seed: number;
  readonly suffix: string | null;
  readonly hyperparameters: { readonly n_epochs: 'auto' | number; readonly batch_size: 'auto' | number; readonly learning_rate_multiplier: 'auto' | number };
  readonly train: Buffer;
  /** Null: no rows were held out. */
  readonly test: Buffer | null;
}

/**
 * Uploads the rows and starts the job. What was uploaded is deleted where no job comes of it. Gives the job's id.
 * Throws `service/job-unknown` where one may have begun without anybody knowing its id, `service/…`.
 */
export async function startJob(service: Service, request: JobRequest, signal: AbortSignal): Promise<string> {
  const uploaded: string[] = [];
  const upload = async (name: string, content: Buffer): Promise<string> => {
    const { id } = await service.ask(Created, { to: `take ${name}`, signal }, async (client, own) =>
      client.files.create({ file: await toFile(content, name, { type: 'application/jsonl' }), purpose: 'fine-tune' }, { signal: own, timeout: uploadTimeoutMs }),
    );
    uploaded.push(id);
    return id;
  };
  try {
    const training_file = await upload('train.jsonl', request.train);
    const validation_file = request.test && (await upload('test.jsonl', request.test));
    signal.throwIfAborted();
    const { model, seed, suffix, hyperparameters } = request;
    return await createJob(service, {
      model, training_file, seed, method: { type: 'supervised', supervised: { hyperparameters: { ...hyperparameters } } },
      ...(validation_file !== null && { validation_file }), ...(suffix !== null && { suffix }),
    }, signal);
  } catch (error) {
    // A job that nobody knows of may still need its rows, and is found by them.
    if (error instanceof UserError && error.code === 'service/job-unknown') throw error;
    // What went wrong is the error, and not that a file is still there.
    await Promise.all(uploaded.map((id) => service.reach({ to: 'delete a file' }, (client) => client.files.delete(id, { timeout: deleteTimeoutMs, maxRetries: 0 })).catch(() => {})));
    throw error;
  }
}

/**
 * Starts one job and no second one, as each is paid for: where the service's answer is lost, the job is looked for before it is
 * asked for again. Nothing of this is cut off by the signal: nobody would know of the job, and it would go on.
 */
async function createJob(service: Service, request: OpenAI.FineTuning.JobCreateParams, signal: AbortSignal): Promise<string> {
  for (let creations = 1; ; creations++) {
    try {
      // The client itself would ask again without a look.
      const { id } = await service.ask(Created, { to: `fine-tune "${request.model}"` }, (client) => client.fineTuning.jobs.create(request, { maxRetries: 0 }));
      return id;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (error.code === 'service/busy') {
        if (creations === maxCreations) throw error;
        await sleep(pausesMs[creations - 1], undefined, { signal }).catch(() => signal.throwIfAborted());
        continue;
      }
      if (!['service/unreachable', 'service/unavailable', 'service/unexpected-answer'].includes(error.code)) throw error;
      const id = await findJob(service, request.training_file, signal).catch((cause: unknown) => {
        throw new UserError('service/job-unknown', `${error.message} Whether a job has begun could not be found out.`, `Look at the service for a job that trains on the file "${request.training_file}", and cancel it, before you train again.`, { cause });
      });
      if (id !== undefined) return id;
      signal.throwIfAborted();
      // Whoever answers something else does so again.
      if (error.code === 'service/unexpected-answer') throw error;
      if (creations === maxCreations) throw new UserError(error.code, error.message, 'The service lists no job that trains on the uploaded rows, so none seems to have begun. Train again later.', { cause: error });
    }
  }
}

/** The job that trains on a file, among the newest ones; a file that was just uploaded has no other. */
async function findJob(service: Service, file: string, signal: AbortSignal): Promise<string | undefined> {
  for (const pause of pausesMs) {
    // Who is to stop does not wait, but still has to know.
    await sleep(pause, undefined, { signal }).catch(() => {});
    const { data } = await service.ask(JobPage, { to: 'list its jobs' }, async (client) => {
      const { data } = await client.fineTuning.jobs.list({ limit: 100 });
      return { data };
    });
    const found = data.find(({ training_file }) => training_file === file);
    if (found) return found.id;
  }
  return undefined;
}

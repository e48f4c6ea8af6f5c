import { z } from 'zod';
import { UserError } from '../error.js';

export const jobVersion = 1;

/** A path inside a folder, with `/`: no way out of it, nothing absolute. */
export const insidePath = z
  .string()
  .min(1)
  .max(1024)
  .refine((path) => !/^[/\\]|^[A-Za-z]:|\\|\0/.test(path) && !path.split('/').includes('..'), 'must be a path inside the folder');

/** How far `output` may lead: up from the job folder, never absolute. */
const outputPath = z.string().regex(/^(?:\.\.\/)*(?:\.\.|[\w.-]+)$/, 'must be relative to the job folder');

/** Where a model comes from. */
export const ModelSource = z.discriminatedUnion('from', [
  /** A finished run; its folder is relative to the job folder, so that runs can be carried elsewhere together. */
  z.strictObject({ from: z.literal('run'), name: z.string(), path: z.string().regex(/^(?:\/|[A-Za-z]:|(?:\.\.\/){3}[^/\\]+$)/, 'must be a run beside this one') }),
  z.strictObject({ from: z.literal('folder'), path: z.string().min(1) }),
  z.strictObject({ from: z.literal('repository'), name: z.string().min(1), revision: z.string().nullable() }),
  /** What a framework or a service calls it: an installed pipeline, a language, a service's model. */
  z.strictObject({ from: z.literal('name'), name: z.string().min(1) }),
]);
export type ModelSource = z.infer<typeof ModelSource>;

/**
 * `job.json`: all that a worker needs to know, in the folder where its Arrow files lie; paths are relative to that
 * folder, so that it can be carried elsewhere. Every default is filled in: a worker has none of its own.
 */
export const Job = z.strictObject({
  version: z.literal(jobVersion),
  /** The run's name. */
  name: z.string().min(1),
  /** The training that it is a run of. */
  training: z.string().min(1),
  framework: z.string().min(1),
  /** The task's kind: `text_classification` … */
  kind: z.string().min(1),
  task: z.strictObject({ name: z.string(), fingerprint: z.string() }),
  prepared: z.strictObject({ fingerprint: z.string() }),
  /** Arrow IPC files; `test` is null where no rows were held out. */
  data: z.strictObject({ train: insidePath, test: insidePath.nullable() }),
  /**
   * The kind's columns and how they were prepared (text, texts, number, messages, spans). Where the framework has a layout
   * of its own for the kind, the files have its columns; elsewhere these, and `id` and `record` besides.
   */
  columns: z.array(z.strictObject({ name: z.string(), type: z.string() })).min(1),
  /** All labels, in the question's order; null where the kind has none. */
  labels: z.array(z.string()).nullable(),
  /** Null for frameworks that start from nothing. */
  model: ModelSource.nullable(),
  reward_model: ModelSource.nullable(),
  /** The repository whose code may run, at a commit; null: nobody's. */
  trust: z.strictObject({ repository: z.string(), revision: z.string().regex(/^[0-9a-f]{40}$/) }).nullable(),
  options: z.record(z.string(), z.json()),
  /** `lora`, `generation` …: options in blocks of their own. */
  blocks: z.record(z.string(), z.record(z.string(), z.json())),
  seed: z.int().nonnegative(),
  launch: z.strictObject({ target: z.string(), options: z.record(z.string(), z.json()) }),
  /** The run's folder: the model goes there, the worker's own files below `tasklab/`. */
  output: outputPath,
  /** A checkpoint below `output` with a `COMPLETE` file to go on from; null: from the start. */
  resume_from: insidePath.nullable(),
});

export type Job = z.infer<typeof Job>;

/** The options of a job as its worker takes them; throws `run/broken-job`. */
export function jobOptions<T extends z.ZodType>({ framework, options }: Pick<Job, 'framework' | 'options'>, schema: T): z.infer<T> {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new UserError('run/broken-job', `The job's options are not those of "${framework}": ${issue!.path.join('.') || 'the whole'}: ${issue!.message}.`);
}

/** What people call a model. */
export function modelName(source: ModelSource | null): string | null {
  if (source === null) return null;
  return source.from === 'folder' ? source.path.split(/[\\/]/).filter(Boolean).at(-1)! : source.name;
}

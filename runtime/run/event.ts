import { z } from 'zod';
import { insidePath } from './job.js';

export const eventVersion = 1;

const base = {
  v: z.literal(eventVersion),
  /** 0, 1, 2 … without gaps, over all starts of a run. */
  seq: z.int().nonnegative(),
  /** When, as ISO 8601; for people who read the file, shown nowhere. */
  time: z.string().optional(),
};

const step = z.int().nonnegative();
const split = z.enum(['train', 'test']);
/** Null stands for what JSON lacks: not a number, infinite. */
const figure = z.number().nullable();
const figures = z.record(z.string(), figure);

/** A file of the result, by its path in the run's folder. */
export const Artifact = z.strictObject({ path: insidePath, size: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
export type Artifact = z.infer<typeof Artifact>;

export const ClassScore = z.strictObject({ label: z.string(), precision: figure, recall: figure, f1: figure, support: z.int().nonnegative() });

/** `counts[i][j]`: rows that truly have label `i` and were given label `j`. */
export const Confusion = z
  .strictObject({ labels: z.array(z.string()), counts: z.array(z.array(z.int().nonnegative())) })
  .refine(({ labels, counts }) => counts.length === labels.length && counts.every((row) => row.length === labels.length), 'must be square');

/** One line of `events.jsonl`. A run's last line is `finished`, `failed` or `stopped`, until it is resumed. */
export const RunEvent = z.discriminatedUnion('type', [
  /** A worker begins; `resumed_from` names the checkpoint that it goes on from. Later events of an older start are void from that step on. */
  z.strictObject({ ...base, type: z.literal('started'), total: step.nullable(), resumed_from: z.string().nullable() }),
  z.strictObject({ ...base, type: z.literal('progress'), step, total: step.nullable(), epoch: figure }),
  /** One point of a curve: `loss`, `accuracy`, `rewards/margins` … */
  z.strictObject({ ...base, type: z.literal('metric'), name: z.string(), value: figure, step, split }),
  z.strictObject({ ...base, type: z.literal('log'), level: z.enum(['info', 'warning']), message: z.string() }),
  /** What a language model says to a prompt on the way. */
  z.strictObject({ ...base, type: z.literal('sample'), step, prompt: z.string(), text: z.string() }),
  /** A complete checkpoint: its folder in the run's folder holds a `COMPLETE` file. */
  z.strictObject({ ...base, type: z.literal('checkpoint'), step, path: insidePath }),
  z.strictObject({
    ...base,
    type: z.literal('evaluated'),
    split,
    rows: z.int().nonnegative(),
    metrics: figures,
    /** The same metrics of guessing without looking (or of the model before this training). */
    baseline: figures.nullable(),
    per_class: z.array(ClassScore).nullable(),
    confusion: Confusion.nullable(),
  }),
  z.strictObject({ ...base, type: z.literal('finished'), artifacts: z.array(Artifact) }),
  z.strictObject({
    ...base,
    type: z.literal('failed'),
    /** `area/kebab-case`, as in `UserError`. */
    code: z.string(),
    message: z.string(),
    hint: z.string().nullable(),
    trace: z.string().nullable(),
  }),
  z.strictObject({ ...base, type: z.literal('stopped'), reason: z.string() }),
]);

export type RunEvent = z.infer<typeof RunEvent>;

type Unnumbered<T> = T extends unknown ? Omit<T, 'v' | 'seq' | 'time'> : never;
/** An event before it stands in a file. */
export type NewEvent = Unnumbered<RunEvent>;

/** Does nothing follow this event, unless the run is resumed? */
export const isLast = (event: RunEvent): boolean => event.type === 'finished' || event.type === 'failed' || event.type === 'stopped';

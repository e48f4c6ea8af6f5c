import type { z } from 'zod';
import type { WorkerProgram } from '../launch/launcher.js';
import type { Job } from '../run/job.js';
import type { Run } from '../run/run.js';

/** An option as checks, completion and documentation see it. */
export interface FrameworkOption {
  readonly name: string;
  readonly type: 'text' | 'number' | 'integer' | 'boolean' | 'list' | 'any';
  readonly choices?: readonly string[];
  /** Absent: the option must be given. Null is allowed as a value exactly where it is the default. */
  readonly default?: unknown;
  readonly doc: string;
  /** What values it takes beyond its type: ranges, shapes. */
  readonly values?: z.ZodType;
}

/** What a classifier says of one text. */
export interface Prediction {
  /** One label, or for several labels those above one half, in the labels' order. */
  readonly label: string | readonly string[];
  /** Every label's probability; they add up to 1 where a text has one label. */
  readonly scores: Readonly<Record<string, number>>;
}

/** A loaded model, to be closed after use. */
export interface Predictor {
  predict(texts: readonly string[]): Promise<Prediction[]>;
  close(): Promise<void>;
}

/** What a program may say of a framework. */
export interface FrameworkDeclaration {
  readonly name: string;
  readonly doc: string;
  /** The task kinds that it trains. */
  readonly kinds: readonly string[];
  readonly needsModel: boolean;
  /** Absent: nobody knows them yet, and any is taken. */
  readonly options?: readonly FrameworkOption[];
  /** Blocks beside `options` that it reads, with their keys: lora, generation …; absent: any is taken. */
  readonly blocks?: Readonly<Record<string, readonly FrameworkOption[]>>;
  /** Old names of options to what replaces them. */
  readonly renamed: Readonly<Record<string, string>>;
}

/** A way to train: one file that reads top to bottom, and a line in `index.ts`. */
export interface Framework extends FrameworkDeclaration {
  readonly options: readonly FrameworkOption[];
  readonly blocks: Readonly<Record<string, readonly FrameworkOption[]>>;
  /** How it wants rows: the Arrow columns that its worker reads, by kind. */
  readonly layout: Readonly<Record<string, readonly string[]>>;
  /** Names of environment variables that its worker needs beyond the common ones. */
  readonly environment: readonly string[];
  /** What runs a job of this framework. */
  worker(job: Pick<Job, 'kind' | 'model' | 'options' | 'blocks'>): WorkerProgram;
  /** Loads the model of a finished run. */
  open(run: Run): Promise<Predictor>;
}

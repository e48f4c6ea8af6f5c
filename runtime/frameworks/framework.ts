import type { z } from 'zod';
import type { EnvironmentName } from '../environments/environment.js';
import type { WorkerProgram } from '../launch/launcher.js';
import type { Job } from '../run/job.js';
import type { Run } from '../run/run.js';
import type { Model } from './model.js';

/** An option as checks, completion and documentation see it. */
export interface FrameworkOption {
  readonly name: string;
  readonly type: 'text' | 'number' | 'integer' | 'boolean' | 'list' | 'any';
  readonly choices?: readonly string[];
  /** Absent: the option must be given, unless it is {@link optional}. Null is allowed as a value where it is the default. */
  readonly default?: unknown;
  /** The framework has a default that cannot be written down; or null is a value beside the default. */
  readonly optional?: boolean;
  readonly doc: string;
  /** What values it takes beyond its type: ranges, shapes. */
  readonly values?: z.ZodType;
}

/** What a framework takes for one kind of task. */
export interface FrameworkKind {
  /** Absent: nobody knows them yet, and any is taken. */
  readonly options?: readonly FrameworkOption[];
  /** Blocks beside `options` that it reads, with their keys: lora, generation …; absent: any is taken. */
  readonly blocks?: Readonly<Record<string, readonly FrameworkOption[]>>;
  /** Old names of options and blocks to those that replace them: they are taken, with a notice. */
  readonly renamed: Readonly<Record<string, string>>;
  /** Old names that nothing replaces, to what to do instead. */
  readonly removed: Readonly<Record<string, string>>;
}

/** A way to train: one file that reads top to bottom, and a line in `index.ts`. */
export interface Framework {
  readonly name: string;
  readonly doc: string;
  /** The kinds of task that it trains. */
  readonly kinds: Readonly<Record<string, Required<FrameworkKind>>>;
  readonly needsModel: boolean;
  /** Models have names that it knows itself (an installed pipeline, a service's model), where no folder has the name. */
  readonly knowsNames?: boolean;
  /** The Python environment that trains and runs its models; absent: none is needed. */
  readonly environment?: EnvironmentName;
  /** Names of environment variables that its worker needs beyond the common ones. */
  readonly variables: readonly string[];
  /** Throws what is wrong with a training beyond single options, before anything is written. */
  check?(training: Pick<Job, 'kind' | 'model' | 'reward_model' | 'options' | 'blocks' | 'trust'>): void;
  /** What runs a job of this framework. Throws `environment/missing`. */
  worker(job: Pick<Job, 'kind' | 'model' | 'options' | 'blocks'>): WorkerProgram | Promise<WorkerProgram>;
  /** Loads the model of a finished run. */
  open(run: Run): Promise<Model>;
}

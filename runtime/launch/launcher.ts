import { z } from 'zod';
import type { FrameworkOption } from '../frameworks/framework.js';

/** A worker as its framework names it; where and how it runs is the launcher's. */
export type WorkerProgram =
  /** A module of ours that exports `work` and, started as a program, takes the job folder. */
  | { readonly runtime: 'node'; readonly module: URL }
  /** `python -m module JOB_FOLDER`. */
  | { readonly runtime: 'python'; readonly module: string; readonly python: string };

export interface LaunchRequest {
  /** The run's folder, absolute; its `tasklab/worker.log` gets what the worker prints. */
  readonly folder: string;
  /** The folder of `job.json`, absolute. */
  readonly jobFolder: string;
  readonly worker: WorkerProgram;
  /** Names of variables beyond the common ones that the worker needs. */
  readonly environment: readonly string[];
  /** The launch block of the training. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** `tasklab/launch.json`: who started the run's worker, and what that launcher needs to find it again. */
export const LaunchRecord = z.strictObject({ version: z.literal(1), target: z.string(), reference: z.json() });
export type LaunchRecord = z.infer<typeof LaunchRecord>;

/** A way to start workers: one file, and a line in `index.ts`. */
export interface Launcher {
  /** The word in `launch NAME { … }`. */
  readonly name: string;
  readonly doc: string;
  readonly options: readonly FrameworkOption[];
  /** Starts the worker and gives what finds it again, as JSON; does not wait for it to end. */
  start(request: LaunchRequest): Promise<LaunchRecord['reference']>;
  /** Is the worker queued or running? */
  isAlive(reference: LaunchRecord['reference']): Promise<boolean>;
  /** Asks the worker to stop; with `force`, ends it. */
  stop(reference: LaunchRecord['reference'], force: boolean): Promise<void>;
}

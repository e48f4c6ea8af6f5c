/** Calls of the thread that reads TypeScript: each names a method, and is answered by its number. */
export interface Call {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
  /** The cell that was prepared last has begun to run. */
  readonly commits: boolean;
}

export type Return = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string };

export interface WorkerSettings {
  readonly cwd: string;
  /** URL of the module that shares the cells. */
  readonly handler: string | undefined;
}

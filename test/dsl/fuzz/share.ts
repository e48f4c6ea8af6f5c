import type { Input } from './inputs.js';

/** What a worker is given: `progress` holds the next seed that nobody tries yet, then the seed that each worker tries, or `idle`. */
export interface Share {
  readonly progress: Int32Array<SharedArrayBuffer>;
  readonly slot: number;
  readonly end: number;
}
export interface Finding extends Input {
  readonly problem: string;
}

export const idle = -1;

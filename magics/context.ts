import type { Schema, Source } from '../dsl/index.js';
import type { NameOf } from './command.js';

/** What completion, hover and checks need to know of a session, as JSON: it crosses from the process that runs cells. */
export interface SessionContext {
  readonly schema: Schema;
  readonly sources: readonly Source[];
  /** The working folder, where paths that are typed start. */
  readonly folder?: string;
  readonly names: Readonly<Partial<Record<NameOf, readonly string[]>>>;
}

export const emptyContext: SessionContext = {
  schema: { kinds: [], functions: [], strategies: [], questionTypes: [], sources: [], frameworks: [], datasets: {} },
  sources: [],
  names: {},
};

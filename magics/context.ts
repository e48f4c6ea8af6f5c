import type { Schema, Source } from '../dsl/index.js';
import type { NameOf } from './command.js';

/** What completion, hover and checks need to know of a session, as JSON: it crosses from the process that runs cells. */
export interface SessionContext {
  /** The data sets that are open; the language's own tables are the same for all. */
  readonly datasets: Schema['datasets'];
  readonly sources: readonly Source[];
  /** The working folder, where paths that are typed start. */
  readonly folder?: string;
  readonly names: Readonly<Partial<Record<NameOf, readonly string[]>>>;
}

export const emptyContext: SessionContext = {
  datasets: {},
  sources: [],
  names: {},
};

/** Where a value of a row came from: plain data, asked for when a task is explained. */
import type { AnswerValue, ResponseStatus } from '../dataset/record.js';
import type { Ties } from '../unify/strategy.js';
import type { Value } from './value.js';

export type Origin =
  | { readonly of: 'field' | 'metadata'; readonly name: string }
  | { readonly of: 'id' }
  /** Who answers, or the status of the answers, in a loop over responses. */
  | { readonly of: 'annotator' | 'status'; readonly annotator: string | null }
  | { readonly of: 'answer'; readonly question: string; readonly annotator: string | null; readonly status: ResponseStatus }
  | {
      readonly of: 'unified';
      readonly question: string;
      readonly strategy: string;
      /** The answers that counted, in the order of the responses. */
      readonly answers: readonly { readonly annotator: string | null; readonly value: AnswerValue }[];
      /** The rule that decided, where several answers were equally good. */
      readonly tie?: Ties;
    }
  | { readonly of: 'suggestion'; readonly question: string; readonly part: 'value' | 'score' | 'agent'; readonly agent: string | null }
  /** A TypeScript function made the row of the record. */
  | { readonly of: 'function' };

/** Those of several parts, each once, in order. */
export function union(parts: readonly (readonly Origin[])[]): readonly Origin[] {
  const seen = new Set<string>();
  return parts.flat().filter((origin) => seen.size < seen.add(JSON.stringify(origin)).size);
}

/** A value of a row, and where it came from; none for what the program itself says. */
export interface Traced {
  readonly column: string;
  readonly value: Value;
  readonly origins: readonly Origin[];
}

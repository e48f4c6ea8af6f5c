/**
 * A task as data: how one record becomes rows. The language compiles to this shape, TypeScript users build it
 * through `TrainingTask`, and `prepare` runs it. Plain JSON but for `FunctionProgram`.
 *
 * `null` runs through every operation as in SQL: the result is null, but for `coalesce`, `list`, `and`/`or` where the
 * other side decides, and `conditional` (a null test takes the else branch).
 */
import type { ResponseStatus } from '../dataset/record.js';
import type { Ties } from '../unify/strategy.js';
import type { Sample } from './sample.js';

export type Literal = string | number | boolean | null;

export type Expression =
  | { readonly op: 'literal'; readonly value: Literal }
  | { readonly op: 'list'; readonly items: readonly Expression[] }
  /** A template: the parts' texts joined; null where a part is. Numbers in shortest form, lists joined by `, `. */
  | { readonly op: 'text'; readonly parts: readonly Expression[] }
  | { readonly op: 'field'; readonly name: string }
  /** `field[expr]`: the field whose name is the value. */
  | { readonly op: 'field_by_name'; readonly name: Expression }
  /** In a response loop: this annotator's answer, null where left open. */
  | { readonly op: 'answer'; readonly question: string }
  /** Outside a loop: the list of answers with one of `statuses`, in the order of responses. */
  | { readonly op: 'answers'; readonly question: string; readonly statuses: readonly ResponseStatus[] }
  | {
      readonly op: 'unify';
      readonly question: string;
      readonly strategy: string;
      readonly ties: Ties;
      readonly statuses: readonly ResponseStatus[];
    }
  | { readonly op: 'suggestion'; readonly question: string; readonly part: 'value' | 'score' | 'agent' }
  | { readonly op: 'metadata'; readonly name: string }
  | { readonly op: 'id' }
  /** In a response loop: who answered, and the status of the answers. */
  | { readonly op: 'annotator' }
  | { readonly op: 'status' }
  /** A `let`, a column above, a loop variable. */
  | { readonly op: 'variable'; readonly name: string }
  /** A template's parameters stand in for its arguments: `names` are visible in `body` alone. */
  | { readonly op: 'bind'; readonly names: Readonly<Record<string, Expression>>; readonly body: Expression }
  | { readonly op: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly op: 'not' | 'negate'; readonly value: Expression }
  | { readonly op: Binary; readonly left: Expression; readonly right: Expression }
  | { readonly op: 'conditional'; readonly test: Expression; readonly then: Expression; readonly else: Expression }
  | { readonly op: 'index'; readonly value: Expression; readonly index: Expression }
  /** Code points of a text, items of a list; an end left out is null. */
  | { readonly op: 'slice'; readonly value: Expression; readonly from: Expression | null; readonly to: Expression | null };

export type Binary = 'and' | 'or' | 'coalesce' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/';

export type Entry =
  | { readonly entry: 'let' | 'column'; readonly name: string; readonly value: Expression }
  /** `text` is the condition as the author wrote it, for the drop report; it does not count in the fingerprint. */
  | { readonly entry: 'where'; readonly test: Expression; readonly text: string }
  | { readonly entry: 'for'; readonly loop: Loop; readonly body: readonly Entry[] };

export type Loop =
  | { readonly over: 'responses'; readonly statuses: readonly ResponseStatus[]; readonly first: boolean }
  /** Every strictly ordered pair of a ranking's options. */
  | { readonly over: 'pairs'; readonly better: string; readonly worse: string; readonly ranking: Expression }
  | { readonly over: 'items'; readonly name: string; readonly list: Expression };

/** A task whose rows come from entries. */
export interface EntryProgram {
  readonly kind: string;
  readonly entries: readonly Entry[];
}

/** What a formatting function may give for a record: a row, none (null), or lists, generators and promises of them, in each other as well. */
export type Formatted<Row> = Row | null | undefined | Iterable<Formatted<Row>> | AsyncIterable<Formatted<Row>> | PromiseLike<Formatted<Row>>;

/**
 * The rows in what a formatting function gives: {@link Formatted} read the other way round. Rows more than four deep are not
 * seen, as what is `Formatted` has no end; they are checked when they are made.
 */
export type RowIn<Given, Depth extends number = 4> = 0 extends 1 & Given
  ? any
  : Given extends string
    ? Given
    : Given extends null | undefined
      ? never
      : Given extends Iterable<infer Item> | AsyncIterable<infer Item> | PromiseLike<infer Item>
        ? Depth extends 0
          ? never
          : RowIn<Item, [never, 0, 1, 2, 3][Depth]>
        : Given;

/**
 * Tells the rows that a function gives, so that they alone are compared with a kind's: for a generator TypeScript would
 * else explain what an iterator is.
 *
 * @example
 * const rows = (null! as RowsGiven)(function* ({ id }) { yield [{ text: id }, null]; }); // of the type { text: string }; nothing runs
 */
export type RowsGiven = <Given = never>(format: (sample: Sample) => Given) => RowIn<Given>;

/** A task whose rows come from a TypeScript function. */
export interface FunctionProgram<Row = unknown> {
  readonly kind: string;
  readonly format: (sample: Sample) => Formatted<Row>;
}

export type Program = EntryProgram | FunctionProgram;

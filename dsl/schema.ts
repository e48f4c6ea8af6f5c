/**
 * What programs are checked against, as a value: the runtime's tables fill it in (`magics/schema.ts`), so checks,
 * completion, hover and the reference have one source. The language imports nothing that it checks against.
 */

/** Types of values. `list` without `of` is a list of anything; `any` fits everything (metadata, unknown tables). */
export type ValueType =
  | { readonly type: 'text' | 'number' | 'boolean' | 'message' | 'spans' | 'ranking' | 'any' }
  | { readonly type: 'list'; readonly of?: ValueType };

export interface QuestionSchema {
  /** text, label, multi_label, rating, ranking, span. */
  readonly type: string;
  readonly required: boolean;
  /** Labels, or the rating's values as text, in the question's order; absent where taken from the data. */
  readonly options?: readonly string[];
}

/** What a task may refer to in one data set. */
export interface DatasetSchema {
  readonly fields: readonly { readonly name: string; readonly required: boolean }[];
  readonly questions: Readonly<Record<string, QuestionSchema>>;
  readonly metadata: readonly string[];
  /** May metadata have names that are not listed? */
  readonly extraMetadata: boolean;
}

export interface ColumnSchema {
  readonly name: string;
  readonly required: boolean;
  readonly accepts: readonly ValueType[];
  readonly doc: string;
  /** The strategy by type of question that a bare question stands for here: `{ label: 'majority' }`. */
  readonly defaultStrategy?: Readonly<Record<string, string>>;
}

export interface KindSchema {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly doc: string;
  readonly columns: readonly ColumnSchema[];
  /** Sets of columns of which a task has exactly one: `[['text'], ['messages'], ['prompt', 'completion']]`; empty: all required ones. */
  readonly layouts: readonly (readonly string[])[];
  /** For `using` functions: the row as a TypeScript type. */
  readonly rowType: string;
}

export interface FunctionSchema {
  readonly name: string;
  /** `args` of which the first `required` must be given; with `variadic` the last one repeats. */
  readonly args: readonly { readonly name: string; readonly accepts: readonly ValueType[] }[];
  readonly required: number;
  readonly variadic: boolean;
  readonly returns: ValueType;
  /** What `returns` leaves open: an item of the first argument, or something of its type. */
  readonly like?: 'item' | 'argument';
  readonly doc: string;
  readonly example: string;
}

export interface StrategySchema {
  readonly name: string;
  /** Types of questions that it unifies. */
  readonly questions: readonly string[];
  readonly doc: string;
}

export interface OptionSchema {
  readonly name: string;
  /** A `path` is a text that starts at the file which says it. */
  readonly type: 'text' | 'path' | 'number' | 'integer' | 'boolean' | 'list' | 'any';
  readonly choices?: readonly string[];
  readonly default?: unknown;
  /** Null is a value, whatever the default is. */
  readonly optional?: boolean;
  readonly doc: string;
}

/** What a framework takes for one kind of task. */
export interface FrameworkKindSchema {
  /** Absent: not known, any is taken. */
  readonly options?: readonly OptionSchema[];
  /** Blocks beside `options` that it reads, with their keys: lora, generation, length_sampler …; absent: not known, any is taken. */
  readonly blocks?: Readonly<Record<string, readonly OptionSchema[]>>;
  /** Old names to those that replace them; they are taken, with a warning. */
  readonly renamed: Readonly<Record<string, string>>;
  /** Old names that nothing replaces, to what to do instead. */
  readonly removed: Readonly<Record<string, string>>;
}

export interface FrameworkSchema {
  readonly name: string;
  readonly doc: string;
  readonly needsModel: boolean;
  /** What it trains, by the kind's name. */
  readonly kinds: Readonly<Record<string, FrameworkKindSchema>>;
}

export interface SourceSchema {
  /** The word after `from`: folder, file, hub, argilla, label_studio, value. */
  readonly name: string;
  /** What stands behind it; a `path` starts at the file which says it. */
  readonly argument: string;
  readonly options: readonly OptionSchema[];
  /** Are `field`, `question` and column mappings allowed? */
  readonly mapping: boolean;
  readonly doc: string;
}

export interface QuestionTypeSchema {
  readonly name: string;
  readonly doc: string;
}

export interface Schema {
  readonly kinds: readonly KindSchema[];
  readonly functions: readonly FunctionSchema[];
  readonly strategies: readonly StrategySchema[];
  readonly questionTypes: readonly QuestionTypeSchema[];
  readonly sources: readonly SourceSchema[];
  readonly frameworks: readonly FrameworkSchema[];
  /** Data sets whose settings are known; a declared one that is missing here is checked once it is loaded. */
  readonly datasets: Readonly<Record<string, DatasetSchema>>;
}

/**
 * The plan of a program: plain JSON, names resolved, defaults filled in, `extends` applied, templates and params
 * replaced by what they stand for. What the runtime needs and nothing of the text.
 */

export const planVersion = 1;

export type Literal = string | number | boolean | null;
export type PlanValue = Literal | readonly PlanValue[] | { readonly [key: string]: PlanValue };

export interface QuestionPlan {
  readonly name: string;
  readonly type: string;
  /** `label("a", "b")`, `rating(1, 2, 4)`; `rating(1 to 5)` is written out; absent: from the data. */
  readonly options?: readonly (string | number)[];
  /** `span(…) of field`. */
  readonly field?: string;
  /** Column of the table. */
  readonly column: string;
}

export interface DatasetPlan {
  readonly name: string;
  /** folder, file, hub, argilla, label_studio, value. */
  readonly source: string;
  /** Path, repository, name … ; for `value` the name of the variable. */
  readonly argument: string;
  /** revision, split, workspace, settings … */
  readonly options: Readonly<Record<string, PlanValue>>;
  /** For tables: which column is what; absent for others. */
  readonly mapping?: {
    readonly record?: string;
    readonly annotator?: string;
    readonly status?: string;
    readonly fields: readonly { readonly name: string; readonly column: string }[];
    readonly questions: readonly QuestionPlan[];
    readonly suggestions: readonly { readonly question: string; readonly column: string }[];
    readonly metadata: readonly { readonly name: string; readonly column: string }[];
  };
}

export interface TaskPlan {
  readonly name: string;
  readonly kind: string;
  /** Name of a data set; absent where the training or the command line names it. */
  readonly dataset?: string;
  /** `dedupe`, `split_by`. */
  readonly settings: Readonly<Record<string, PlanValue>>;
  /** Same shape as the runtime's `Entry` (`runtime/task/program.ts`); absent with `using`. */
  readonly entries?: readonly EntryPlan[];
  /** `using myFunction` or `using "./format.ts#myFunction"`. */
  readonly using?: string;
  /** Equal exactly when the meaning is: no comments, spaces, names of lets or order of options in it. */
  readonly fingerprint: string;
}

export interface TrainingPlan {
  readonly name: string;
  readonly task: string;
  readonly framework: string;
  /** A text, or the name of a training whose newest finished run is meant. */
  readonly model?: { readonly text: string } | { readonly training: string };
  readonly rewardModel?: { readonly text: string } | { readonly training: string };
  readonly revision?: string;
  /** `organization/name@commit`. */
  readonly trust?: string;
  readonly dataset?: string;
  readonly trainSize?: number;
  readonly seed?: number;
  readonly options: Readonly<Record<string, PlanValue>>;
  /** lora, generation, length_sampler … */
  readonly blocks: Readonly<Record<string, Readonly<Record<string, PlanValue>>>>;
  readonly launch: { readonly target: string; readonly options: Readonly<Record<string, PlanValue>> };
  readonly fingerprint: string;
}

/** A text with parameters; `body` and defaults see the parameters alone, as variables. */
export interface TemplatePlan {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; /** Absent: it must be given. */ readonly default?: ExpressionPlan }[];
  readonly body: ExpressionPlan;
}

export interface Plan {
  readonly version: typeof planVersion;
  /** Equal exactly when the meaning of all data sets, templates, tasks and trainings is. */
  readonly fingerprint: string;
  readonly params: Readonly<Record<string, Literal>>;
  readonly datasets: Readonly<Record<string, DatasetPlan>>;
  readonly templates: Readonly<Record<string, TemplatePlan>>;
  readonly tasks: Readonly<Record<string, TaskPlan>>;
  readonly trainings: Readonly<Record<string, TrainingPlan>>;
}

/** Entries and expressions; structurally the runtime's, which imports nothing from here. */
export type EntryPlan =
  | { readonly entry: 'let' | 'column'; readonly name: string; readonly value: ExpressionPlan }
  | { readonly entry: 'where'; readonly test: ExpressionPlan; readonly text: string }
  | { readonly entry: 'for'; readonly loop: LoopPlan; readonly body: readonly EntryPlan[] };

export type Status = 'submitted' | 'draft' | 'discarded';

export type LoopPlan =
  | { readonly over: 'responses'; readonly statuses: readonly Status[]; readonly first: boolean }
  | { readonly over: 'pairs'; readonly better: string; readonly worse: string; readonly ranking: ExpressionPlan }
  | { readonly over: 'items'; readonly name: string; readonly list: ExpressionPlan };

export type ExpressionPlan =
  | { readonly op: 'literal'; readonly value: Literal }
  | { readonly op: 'list'; readonly items: readonly ExpressionPlan[] }
  | { readonly op: 'text'; readonly parts: readonly ExpressionPlan[] }
  | { readonly op: 'field'; readonly name: string }
  | { readonly op: 'field_by_name'; readonly name: ExpressionPlan }
  | { readonly op: 'answer'; readonly question: string }
  | { readonly op: 'answers'; readonly question: string; readonly statuses: readonly Status[] }
  | {
      readonly op: 'unify';
      readonly question: string;
      readonly strategy: string;
      readonly ties: 'first' | 'random' | 'drop';
      readonly statuses: readonly Status[];
    }
  | { readonly op: 'suggestion'; readonly question: string; readonly part: 'value' | 'score' | 'agent' }
  | { readonly op: 'metadata'; readonly name: string }
  | { readonly op: 'id' }
  | { readonly op: 'annotator' }
  | { readonly op: 'status' }
  | { readonly op: 'variable'; readonly name: string }
  | { readonly op: 'bind'; readonly names: Readonly<Record<string, ExpressionPlan>>; readonly body: ExpressionPlan }
  | { readonly op: 'call'; readonly name: string; readonly args: readonly ExpressionPlan[] }
  | { readonly op: 'not' | 'negate'; readonly value: ExpressionPlan }
  | {
      readonly op: 'and' | 'or' | 'coalesce' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/';
      readonly left: ExpressionPlan;
      readonly right: ExpressionPlan;
    }
  | { readonly op: 'conditional'; readonly test: ExpressionPlan; readonly then: ExpressionPlan; readonly else: ExpressionPlan }
  | { readonly op: 'index'; readonly value: ExpressionPlan; readonly index: ExpressionPlan }
  | { readonly op: 'slice'; readonly value: ExpressionPlan; readonly from: ExpressionPlan | null; readonly to: ExpressionPlan | null };

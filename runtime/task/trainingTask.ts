import { createHash } from 'node:crypto';
import type { Projection, ResponseStatus } from '../dataset/record.js';
import { UserError } from '../error.js';
import type { Ties } from '../unify/strategy.js';
import { kindNamed } from './kinds/index.js';
import type { KindName, KindRows, RowOf } from './kinds/rows.js';
import type { Entry, Expression, Formatted, Program } from './program.js';
import type { Sample } from './sample.js';
import { projectionOf } from './uses.js';

/** A field or a question by its name, or the object itself. */
export type Named = string | { readonly name: string };

/** A column's value: a field, or an expression as `dataset.field(…)` makes it. */
export type TextColumn = Named | Expression;

/** A column's value: a question, how to unify it, or an expression as `dataset.question(…).unify(…)` makes it. */
export type AnswerColumn = Named | Unification | Expression;

/** A question and how its answers become one. */
export interface Unification {
  readonly question: Named;
  /** Default: `majority`. */
  readonly strategy?: string;
  /** Default: `first`. */
  readonly ties?: Ties;
  /** Default: submitted answers alone. */
  readonly statuses?: readonly ResponseStatus[];
}

export interface FormatOptions<Row> {
  /** Gives a record's rows: one, several, none (null), or a generator of them. */
  readonly format: (sample: Sample) => Formatted<Row>;
  readonly name?: string;
  /**
   * Changes whenever the function would give other rows. With it prepared rows are read back from the cache; without it
   * they are made anew each time, since nobody can see what a function depends on.
   */
  readonly version?: string;
}

export interface ProgramOptions {
  readonly name: string;
  readonly kind: string;
  readonly entries: readonly Entry[];
  /** Equal exactly when the meaning is. Default: a hash of the entries. */
  readonly fingerprint?: string;
}

/**
 * A function that gives a record's rows, typed by the kind: what stands behind `using` in a program, and as `format` here.
 * A function that is declared as one keeps `role: 'user'` a role; else TypeScript takes it for any text.
 *
 * @example
 * const format: FormatFunction<'supervised_fine_tuning'> = ({ text, responses }) => responses.map(({ values }) => ({ text: `${text} ${values.label}` }));
 */
export type FormatFunction<K extends KindName> = (sample: Sample) => Formatted<KindRows[K]>;

type Format<K extends KindName> = FormatOptions<KindRows[K]>;

/**
 * How one record becomes training rows. Immutable; the language's `task` makes the same object.
 *
 * @example
 * const task = TrainingTask.forTextClassification({ text: 'text', label: { question: 'label', strategy: 'majority' } });
 * @example
 * const task = TrainingTask.forDirectPreferenceOptimization({
 *   format: ({ fields, responses }) => responses.map(({ values }) => ({
 *     prompt: fields.prompt!, chosen: String(values.revised), rejected: fields.original!,
 *   })),
 * });
 */
export class TrainingTask<K extends string = string> {
  readonly name: string;
  readonly kind: K;
  readonly program: Program;
  /** What it reads of each record. */
  readonly projection: Projection;
  readonly fingerprint: string;
  /** May rows that were prepared with the same fingerprint stand for this task's? */
  readonly cacheable: boolean;

  private constructor(name: string, program: Program, fingerprint: string | undefined) {
    this.name = name;
    this.kind = kindNamed(program.kind).name as K;
    this.program = Object.freeze({ ...program, kind: this.kind });
    this.projection = projectionOf(program);
    this.cacheable = !('format' in program) || fingerprint !== undefined;
    this.fingerprint = hash([this.kind, fingerprint ?? ('format' in program ? program.format.toString() : meaningOf(program.entries))]);
    Object.freeze(this);
  }

  /** A task from entries, as the language compiles them. Throws `name/unknown-kind`. */
  static fromProgram<K extends string = string>({ name, kind, entries, fingerprint }: ProgramOptions): TrainingTask<K> {
    return new TrainingTask<K>(name, { kind, entries }, fingerprint);
  }

  /** A task of any kind from a function. Throws `name/unknown-kind`. */
  static fromFunction<K extends string>(kind: K, options: FormatOptions<RowOf<K>>): TrainingTask<K> {
    const { name, format, version } = options ?? {};
    if (typeof format !== 'function')
      throw new UserError('type/format', `"format" is a function from a record to rows, not ${typeof format}.`);
    return new TrainingTask<K>(name ?? kind, { kind, format }, version);
  }

  /** A text's label (or labels): from a field and a question, unified by majority unless it says otherwise. */
  static forTextClassification(
    options: { readonly text: TextColumn; readonly label: AnswerColumn; readonly name?: string } | Format<'text_classification'>,
  ): TrainingTask<'text_classification'> {
    if (isFormat(options, ['text', 'label'])) return TrainingTask.fromFunction('text_classification', options);
    return TrainingTask.fromProgram({
      name: options.name ?? 'text_classification',
      kind: 'text_classification',
      entries: [column('text', field(options.text)), column('label', unified(options.label, 'majority'))],
    });
  }

  /** Examples for a language model to write like: `text`, `messages`, or `prompt` and `completion`. */
  static forSupervisedFineTuning(options: Format<'supervised_fine_tuning'>): TrainingTask<'supervised_fine_tuning'> {
    return TrainingTask.fromFunction('supervised_fine_tuning', options);
  }

  /** Pairs of a better and a worse text, for a reward model. */
  static forRewardModeling(options: Format<'reward_modeling'>): TrainingTask<'reward_modeling'> {
    return TrainingTask.fromFunction('reward_modeling', options);
  }

  /** Queries that a model answers and is scored for. */
  static forProximalPolicyOptimization(options: Format<'proximal_policy_optimization'>): TrainingTask<'proximal_policy_optimization'> {
    return TrainingTask.fromFunction('proximal_policy_optimization', options);
  }

  /** A prompt with a better and a worse answer. */
  static forDirectPreferenceOptimization(
    options: Format<'direct_preference_optimization'>,
  ): TrainingTask<'direct_preference_optimization'> {
    return TrainingTask.fromFunction('direct_preference_optimization', options);
  }

  /** Plain texts. */
  static forPretraining(
    options: { readonly text: TextColumn; readonly name?: string } | Format<'pretraining'>,
  ): TrainingTask<'pretraining'> {
    if (isFormat(options, ['text'])) return TrainingTask.fromFunction('pretraining', options);
    return TrainingTask.fromProgram({
      name: options.name ?? 'pretraining',
      kind: 'pretraining',
      entries: [column('text', field(options.text))],
    });
  }

  /** Prompts and their completions (TRLX samples). */
  static forPromptCompletion(options: Format<'prompt_completion'>): TrainingTask<'prompt_completion'> {
    return TrainingTask.fromFunction('prompt_completion', options);
  }

  /** Questions about a context: one row for each submitted answer. */
  static forQuestionAnswering(
    options:
      | { readonly question: TextColumn; readonly context: TextColumn; readonly answer: AnswerColumn; readonly name?: string }
      | Format<'question_answering'>,
  ): TrainingTask<'question_answering'> {
    if (isFormat(options, ['question', 'context', 'answer'])) return TrainingTask.fromFunction('question_answering', options);
    return TrainingTask.fromProgram({
      name: options.name ?? 'question_answering',
      kind: 'question_answering',
      entries: [
        column('question', field(options.question)),
        column('context', field(options.context)),
        column('answer', unified(options.answer, 'disagreement')),
      ],
    });
  }

  /** Two or three sentences, with a label or without. */
  static forSentenceSimilarity(
    options:
      | {
          readonly texts: readonly [TextColumn, TextColumn] | readonly [TextColumn, TextColumn, TextColumn];
          readonly label?: AnswerColumn;
          readonly name?: string;
        }
      | Format<'sentence_similarity'>,
  ): TrainingTask<'sentence_similarity'> {
    if (isFormat(options, ['texts'], ['label'])) return TrainingTask.fromFunction('sentence_similarity', options);
    return TrainingTask.fromProgram({
      name: options.name ?? 'sentence_similarity',
      kind: 'sentence_similarity',
      entries: [
        ...options.texts.map((text, index) => column(`sentence-${index + 1}`, field(text))),
        ...(options.label === undefined ? [] : [column('label', unified(options.label, 'majority'))]),
      ],
    });
  }

  /** Whole chats. */
  static forChatCompletion(options: Format<'chat_completion'>): TrainingTask<'chat_completion'> {
    return TrainingTask.fromFunction('chat_completion', options);
  }

  /** Texts with labelled parts. */
  static forTokenClassification(options: Format<'token_classification'>): TrainingTask<'token_classification'> {
    return TrainingTask.fromFunction('token_classification', options);
  }
}

/** Columns or a function, not both; @throws {UserError} `type/format`, `type/columns`. */
function isFormat<Columns extends object, F extends { readonly format: unknown }>(options: Columns | F, required: readonly string[], optional: readonly string[] = []): options is F {
  const given = (options ?? {}) as Readonly<Record<string, unknown>>;
  const missing = required.find((name) => given[name] === undefined || given[name] === null);
  const column = [...required, ...optional].find((name) => given[name] !== undefined);
  if (given['format'] === undefined) {
    if (missing === undefined) return false;
    throw new UserError('type/columns', `The task lacks "${missing}".`, `Give ${required.join(', ')}, or a function as format.`);
  }
  if (column === undefined) return true;
  throw new UserError('type/format', `The task has "${column}" and a format as well.`, 'Give columns or a function, not both.');
}

function column(name: string, value: Expression): Entry {
  return { entry: 'column', name, value };
}

function field(text: TextColumn): Expression {
  return isExpression(text) ? text : { op: 'field', name: nameOf(text) };
}

function unified(label: AnswerColumn, strategy: string): Expression {
  if (isExpression(label)) return label;
  const unification: Unification = typeof label === 'object' && 'question' in label ? label : { question: label };
  return {
    op: 'unify',
    question: nameOf(unification.question),
    strategy: unification.strategy ?? strategy,
    ties: unification.ties ?? 'first',
    statuses: unification.statuses ?? ['submitted'],
  };
}

function isExpression(value: AnswerColumn): value is Expression {
  return typeof value === 'object' && 'op' in value;
}

function nameOf(named: Named): string {
  return typeof named === 'string' ? named : named.name;
}

/** The entries without the author's spelling of conditions, which does not count. */
function meaningOf(entries: readonly Entry[]): unknown {
  return entries.map((entry) =>
    entry.entry === 'where' ? entry.test : entry.entry === 'for' ? { loop: entry.loop, body: meaningOf(entry.body) } : entry,
  );
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

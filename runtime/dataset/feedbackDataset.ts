import { createHash } from 'node:crypto';
import { UserError } from '../error.js';
import { nearest } from '../nearest.js';
import type { Expression } from '../task/program.js';
import type { Ties } from '../unify/strategy.js';
import { checkRecord, completeRecord, type NewRecord } from './newRecord.js';
import type { TextField } from './fields.js';
import type { MetadataProperty, VectorSettings } from './metadata.js';
import type { Question } from './questions.js';
import type { Projection, RecordBatch, RecordSource, ResponseStatus } from './record.js';
import { Records } from './records.js';
import { checkSettings, writeSettings, type DatasetSettings } from './settings.js';
import { FolderSource } from './sources/folder.js';
import { hubSnapshot } from './sources/hub.js';
import { MemorySource } from './sources/memory.js';
import { openTable, type FileOptions } from './sources/file.js';
import { summarize, type DatasetSummary } from './summary.js';

/** Settings as users write them: only fields and questions are needed. */
export type NewSettings = Pick<DatasetSettings, 'fields' | 'questions'> & Partial<DatasetSettings> & { readonly name?: string };

/** What a data set is called, and how messages name its path. */
export interface OpenOptions {
  readonly name?: string;
  /** The path as the user wrote it. Default: the path. */
  readonly shown?: string;
}

/** Which files of a folder or a repository are the data set. */
export interface SplitOptions {
  /** `train` for the files `data/train-*.parquet`; needed where there are several. */
  readonly split?: string | undefined;
}

/** How answers become one, for {@link QuestionHandle.unify}. */
export interface UnifySettings {
  /** Default: `first`. */
  readonly ties?: Ties;
  /** Default: submitted answers. */
  readonly statuses?: readonly ResponseStatus[];
}

const submitted: readonly ResponseStatus[] = ['submitted'];

/** A question as a task uses it. */
export interface QuestionHandle {
  readonly name: string;
  unify(strategy: string, settings?: UnifySettings): Expression;
}

/**
 * Feedback: fields, questions, and records with annotators' responses and suggestions. Immutable; records are read from
 * where they are when they are asked for.
 *
 * @example
 * const messages = await FeedbackDataset.fromFolder('data/messages');
 * const [first] = await messages.records.take(1);
 */
export class FeedbackDataset implements DatasetSettings {
  readonly name: string | undefined;
  readonly fields: readonly TextField[];
  readonly questions: readonly Question[];
  readonly metadataProperties: readonly MetadataProperty[];
  readonly vectorsSettings: readonly VectorSettings[];
  readonly guidelines: string | null;
  readonly allowExtraMetadata: boolean;
  readonly source: RecordSource;
  readonly records: Records;

  /** @throws {UserError} `data/duplicate-name`, `data/settings`. */
  constructor(settings: NewSettings, source: RecordSource = new MemorySource([])) {
    const checked = checkSettings({ metadataProperties: [], vectorsSettings: [], guidelines: null, allowExtraMetadata: true, ...settings });
    this.name = settings.name;
    this.fields = checked.fields;
    this.questions = checked.questions;
    this.metadataProperties = checked.metadataProperties;
    this.vectorsSettings = checked.vectorsSettings;
    this.guidelines = checked.guidelines;
    this.allowExtraMetadata = checked.allowExtraMetadata;
    this.source = source;
    this.records = new Records(source);
  }

  /**
   * A data set in the hub's layout on disk: `argilla.yaml` and `data/*.parquet`.
   * @throws {UserError} `data/no-folder`, `data/settings`, `data/split-needed`, `data/no-split`, `data/parquet`.
   */
  static async fromFolder(path: string, { name, shown, split }: OpenOptions & SplitOptions = {}): Promise<FeedbackDataset> {
    const source = await FolderSource.open(path, { shown, split });
    return new FeedbackDataset({ ...source.settings, ...(name !== undefined && { name }) }, source);
  }

  /**
   * A data set of the hub (`owner/name`), fetched into the cache that Python's huggingface_hub uses too.
   * @throws {UserError} `data/unreachable`, `data/no-repository`, `data/hub-denied`, and what {@link fromFolder} throws.
   *
   * @example
   * const emotion = await FeedbackDataset.fromHub('argilla/emotion', { revision: 'main', split: 'train' });
   */
  static async fromHub(repository: string, { name, revision, split }: Pick<OpenOptions, 'name'> & SplitOptions & { readonly revision?: string | undefined } = {}): Promise<FeedbackDataset> {
    const { folder, commit } = await hubSnapshot({ name: repository, revision, split });
    const source = await FolderSource.open(folder, { shown: repository, description: `hub "${repository}" at ${commit.slice(0, 12)}`, split });
    return new FeedbackDataset({ ...source.settings, ...(name !== undefined && { name }) }, source);
  }

  /**
   * Any table (csv, tsv, jsonl, parquet, arrow) with a mapping of its columns.
   * @throws {UserError} `data/no-file`, `data/unknown-column`, `data/csv`, `data/unknown-label` …
   */
  static async fromFile(path: string, options: FileOptions & OpenOptions): Promise<FeedbackDataset> {
    const { settings, source } = await openTable(path, options);
    return new FeedbackDataset({ ...settings, ...(options.name !== undefined && { name: options.name }) }, source);
  }

  /** What it is, for people: `folder "data/emotion"`. */
  get description(): string {
    return this.source.description;
  }

  /** Number of records where it is known without reading them. */
  get count(): number | undefined {
    return this.source.count;
  }

  batches(projection?: Projection): AsyncIterable<RecordBatch> {
    return this.source.batches(projection);
  }

  /** Changes when the settings or the data may have changed. */
  async fingerprint(): Promise<string> {
    return createHash('sha256').update(writeSettings(this)).update(await this.source.fingerprint()).digest('hex');
  }

  /** @throws {UserError} `name/unknown-field`, with the nearest name. */
  fieldByName(name: string): TextField {
    return named('field', name, this.fields);
  }

  /** @throws {UserError} `name/unknown-question`, with the nearest name. */
  questionByName(name: string): Question {
    return named('question', name, this.questions);
  }

  /** The field as a column of a task. */
  field(name: string): Expression {
    return { op: 'field', name: this.fieldByName(name).name };
  }

  /** The question as a column of a task, once its answers are made one: `question('label').unify('majority')`. */
  question(name: string): QuestionHandle {
    const question = this.questionByName(name).name;
    return {
      name: question,
      unify: (strategy, { ties = 'first', statuses = submitted } = {}) => ({ op: 'unify', question, strategy, ties, statuses }),
    };
  }

  /**
   * A data set with these records behind those that there are; they are checked first.
   * @throws {UserError} naming the record: `data/record`, `data/unknown-label`, `data/answer`, `data/metadata`.
   */
  async addRecords(records: readonly NewRecord[]): Promise<FeedbackDataset> {
    const before = await this.records.toArray();
    const added = records.map((record, i) => {
      const complete = completeRecord(record, before.length + i);
      checkRecord(complete, this);
      return complete;
    });
    return new FeedbackDataset(this.#settings(), new MemorySource([...before, ...added], this.source.description));
  }

  /** Counts, annotators and distributions, in one pass over the records. */
  summary(): Promise<DatasetSummary> {
    return summarize(this);
  }

  #settings(): NewSettings {
    const { name, fields, questions, metadataProperties, vectorsSettings, guidelines, allowExtraMetadata } = this;
    return { ...(name !== undefined && { name }), fields, questions, metadataProperties, vectorsSettings, guidelines, allowExtraMetadata };
  }
}

function named<T extends { readonly name: string }>(what: string, name: string, all: readonly T[]): T {
  const found = all.find((one) => one.name === name);
  if (found) return found;
  const names = all.map((one) => one.name);
  throw new UserError(`name/unknown-${what}`, `The data set has no ${what} "${name}".`, nearest(name, names) ?? `It has: ${names.join(', ')}.`);
}

import { createHash } from 'node:crypto';
import { UserError } from '../error.js';
import { nearest } from '../nearest.js';
import type { Expression } from '../task/program.js';
import type { Ties } from '../unify/strategy.js';
import { checkRecord, completeRecord, type NewRecord } from './newRecord.js';
import type { TextField } from './fields.js';
import type { MetadataProperty, VectorSettings } from './metadata.js';
import type { Question } from './questions.js';
import type { FeedbackRecord, Projection, RecordBatch, RecordSource, ResponseStatus } from './record.js';
import { randomFrom } from '../random/random.js';
import { Records } from './records.js';
import { checkSettings, writeSettings, type DatasetSettings } from './settings.js';
import { DerivedSource } from './sources/derived.js';
import { FolderSource } from './sources/folder.js';
import { datasetSnapshot } from './sources/hub.js';
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
    const { folder, commit } = await datasetSnapshot({ name: repository, revision, split });
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

  /**
   * A view of the records that pass. Nothing is read until somebody reads it.
   *
   * @example
   * const answered = messages.filter(({ responses }) => responses.length > 0);
   */
  filter(passes: (record: FeedbackRecord) => boolean | Promise<boolean>): FeedbackDataset {
    return this.#derived('filtered', async function* (records) {
      for await (const record of records) if (await passes(record)) yield record;
    });
  }

  /**
   * A view of changed records, each checked against the data set.
   * Throws while it is read, naming the record: `data/record`, `data/unknown-label`, `data/answer`, `data/metadata`.
   *
   * @example
   * const trimmed = messages.map((record) => ({ ...record, fields: { ...record.fields, text: record.fields.text!.trim() } }));
   */
  map(of: (record: FeedbackRecord) => NewRecord | Promise<NewRecord>): FeedbackDataset {
    const settings: DatasetSettings = this;
    return this.#derived(
      'mapped',
      async function* (records) {
        let position = 0;
        for await (const record of records) {
          const made = completeRecord(await of(record), position++);
          checkRecord(made, settings);
          yield made;
        }
      },
      this.count,
    );
  }

  /**
   * A view of the records in the order of a key, numbers before texts; equal ones keep their order. All records are in memory
   * while it is read.
   *
   * @example
   * const longestFirst = messages.sort(({ fields }) => fields.text!.length, { descending: true });
   */
  sort(key: (record: FeedbackRecord) => string | number, { descending = false } = {}): FeedbackDataset {
    const sign = descending ? -1 : 1;
    return this.#derived(
      'sorted',
      async function* (records) {
        const all: { readonly record: FeedbackRecord; readonly key: string | number }[] = [];
        for await (const record of records) all.push({ record, key: key(record) });
        all.sort((a, b) => sign * compared(a.key, b.key));
        for (const { record } of all) yield record;
      },
      this.count,
    );
  }

  /**
   * A view of `n` records by chance, all equally likely, in the order of the data set; the same for the same seed, however it is
   * read.
   *
   * @example
   * const few = messages.sample(100, { seed: 7 });
   */
  sample(n: number, { seed = 42 } = {}): FeedbackDataset {
    if (!Number.isInteger(n) || n < 0) throw new UserError('data/sample', `A sample of ${n} records cannot be drawn.`, 'Give a whole number.');
    return this.#derived('sampled', async function* (records) {
      // Algorithm R (Vitter, 1985): what is kept so far is a sample of what was seen.
      const random = randomFrom(seed, 'sample');
      const kept: { readonly position: number; readonly record: FeedbackRecord }[] = [];
      let position = 0;
      for await (const record of records) {
        const place = position < n ? position : random.below(position + 1);
        if (place < n) kept[place] = { position, record };
        position++;
      }
      for (const { record } of kept.sort((a, b) => a.position - b.position)) yield record;
    });
  }

  /** Counts, annotators and distributions, in one pass over the records. */
  summary(): Promise<DatasetSummary> {
    return summarize(this);
  }

  /** How a notebook shows it: what it is, and its first records. */
  async [Symbol.for('Jupyter.display')](): Promise<Readonly<Record<string, unknown>>> {
    const { datasetDisplay } = await import('../show/dataset.js');
    return datasetDisplay(this);
  }

  #derived(how: string, derive: (records: AsyncIterable<FeedbackRecord>) => AsyncIterable<FeedbackRecord>, count?: number): FeedbackDataset {
    return new FeedbackDataset(this.#settings(), new DerivedSource(`${this.description}, ${how}`, this.source, derive, count));
  }

  #settings(): NewSettings {
    const { name, fields, questions, metadataProperties, vectorsSettings, guidelines, allowExtraMetadata } = this;
    return { ...(name !== undefined && { name }), fields, questions, metadataProperties, vectorsSettings, guidelines, allowExtraMetadata };
  }
}

function compared(a: string | number, b: string | number): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function named<T extends { readonly name: string }>(what: string, name: string, all: readonly T[]): T {
  const found = all.find((one) => one.name === name);
  if (found) return found;
  const names = all.map((one) => one.name);
  throw new UserError(`name/unknown-${what}`, `The data set has no ${what} "${name}".`, nearest(name, names) ?? `It has: ${names.join(', ')}.`);
}

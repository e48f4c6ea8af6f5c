import type { RecordBatch as ArrowBatch, Vector } from 'apache-arrow';
import { UserError } from '../../error.js';
import { LazyColumn } from '../batch.js';
import type { Question } from '../questions.js';
import type { AnswerValue, Column, FeedbackRecord, FeedbackResponse, Projection, RecordBatch, ResponseColumns, Responses, Suggestion } from '../record.js';
import type { DatasetSettings } from '../settings.js';
import { answerColumn, plain } from './answerColumn.js';
import { hubResponses } from './hubResponses.js';
import { parseJson } from './json.js';
import type { Layout } from './layout.js';
import { textColumn, TextCodes } from './texts.js';

/** Rows of the hub layout as records, each value made when it is asked for. */
export class HubBatch implements RecordBatch {
  readonly length: number;
  readonly id: Column<string>;
  readonly responses: Column<Responses>;
  readonly #questions: readonly Question[];
  #responseColumns: ResponseColumns | undefined;

  constructor(
    private readonly batch: ArrowBatch,
    readonly offset: number,
    private readonly settings: DatasetSettings,
    private readonly layout: Layout,
    projection: Projection,
  ) {
    this.length = batch.numRows;
    const wanted = projection.questions;
    this.#questions = wanted ? settings.questions.filter(({ name }) => wanted.includes(name)) : settings.questions;
    const ids = textColumn(layout.id(this.#columnOf), this.length);
    this.id = new LazyColumn(this.length, (i) => ids.get(i) || String(offset + i));
    this.responses = new LazyColumn(this.length, (i) => this.#responsesOf(i));
  }

  get responseColumns(): ResponseColumns {
    return (this.#responseColumns ??= hubResponses(this.#questions, (question) => this.layout.answers(question, this.#columnOf), this.length, (i) => this.#where(i), (field, i) => this.#text(field, i)));
  }

  field(name: string): Column<string | null> {
    return textColumn(this.#columnOf(name), this.length);
  }

  suggestion(question: string): Column<Suggestion | null> {
    const settings = this.settings.questions.find(({ name }) => name === question);
    const { value: column, names, score: scores, type: typeColumn, agent } = this.layout.suggestion(question, this.#columnOf);
    if (!settings || !column) return new LazyColumn<Suggestion | null>(this.length, () => null);
    const values = answerColumn(settings, column, this.length, (i) => `${this.#where(i)}, suggestion`, names, (field, i) => this.#text(field, i));
    const [types, agents] = [typeColumn, agent].map((vector) => new TextCodes(vector, this.length));
    const make = (i: number): Suggestion | null => {
      const value = values.get(i);
      if (value === null) return null;
      const type = types!.get(i);
      return { value, score: plain(scores?.get(i) ?? null) as Suggestion['score'], type: type === 'model' || type === 'human' ? type : null, agent: agents!.get(i) };
    };
    return new LazyColumn(this.length, make, (i) => values.has(i));
  }

  metadata(): Column<Readonly<Record<string, unknown>>> {
    const columns = this.layout.metadata(this.#columnOf);
    if (columns instanceof Map) return new LazyColumn(this.length, (i) => propertiesAt(columns as ReadonlyMap<string, Vector>, i));
    const column = columns as Vector | null;
    const isObject = ((column?.type.children as unknown[] | null)?.length ?? 0) > 0;
    const texts = isObject ? undefined : textColumn(column, this.length);
    return new LazyColumn(this.length, (i) => {
      if (!texts) return (plain(column!.get(i)) ?? {}) as Record<string, unknown>;
      const text = texts.get(i);
      if (text === null || text === '') return {};
      const metadata = parsed(text);
      if (metadata === null) return {};
      if (typeof metadata === 'object' && !Array.isArray(metadata)) return metadata as Record<string, unknown>;
      throw new UserError('data/metadata', `${this.#where(i)}: its metadata is no JSON object.`, 'Mend it where the data set was made.');
    });
  }

  record(index: number): FeedbackRecord {
    const { fields, questions } = this.settings;
    const suggestions = questions.flatMap(({ name }) => {
      const suggestion = this.#cached(`${name}-suggestion`, () => this.suggestion(name)).get(index);
      return suggestion ? [[name, suggestion] as const] : [];
    });
    const vectors = plain(this.layout.vectors(this.settings, this.#columnOf, index)) as FeedbackRecord['vectors'] | null | undefined;
    return {
      id: this.id.get(index),
      fields: Object.fromEntries(fields.filter(({ name }) => this.#columnOf(name)).map(({ name }) => [name, this.#cached(name, () => this.field(name)).get(index)])),
      responses: this.responses.get(index),
      suggestions: Object.fromEntries(suggestions),
      metadata: this.#cached('metadata', () => this.metadata()).get(index),
      vectors: Object.fromEntries(Object.entries(vectors ?? {}).filter(([, vector]) => vector)),
    };
  }

  #responsesOf(index: number): Responses {
    const { starts, annotator, status } = this.responseColumns;
    const found: FeedbackResponse[] = [];
    for (let place = starts[index]!; place < starts[index + 1]!; place++) {
      const values: Record<string, AnswerValue> = {};
      for (const { name } of this.#questions) {
        const value = this.responseColumns.answer(name).get(place);
        if (value !== null) values[name] = value;
      }
      found.push({ annotator: annotator.get(place), status: status.get(place), values });
    }
    return found;
  }

  readonly #columns = new Map<string, Column<never>>();

  /** A batch's columns are made once. */
  #cached<T>(name: string, make: () => Column<T>): Column<T> {
    let column = this.#columns.get(name) as Column<T> | undefined;
    if (!column) this.#columns.set(name, (column = make()) as Column<never>);
    return column;
  }

  #text(field: string, index: number): string | null {
    return this.#cached(field, () => this.field(field)).get(index);
  }

  readonly #columnOf = (name: string): Vector | null => this.batch.getChild(name);

  #where(index: number): string {
    return `record "${this.id.get(index)}"`;
  }
}

/** Metadata that stand in columns of their own; those that are null are not there. */
function propertiesAt(columns: ReadonlyMap<string, Vector>, index: number): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, column] of columns) {
    const value = plain(column.get(index));
    if (value !== null && value !== undefined) found[name] = value;
  }
  return found;
}

function parsed(json: string): unknown {
  try {
    return parseJson(json);
  } catch {
    return undefined;
  }
}

import { UserError } from '../../error.js';
import { checkAnswer } from '../answers.js';
import { LazyColumn } from '../batch.js';
import type { Question } from '../questions.js';
import type { AnswerValue, Column, FeedbackRecord, FeedbackResponse, Projection, RecordBatch, Responses, ResponseStatus, Suggestion } from '../record.js';
import type { DatasetSettings } from '../settings.js';
import type { ColumnChunk } from './parquet.js';

/** One annotator's answer to one question, as the hub layout has it. */
interface HubAnswer {
  readonly user_id?: string | null;
  readonly value?: unknown;
  readonly status?: string | null;
}

const statuses: readonly string[] = ['submitted', 'draft', 'discarded'];

/** The columns of the hub layout that a projection needs. */
export function hubColumns({ fields, questions }: DatasetSettings, projection: Projection): string[] {
  const wanted = (all: readonly { readonly name: string }[], names?: readonly string[]): string[] => names?.slice() ?? all.map(({ name }) => name);
  return [
    'external_id',
    ...wanted(fields, projection.fields),
    ...wanted(questions, projection.questions),
    ...wanted(questions, projection.suggestions).flatMap((name) => [`${name}-suggestion`, `${name}-suggestion-metadata`]),
    ...(projection.metadata === false ? [] : ['metadata']),
    ...(projection.vectors === false ? [] : ['vectors']),
  ];
}

/** A row group of the hub layout as records, each value made when it is asked for. */
export class HubBatch implements RecordBatch {
  readonly length: number;
  readonly id: Column<string>;
  readonly responses: Column<Responses>;
  readonly #questions: readonly Question[];

  constructor(
    private readonly chunk: ColumnChunk,
    readonly offset: number,
    private readonly settings: DatasetSettings,
    projection: Projection,
  ) {
    this.length = chunk.length;
    const wanted = projection.questions;
    this.#questions = wanted ? settings.questions.filter(({ name }) => wanted.includes(name)) : settings.questions;
    const ids = chunk.columns.get('external_id');
    this.id = new LazyColumn(this.length, (i) => textOf(ids?.[i]) || String(offset + i));
    this.responses = new LazyColumn(this.length, (i) => this.#responsesOf(i));
  }

  field(name: string): Column<string | null> {
    const values = this.chunk.columns.get(name);
    return new LazyColumn(this.length, (i) => textOf(values?.[i]));
  }

  suggestion(question: string): Column<Suggestion | null> {
    const values = this.chunk.columns.get(`${question}-suggestion`);
    const about = this.chunk.columns.get(`${question}-suggestion-metadata`);
    const settings = this.settings.questions.find(({ name }) => name === question);
    return new LazyColumn(this.length, (i) => {
      const value = values?.[i];
      if (value === null || value === undefined || !settings) return null;
      const { score, type, agent } = (about?.[i] ?? {}) as { score?: unknown; type?: string | null; agent?: string | null };
      const answer = answerOf(settings, value);
      checkAnswer(settings, answer, () => `${this.#where(i)}, suggestion`);
      return {
        value: answer,
        score: (score ?? null) as Suggestion['score'],
        type: type === 'model' || type === 'human' ? type : null,
        agent: agent ?? null,
      };
    });
  }

  metadata(): Column<Readonly<Record<string, unknown>>> {
    const values = this.chunk.columns.get('metadata');
    return new LazyColumn(this.length, (i) => {
      const value = values?.[i];
      if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
      const text = textOf(value);
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
      const suggestion = this.suggestion(name).get(index);
      return suggestion ? [[name, suggestion] as const] : [];
    });
    return {
      id: this.id.get(index),
      fields: Object.fromEntries(fields.filter(({ name }) => this.chunk.columns.has(name)).map(({ name }) => [name, this.field(name).get(index)])),
      responses: this.responses.get(index),
      suggestions: Object.fromEntries(suggestions),
      metadata: this.metadata().get(index),
      vectors: Object.fromEntries(Object.entries(this.chunk.columns.get('vectors')?.[index] ?? {}).filter(([, vector]) => vector)) as FeedbackRecord['vectors'],
    };
  }

  /** Answers stand by question; an annotator's answers to several questions are brought together. */
  #responsesOf(index: number): Responses {
    const found = new Map<string, { annotator: string | null; status: ResponseStatus; values: Record<string, AnswerValue> }>();
    for (const question of this.#questions) {
      const answers = answersOf(this.chunk.columns.get(question.name)?.[index], () => `${this.#where(index)}: the column "${question.name}"`);
      for (let k = 0, nobody = 0; k < answers.length; k++) {
        const { user_id: user, value, status } = answers[k]!;
        if (value === null || value === undefined) continue;
        // Answers of nobody in particular belong together by their place.
        const key = user ?? `\0${nobody++}`;
        const answer = answerOf(question, value);
        checkAnswer(question, answer, () => `${this.#where(index)}, annotator ${user ? `"${user}"` : 'unknown'}`);
        const before = found.get(key);
        if (before && Object.hasOwn(before.values, question.name)) {
          throw new UserError('data/duplicate-answer', `${this.#where(index)}: "${user}" answered "${question.name}" twice.`, 'Keep one answer of each annotator.');
        }
        if (before) before.values[question.name] = answer;
        else found.set(key, { annotator: user ?? null, status: this.#status(status, index), values: { [question.name]: answer } });
      }
    }
    return [...found.values()] satisfies readonly FeedbackResponse[];
  }

  #status(status: string | null | undefined, index: number): ResponseStatus {
    if (status === null || status === undefined) return 'submitted';
    if (statuses.includes(status)) return status as ResponseStatus;
    throw new UserError('data/status', `${this.#where(index)}: a response has the status "${status}".`, `It must be one of ${statuses.join(', ')}.`);
  }

  #where(index: number): string {
    return `record "${this.id.get(index)}"`;
  }
}

const textOf = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** A list of answers, or the older form: one object of parallel lists. */
function answersOf(value: unknown, where: () => string): readonly HubAnswer[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null)) return value as HubAnswer[];
  const { user_id: users, value: values, status } = value as { user_id?: unknown[]; value?: unknown[]; status?: unknown[] };
  if (!Array.isArray(values)) throw new UserError('data/answer', `${where()} has no list of answers.`, "In the hub's layout each answer has user_id, value and status; read other columns with from file.");
  return values.map((one, i) => ({ user_id: (users?.[i] ?? null) as string | null, value: one, status: (status?.[i] ?? null) as string | null }));
}

/** An answer as parquet has it: whole numbers may be big ones, rankings and spans are objects of lists. */
function answerOf({ type }: Question, value: unknown): AnswerValue {
  if (type === 'rating') return Number(value);
  if (type === 'ranking' && !Array.isArray(value)) {
    const { rank, value: values } = value as { rank: unknown[]; value: string[] };
    return values.map((option, i) => ({ value: option, rank: rank[i] === null || rank[i] === undefined ? null : Number(rank[i]) }));
  }
  if (type === 'span' && !Array.isArray(value)) {
    const { start, end, label, score } = value as { start: unknown[]; end: unknown[]; label: string[]; score?: (number | null)[] };
    return label.map((name, i) => ({ label: name, start: Number(start[i]), end: Number(end[i]), ...(typeof score?.[i] === 'number' && { score: score[i] }) }));
  }
  return value as AnswerValue;
}

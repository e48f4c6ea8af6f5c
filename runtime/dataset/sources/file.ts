import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { UserError } from '../../error.js';
import { contentHash } from '../../files/contentHash.js';
import { nearest } from '../../nearest.js';
import { checkAnswer, checkSpans } from '../answers.js';
import { TextField } from '../fields.js';
import { mappedColumns, type MappedQuestion, type TableMapping } from '../mapping.js';
import { MetadataProperty } from '../metadata.js';
import { LabelQuestion, MultiLabelQuestion, RankingQuestion, RatingQuestion, SpanQuestion, TextQuestion, type Question } from '../questions.js';
import type { AnswerValue, FeedbackRecord, FeedbackResponse, RankedItem, RecordBatch, RecordSource, ResponseStatus, Span, Suggestion } from '../record.js';
import type { DatasetSettings } from '../settings.js';
import { parseJson } from './json.js';
import { MemorySource } from './memory.js';
import { openRecordLines } from './recordLines.js';
import { openRows, type Table, type TableRow } from './tableRows.js';

export interface FileOptions {
  /** Which column is what; needed unless there are `settings`. */
  readonly mapping?: TableMapping;
  /** Path of an `argilla.yaml`: the file is feedback records as JSON lines. */
  readonly settings?: string;
  /** The path as the user wrote it. */
  readonly shown?: string;
}

/**
 * Opens a table of feedback. Its rows are grouped by record, so the records are held in memory once somebody reads them.
 * @throws {UserError} `data/no-file`, `data/unknown-column`, `data/csv` …
 */
export async function openTable(path: string, { mapping, settings: settingsPath, shown = path }: FileOptions): Promise<{ settings: DatasetSettings; source: RecordSource }> {
  const file = await stat(path).catch(() => undefined);
  if (!file) throw new UserError('data/no-file', `There is no file "${shown}".`, 'Check the path; it starts at the folder of the notebook or program.');
  if (file.isDirectory()) throw new UserError('data/no-file', `"${shown}" is a folder, not a file.`, 'Write from folder for a data set in the hub\'s layout.');
  if (settingsPath !== undefined) {
    if (mapping && mappedColumns(mapping).length > 0) throw new UserError('data/no-mapping', `"${shown}" has both settings and columns.`, 'Settings are for feedback records as JSON lines, columns for tables: leave one out.');
    return openRecordLines(path, settingsPath, shown);
  }
  if (!mapping || mappedColumns(mapping).length === 0) throw new UserError('data/no-mapping', `What the columns of "${shown}" are is not said.`, 'Add fields and questions with their columns, or settings = "argilla.yaml" for feedback records as JSON lines.');
  const table = await openRows(path, shown);
  for (const column of mappedColumns(mapping)) {
    const places = table.columns.filter((name) => name === column).length;
    if (places === 1) continue;
    if (places > 1) throw new UserError('data/duplicate-column', `"${shown}" has ${places} columns "${column}".`, 'Give each column a name of its own.');
    const near = nearest(column, table.columns);
    throw new UserError('data/unknown-column', `"${shown}" has no column "${column}".`, `${near ? `${near} ` : ''}It has: ${table.columns.join(', ')}.`);
  }
  for (const { question } of mapping.suggestions) {
    const names = mapping.questions.map(({ name }) => name);
    if (!names.includes(question)) throw new UserError('name/unknown-question', `There is a suggestion for "${question}", which is no question of "${shown}".`, nearest(question, names) ?? `The questions are: ${names.join(', ')}.`);
  }
  const questions = await Promise.all(mapping.questions.map((question) => toQuestion(question, table)));
  const settings: DatasetSettings = {
    fields: mapping.fields.map(({ name }) => new TextField({ name })),
    questions,
    metadataProperties: mapping.metadata.map(({ name }) => new MetadataProperty({ name, type: 'terms' })),
    vectorsSettings: [],
    guidelines: null,
    allowExtraMetadata: true,
  };
  return { settings, source: new FileSource(path, `file "${shown}"`, table, mapping, questions) };
}

class FileSource implements RecordSource {
  #records: { readonly fingerprint: string; readonly source: MemorySource } | undefined;

  constructor(
    private readonly path: string,
    readonly description: string,
    private readonly table: Table,
    private readonly mapping: TableMapping,
    private readonly questions: readonly Question[],
  ) {}

  get count(): number | undefined {
    return this.#records?.source.count;
  }

  async *batches(): AsyncIterable<RecordBatch> {
    const fingerprint = await this.fingerprint();
    if (this.#records?.fingerprint !== fingerprint) {
      this.#records = { fingerprint, source: new MemorySource(await group(this.table, this.mapping, this.questions, this.description)) };
    }
    yield* this.#records.source.batches();
  }

  async fingerprint(): Promise<string> {
    return createHash('sha256').update(`${JSON.stringify(this.mapping)}\0${await contentHash(this.path)}`).digest('hex');
  }
}

interface Group {
  readonly id: string;
  readonly fields: Record<string, string | null>;
  readonly responses: FeedbackResponse[];
  readonly suggestions: Record<string, Suggestion>;
  readonly metadata: Record<string, unknown>;
}

/** Rows with the same id are one record, wherever they stand; records keep the order of their first rows. */
async function group(table: Table, mapping: TableMapping, questions: readonly Question[], description: string): Promise<FeedbackRecord[]> {
  const groups = new Map<string, Group>();
  let position = 0;
  for await (const row of table.rows(mappedColumns(mapping))) {
    const { cells, place } = row;
    const where = `${description}, ${place}`;
    const id = mapping.record === undefined ? String(position++) : textOf(cells[mapping.record]);
    if (id === null || id === '') throw new UserError('data/record', `${where}: the column "${mapping.record}" is empty.`, 'Each row needs the id of its record.');
    const found = groups.get(id) ?? { id, fields: {}, responses: [], suggestions: {}, metadata: {} };
    groups.set(id, found);
    for (const { name, column } of mapping.fields) setOnce(found.fields, name, textOf(cells[column]), where, id);
    for (const { name, column } of mapping.metadata) setOnce(found.metadata, name, textOf(cells[column]), where, id);
    for (const { question, column } of mapping.suggestions) {
      const value = answerOf(questions.find(({ name }) => name === question)!, cells[column], where);
      if (value !== undefined) found.suggestions[question] ??= { value, score: null, type: null, agent: null };
    }
    const response = responseOf(row, mapping, questions, where);
    if (!response) continue;
    if (response.annotator !== null && found.responses.some(({ annotator }) => annotator === response.annotator)) {
      throw new UserError('data/duplicate-answer', `${where}: "${response.annotator}" answered record "${id}" twice.`, 'Keep one row of each annotator for a record.');
    }
    found.responses.push(response);
  }
  const records = [...groups.values()].map((one) => ({ ...one, vectors: {} }));
  for (const question of questions) if (question instanceof SpanQuestion) for (const record of records) checkSpansOf(record, question, `${description}, record "${record.id}"`);
  return records;
}

function checkSpansOf({ fields, responses, suggestions }: FeedbackRecord, question: SpanQuestion, where: string): void {
  const answers = responses.map(({ values }) => values[question.name]);
  for (const spans of [...answers, suggestions[question.name]?.value]) if (spans !== undefined) checkSpans(question, spans as readonly Span[], fields[question.field], () => where);
}

/** A record's rows must agree on what belongs to the record. */
function setOnce<T>(into: Record<string, T>, name: string, value: T, where: string, id: string): void {
  if (!Object.hasOwn(into, name)) into[name] = value;
  else if (into[name] !== value) throw new UserError('data/record', `${where}: "${name}" of record "${id}" is not what an earlier row says.`, 'Rows of one record must have the same fields; or leave "record" out.');
}

function responseOf({ cells }: TableRow, mapping: TableMapping, questions: readonly Question[], where: string): FeedbackResponse | undefined {
  const values: Record<string, AnswerValue> = {};
  for (const [i, { name, column }] of mapping.questions.entries()) {
    const value = answerOf(questions[i]!, cells[column], where);
    if (value !== undefined) values[name] = value;
  }
  if (Object.keys(values).length === 0) return undefined;
  const annotator = mapping.annotator === undefined ? null : textOf(cells[mapping.annotator]) || null;
  return { annotator, status: statusOf(mapping.status === undefined ? null : cells[mapping.status], where), values };
}

function statusOf(cell: unknown, where: string): ResponseStatus {
  const status = textOf(cell) || 'submitted';
  if (status === 'submitted' || status === 'draft' || status === 'discarded') return status;
  throw new UserError('data/status', `${where}: the status is "${status}".`, 'It must be submitted, draft or discarded.');
}

/** An empty cell is no answer. Lists stand in a cell as JSON, or their parts are divided by `|`. */
function answerOf(question: Question, cell: unknown, where: string): AnswerValue | undefined {
  if (cell === null || cell === undefined || cell === '') return undefined;
  const value = fromCell(question.type, cell);
  checkAnswer(question, value, () => where);
  return value;
}

function fromCell(type: Question['type'], cell: unknown): unknown {
  if (type === 'text' || type === 'label') return textOf(cell);
  if (type === 'rating') return typeof cell === 'string' && cell.trim() !== '' && Number.isFinite(Number(cell)) ? Number(cell) : cell;
  if (typeof cell !== 'string') return cell;
  const list = cell.trimStart().startsWith('[') ? parsed(cell) : cell.split('|').map((part) => part.trim());
  if (type === 'multi_label' || !Array.isArray(list)) return list;
  // A plain list of options ranks them in its order.
  return type === 'ranking' ? list.map((item: unknown, i): RankedItem => (typeof item === 'string' ? { value: item, rank: i + 1 } : (item as RankedItem))) : (list as Span[]);
}

function parsed(cell: string): unknown {
  try {
    return parseJson(cell);
  } catch {
    return cell;
  }
}

const textOf = (cell: unknown): string | null => (cell === null || cell === undefined ? null : typeof cell === 'object' ? JSON.stringify(cell) : String(cell));

/** @throws {UserError} `data/question` where options are missing or make no question. */
async function toQuestion({ name, type, options, field, column }: MappedQuestion, table: Table): Promise<Question> {
  const labels = async (): Promise<string[]> => (options ? options.map(String) : labelsIn(table, column, type));
  switch (type) {
    case 'label':
      return new LabelQuestion({ name, labels: await labels() });
    case 'multi_label':
      return new MultiLabelQuestion({ name, labels: await labels() });
    case 'rating':
      return new RatingQuestion({ name, values: (options ?? []).map(Number) });
    case 'ranking':
      return new RankingQuestion({ name, values: await labels() });
    case 'span':
      return new SpanQuestion({ name, labels: (options ?? []).map(String), field: field ?? '' });
    case 'text':
      return new TextQuestion({ name });
    default:
      throw new UserError('data/question', `The question "${name}" has the type "${type}".`, 'Types are text, label, multi_label, rating, ranking, span.');
  }
}

/** The labels that a column has, sorted by code point. */
async function labelsIn(table: Table, column: string, type: string): Promise<string[]> {
  const found = new Set<string>();
  for await (const { cells } of table.rows([column])) {
    const cell = cells[column];
    if (cell === null || cell === undefined || cell === '') continue;
    const value = fromCell(type as Question['type'], cell);
    for (const one of Array.isArray(value) ? value : [value]) found.add(typeof one === 'object' ? String((one as RankedItem).value) : String(one));
  }
  if (found.size < 2) throw new UserError('data/question', `The column "${column}" has ${found.size === 0 ? 'no labels' : `only the label "${[...found][0]}"`}.`, 'A label question needs at least two; list them: label("a", "b").');
  return [...found].sort((a, b) => (a < b ? -1 : 1));
}

import { UserError } from '../error.js';
import { checkAnswer, checkSpans } from './answers.js';
import { SpanQuestion } from './questions.js';
import type { FeedbackRecord, FeedbackResponse, Span, Suggestion } from './record.js';
import type { DatasetSettings } from './settings.js';

/** A record as users write it: only fields are needed. */
export interface NewRecord {
  /** Default: its position. */
  readonly id?: string;
  readonly fields: Readonly<Record<string, string | null>>;
  readonly responses?: readonly (Partial<FeedbackResponse> & Pick<FeedbackResponse, 'values'>)[];
  readonly suggestions?: Readonly<Record<string, Partial<Suggestion> & Pick<Suggestion, 'value'>>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly vectors?: Readonly<Record<string, readonly number[] | null>>;
}

/** Fills in what was left out: responses are submitted, by nobody in particular. */
export function completeRecord({ id, fields, responses = [], suggestions = {}, metadata = {}, vectors = {} }: NewRecord, position: number): FeedbackRecord {
  return {
    id: id ?? String(position),
    fields,
    responses: responses.map(({ annotator = null, status = 'submitted', values }) => ({ annotator, status, values })),
    suggestions: Object.fromEntries(
      Object.entries(suggestions).map(([question, { value, score = null, type = null, agent = null }]) => [question, { value, score, type, agent }]),
    ),
    metadata,
    vectors,
  };
}

/** @throws {UserError} naming the record: `data/record`, `data/duplicate-answer`, `data/answer`, `data/suggestion`, `data/metadata`. */
export function checkRecord(record: FeedbackRecord, settings: DatasetSettings, where = `record "${record.id}"`): void {
  const { fields, metadataProperties, vectorsSettings, allowExtraMetadata } = settings;
  const known = (name: string): boolean => fields.some((field) => field.name === name);
  const strange = Object.keys(record.fields).find((name) => !known(name));
  if (strange !== undefined) throw new UserError('data/record', `${where} has a field "${strange}" that the data set does not have.`, `Its fields are: ${fields.map((f) => f.name).join(', ')}.`);
  for (const { name, required } of fields) {
    const value = Object.hasOwn(record.fields, name) ? record.fields[name] : undefined;
    if (required && typeof value !== 'string') throw new UserError('data/record', `${where} lacks the field "${name}".`, 'Give it a text; an empty one is fine.');
  }
  const annotators = new Set<string>();
  for (const { annotator, values } of record.responses) {
    if (annotator !== null && annotators.has(annotator)) throw new UserError('data/duplicate-answer', `${where}: "${annotator}" answered twice.`, 'Give one response of each annotator.');
    if (annotator !== null) annotators.add(annotator);
    checkAnswers(values, settings, record.fields, `${where}, annotator ${annotator === null ? 'unknown' : `"${annotator}"`}`);
  }
  for (const [question, { value, score }] of Object.entries(record.suggestions)) checkScore(score, value, `${where}, suggestion for "${question}"`);
  const suggested = Object.fromEntries(Object.entries(record.suggestions).map(([question, { value }]) => [question, value]));
  checkAnswers(suggested, settings, record.fields, `${where}, suggestion`);
  for (const [name, value] of Object.entries(record.metadata)) {
    const property = metadataProperties.find((p) => p.name === name);
    const problem = property ? property.problem(value) : allowExtraMetadata ? undefined : 'is not one of the metadata properties';
    if (problem !== undefined) throw new UserError('data/metadata', `${where}: the metadata "${name}" ${problem}.`, 'Change the value or the property.');
  }
  for (const [name, vector] of Object.entries(record.vectors)) {
    const vectorSettings = vectorsSettings.find((v) => v.name === name);
    if (!vectorSettings || (vector && vector.length !== vectorSettings.dimensions)) {
      const what = vectorSettings ? `has ${vector!.length} dimensions, not ${vectorSettings.dimensions}` : 'is not one of its vectors';
      throw new UserError('data/record', `${where}: the vector "${name}" ${what}.`, 'Change the vector or its settings.');
    }
  }
}

/** How sure who suggested is: from 0 to 1, once for the answer or once for each of its items. */
function checkScore(score: Suggestion['score'], value: unknown, where: string): void {
  const scores = Array.isArray(score) ? (score as readonly number[]) : score === null ? [] : [score as number];
  const odd = scores.find((each) => !(each >= 0 && each <= 1));
  if (odd !== undefined) throw new UserError('data/suggestion', `${where}: the score is ${odd}.`, 'Scores are from 0 to 1.');
  const items = Array.isArray(value) ? value.length : 1;
  if (Array.isArray(score) && score.length !== items) {
    throw new UserError('data/suggestion', `${where}: there are ${score.length} scores for ${items} items.`, 'Give one score, or as many as items.');
  }
}

function checkAnswers(values: FeedbackResponse['values'], { questions }: DatasetSettings, fields: FeedbackRecord['fields'], where: string): void {
  for (const [name, value] of Object.entries(values)) {
    const question = questions.find((q) => q.name === name);
    if (!question) throw new UserError('data/record', `${where}: there is no question "${name}".`, `The questions are: ${questions.map((q) => q.name).join(', ')}.`);
    checkAnswer(question, value, () => where);
    if (!(question instanceof SpanQuestion)) continue;
    checkSpans(question, value as readonly Span[], fields[question.field], () => where);
  }
}

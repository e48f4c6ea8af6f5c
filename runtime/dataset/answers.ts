import { UserError } from '../error.js';
import { nearest } from '../nearest.js';
import type { Question } from './questions.js';
import type { AnswerValue, RankedItem, Span } from './record.js';

/** What an answer must be to be checked: the question's type, and its options where it has any. */
export type Answerable = Pick<Question, 'name' | 'type'> & { readonly options?: readonly (string | number)[] };

/**
 * Checks one answer against its question.
 * @param where the record and the annotator, for the message: `record "12", annotator "ann"`.
 * @throws {UserError} `data/unknown-label`, `data/answer`.
 */
export function checkAnswer(question: Answerable, value: unknown, where: () => string): asserts value is AnswerValue {
  const problem = answerProblem(question, value);
  if (problem === undefined) return;
  throw new UserError(problem.code, `${where()}: the answer to "${question.name}" ${problem.message}.`, problem.hint);
}

/**
 * Spans lie in their field; their places count code points from 0.
 * @throws {UserError} `data/answer`.
 */
export function checkSpans({ name, field }: { readonly name: string; readonly field: string }, spans: readonly Span[], text: string | null | undefined, where: () => string): void {
  // No text has more code points than UTF-16 units: most spans need no counting.
  const most = text?.length ?? 0;
  const far = spans.find(({ end }) => end > most / 2);
  if (!far) return;
  const length = [...(text ?? '')].length;
  const outside = spans.find(({ end }) => end > length);
  if (outside) throw new UserError('data/answer', `${where()}: the answer to "${name}" has a span that ends at ${outside.end}, and "${field}" has ${length} code points.`, 'A span lies in its field; its places count code points from 0.');
}

interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

const wrong = (message: string, hint: string): Problem => ({ code: 'data/answer', message, hint });

function answerProblem({ type, options }: Answerable, value: unknown): Problem | undefined {
  switch (type) {
    case 'text':
      return typeof value === 'string' ? undefined : wrong(`is ${show(value)}`, 'It must be a text.');
    case 'label':
      return typeof value === 'string' ? labelProblem(value, options) : wrong(`is ${show(value)}`, 'It must be one label.');
    case 'multi_label': {
      if (!Array.isArray(value) || value.some((label) => typeof label !== 'string')) return wrong(`is ${show(value)}`, 'It must be a list of labels.');
      const labels = value as string[];
      if (new Set(labels).size < labels.length) return wrong(`has one label twice: ${show(value)}`, 'Give each label once.');
      return labels.map((label) => labelProblem(label, options)).find(Boolean);
    }
    case 'rating':
      if (typeof value !== 'number' || !Number.isFinite(value)) return wrong(`is ${show(value)}`, 'It must be a number of the scale.');
      return options && !options.includes(value) ? wrong(`is ${value}, which is not on the scale`, `The scale is ${options.join(', ')}.`) : undefined;
    case 'ranking': {
      if (!areObjects(value)) return wrong(`is ${show(value)}`, 'It must be a list of options with their ranks.');
      const items = value as RankedItem[];
      if (new Set(items.map((item) => item.value)).size < items.length) return wrong('ranks one option twice', 'Rank each option once; ranks may be equal.');
      return items.map((item) => (item.rank !== null && !(Number.isInteger(item.rank) && item.rank >= 1) ? wrong(`has the rank ${show(item.rank)}`, 'Ranks are whole numbers from 1 on.') : labelProblem(item.value, options))).find(Boolean);
    }
    case 'span': {
      if (!areObjects(value)) return wrong(`is ${show(value)}`, 'It must be a list of spans.');
      return (value as Span[]).map((span) => (Number.isInteger(span.start) && Number.isInteger(span.end) && span.start >= 0 && span.end > span.start ? labelProblem(span.label, options) : wrong(`has a span from ${span.start} to ${span.end}`, 'A span ends behind its start, which is 0 or more.'))).find(Boolean);
    }
  }
}

const areObjects = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null);

function labelProblem(label: string, options: readonly (string | number)[] | undefined): Problem | undefined {
  if (!options || options.includes(label)) return undefined;
  const names = options.map(String);
  return { code: 'data/unknown-label', message: `is "${label}", which is none of its options`, hint: nearest(label, names) ?? `They are: ${names.join(', ')}.` };
}

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

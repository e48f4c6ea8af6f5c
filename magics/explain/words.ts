import type { EntryPlan, ExpressionPlan, LoopPlan, TaskPlan } from '../../dsl/index.js';
import type { Origin } from '../../runtime/task/origin.js';
import { printExpression } from './expression.js';

type Unify = Extract<ExpressionPlan, { op: 'unify' }>;

/** What a task does, in sentences, and the expressions of its columns. */
export interface Explained {
  readonly words: readonly string[];
  readonly columns: readonly { readonly name: string; readonly from: string }[];
  /** Conditions as the author wrote them. */
  readonly conditions: readonly string[];
}

/** Says what a task does: what a row is made for, what is unified and how, from which answers, what is left out. */
export function explain({ entries, using, settings }: TaskPlan): Explained {
  if (!entries) {
    return { words: [`The function ${using} makes the rows of each record.`], columns: [{ name: '(rows)', from: `${using}(sample)` }], conditions: [] };
  }
  const unified = new Map(unifications(entries).map((unify) => [JSON.stringify(unify), unify]));
  const columns = columnsIn(entries);
  const conditions = conditionsIn(entries);
  const seed = settings['seed'];
  return {
    words: [
      ...rowSentences(entries, [...unified.values()]),
      ...[...unified.values()].map(unifySentence),
      ...conditions.map((condition) => `A row is kept where ${condition}.`),
      'A row with a missing value is not made, and is counted.',
      ...(seed === undefined ? [] : [`The seed ${String(seed)} decides what is left to chance.`]),
    ],
    columns,
    conditions,
  };
}

function rowSentences(entries: readonly EntryPlan[], unified: readonly Unify[]): string[] {
  const loops = loopsIn(entries, []);
  const kept = unified.filter(({ strategy }) => strategy === 'disagreement').map(({ question }) => question);
  if (kept.length > 0 && loops.length === 0) return [`One row for each answer to ${list(kept)}${kept.length > 1 ? ', aligned by annotator' : ''}.`];
  if (loops.length === 0) return ['One row for each record.'];
  return loops.map((path) => `One row for ${path.map(loopWords).join(', and in it for ')}.`);
}

/** The loops around each innermost block. */
function loopsIn(entries: readonly EntryPlan[], around: readonly LoopPlan[]): (readonly LoopPlan[])[] {
  const loops = entries.filter((entry) => entry.entry === 'for');
  if (loops.length === 0) return around.length > 0 ? [around] : [];
  return loops.flatMap(({ loop, body }) => loopsIn(body, [...around, loop]));
}

function loopWords(loop: LoopPlan): string {
  switch (loop.over) {
    case 'responses':
      return loop.first ? `the first ${either(loop.statuses)} response of a record` : `each ${either(loop.statuses)} response`;
    case 'pairs':
      return `each pair of options of which one is ranked above the other (${loop.better} above ${loop.worse}) in ${printExpression(loop.ranking)}`;
    case 'items':
      return `each ${loop.name} in ${printExpression(loop.list)}`;
  }
}

const tieWords = { first: 'a tie goes to the first in order', random: 'a tie is decided by chance, the same each time', drop: 'a tie drops the row' } as const;
const strategyWords: Readonly<Record<string, string>> = {
  majority: 'the most frequent answer', mean: 'the mean of the answers', min: 'the smallest answer', max: 'the largest answer', disagreement: 'every answer, each in a row of its own',
};

function unifySentence({ question, strategy, ties, statuses }: Unify): string {
  const what = strategyWords[strategy];
  const tie = strategy === 'majority' || ties !== 'first' ? `; ${tieWords[ties]}` : '';
  return `${question} is unified by ${strategy}${what ? `: ${what}` : ''}; ${either(statuses, 'and')} answers count${tie}.`;
}

const list = (names: readonly string[], last = 'and'): string => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${last} ${names.at(-1)}`);
const either = (statuses: readonly string[], last = 'or'): string => list(statuses, last);

/** Columns in the order of their first appearance; one that several loops give has an expression of each. */
function columnsIn(entries: readonly EntryPlan[]): { name: string; from: string }[] {
  const found = new Map<string, string[]>();
  const visit = (block: readonly EntryPlan[]): void => {
    for (const entry of block) {
      if (entry.entry === 'for') visit(entry.body);
      else if (entry.entry === 'column') found.set(entry.name, [...(found.get(entry.name) ?? []), printExpression(entry.value)]);
    }
  };
  visit(entries);
  return [...found].map(([name, from]) => ({ name, from: from.join('; ') }));
}

const conditionsIn = (entries: readonly EntryPlan[]): string[] =>
  entries.flatMap((entry) => (entry.entry === 'where' ? [entry.text] : entry.entry === 'for' ? conditionsIn(entry.body) : []));

/** Every unification in the entries, in order. */
function unifications(entries: readonly EntryPlan[]): Unify[] {
  const found: Unify[] = [];
  JSON.stringify(entries, (_key, value: unknown) => {
    if (typeof value === 'object' && value !== null && (value as { op?: string }).op === 'unify') found.push(value as Unify);
    return value;
  });
  return found;
}

/** Where a value came from, in a few words; `names` are what annotators are called. What the program itself says has no other origin. */
export function printOrigins(origins: readonly Origin[], names: ReadonlyMap<string, string>): string {
  const who = (annotator: string | null): string => (annotator === null ? 'somebody' : names.get(annotator) ?? annotator);
  return origins.length === 0 ? 'the program' : origins.map((origin) => printOrigin(origin, who)).join('; ');
}

/** Everybody whose answers or responses are among origins. */
export const annotatorsIn = (origins: readonly Origin[]): string[] =>
  origins.flatMap((origin) => ('annotator' in origin ? [origin.annotator] : origin.of === 'unified' ? origin.answers.map(({ annotator }) => annotator) : [])).filter((name) => name !== null);

function printOrigin(origin: Origin, who: (annotator: string | null) => string): string {
  switch (origin.of) {
    case 'field':
    case 'metadata':
      return `${origin.of} ${origin.name}`;
    case 'id':
      return "the record's id";
    case 'annotator':
    case 'status':
      return `${origin.of} of ${who(origin.annotator)}'s response`;
    case 'answer':
      return `${who(origin.annotator)}'s answer to ${origin.question}${origin.status === 'submitted' ? '' : ` (${origin.status})`}`;
    case 'unified': {
      const answers = origin.answers.map(({ annotator, value }) => `${who(annotator)} ${shown(value)}`).join(', ');
      return `${origin.question} by ${origin.strategy}: ${answers}${origin.tie ? `; ${tieWords[origin.tie]}` : ''}`;
    }
    case 'suggestion':
      return `suggestion ${origin.question}${origin.part === 'value' ? '' : `.${origin.part}`}${origin.agent === null ? '' : ` (${origin.agent})`}`;
    case 'function':
      return 'the function';
  }
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

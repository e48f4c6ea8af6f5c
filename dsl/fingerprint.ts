import { hash } from 'node:crypto';
import type { EntryPlan, ExpressionPlan, LoopPlan, TemplatePlan } from './plan.js';

type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };
/** What names stand for: the meaning of a let or a column, the number of a loop's variable. */
type Names = ReadonlyMap<string, string>;

/** Hash of a meaning; the order of keys does not count. */
export const fingerprint = (meaning: object): string => digest(canonical(meaning as Json));

/**
 * What entries mean, as a text that is equal for equal meanings: names and templates replaced by what they stand for,
 * so that lets, their names and their order do not count, nor that of columns. Conditions keep their order,
 * since the first that fails is the reason of a drop.
 */
export const meaningOf = (entries: readonly EntryPlan[]): string => leaves(entries, new Map(), { loops: [], columns: [], wheres: [] }).join(';');

/** What a template means: its body and its parameters, which are given by name too. */
export const templateMeaning = (parameters: TemplatePlan['parameters'], body: ExpressionPlan): string =>
  [...parameters.map((one) => `${one.name}=${one.default ? meaning(one.default, new Map()) : ''}`), meaning(body, new Map())].join();

interface Rows {
  readonly loops: readonly string[];
  readonly columns: readonly string[];
  readonly wheres: readonly string[];
}

/** Every innermost block with all that it has of those around it: what is said outside a loop belongs to every row inside. */
function leaves(entries: readonly EntryPlan[], outer: Names, around: Rows): string[] {
  const names = new Map(outer);
  const [columns, wheres] = [[...around.columns], [...around.wheres]];
  const loops: Extract<EntryPlan, { entry: 'for' }>[] = [];
  for (const entry of entries) {
    if (entry.entry === 'where') wheres.push(meaning(entry.test, names));
    else if (entry.entry === 'for') loops.push(entry);
    else {
      const value = meaning(entry.value, names);
      names.set(entry.name, value);
      if (entry.entry === 'column') columns.push(`${JSON.stringify(entry.name)}=${value}`);
    }
  }
  if (loops.length === 0) return [`${around.loops.join('>')}{${columns.sort().join()}|${wheres.join()}}`];
  return loops.flatMap(({ loop, body }) => {
    const [inside, head] = loopMeaning(loop, names, around.loops.length);
    return leaves(body, inside, { loops: [...around.loops, head], columns, wheres });
  });
}

function loopMeaning(loop: LoopPlan, names: Names, depth: number): [Names, string] {
  if (loop.over === 'responses') return [names, canonical({ ...loop })];
  const over = meaning(loop.over === 'pairs' ? loop.ranking : loop.list, names);
  const variables = loop.over === 'pairs' ? [loop.better, loop.worse] : [loop.name];
  return [new Map([...names, ...variables.map((name, i) => [name, `$${depth}.${i}`] as const)]), `${loop.over} ${over}`];
}

function meaning(expression: ExpressionPlan, names: Names): string {
  switch (expression.op) {
    case 'variable':
      return names.get(expression.name) ?? `$${expression.name}`;
    case 'literal':
      return literalMeaning(expression.value);
    case 'text':
      return textMeaning(expression.parts.map((part) => meaning(part, names)));
    case 'bind':
      return meaning(expression.body, new Map(Object.entries(expression.names).map(([name, given]) => [name, meaning(given, names)])));
    default: {
      // The keys of each operation always come in the same order: `resolve.ts` alone makes them.
      let text = '';
      for (const key in expression) text += `${key}:${partMeaning((expression as unknown as Record<string, unknown>)[key], names)},`;
      return short(text);
    }
  }
}

const literalMark = 'literal ';
const literalMeaning = (value: string | number | boolean | null): string => literalMark + JSON.stringify(value);

/** What stands in a text as it is belongs together, wherever it was written; a text of nothing else is a literal. */
function textMeaning(parts: readonly string[]): string {
  const joined: string[] = [];
  for (const part of parts) {
    const value: unknown = part.startsWith(literalMark) ? JSON.parse(part.slice(literalMark.length)) : null;
    const last = joined.at(-1);
    if (value === null || typeof value === 'boolean') joined.push(part);
    else if (last?.startsWith(`${literalMark}"`)) joined[joined.length - 1] = literalMeaning((JSON.parse(last.slice(literalMark.length)) as string) + String(value));
    else if (value !== '') joined.push(literalMeaning(String(value)));
  }
  if (joined.length === 0) return literalMeaning('');
  return joined.length === 1 && joined[0]!.startsWith(`${literalMark}"`) ? joined[0]! : short(`text[${joined.join(';')}]`);
}

function partMeaning(part: unknown, names: Names): string {
  if (isExpression(part)) return meaning(part, names);
  return Array.isArray(part) && part.every(isExpression) ? `[${part.map((one) => meaning(one, names)).join(';')}]` : JSON.stringify(part);
}

const isExpression = (part: unknown): part is ExpressionPlan => typeof part === 'object' && part !== null && 'op' in part;

/** A name may be used often: what it stands for is not written out again and again. */
const short = (text: string): string => (text.length > 120 ? digest(text) : text);

/** JSON with sorted keys. */
function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonical).join()}]`;
  const entries = Object.entries(value as { readonly [key: string]: Json }).filter(([, part]) => part !== undefined);
  return `{${entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join()}}`;
}

/** Hash of a text, 16 hexadecimal digits. */
export const digest = (text: string): string => hash('sha256', text).slice(0, 16);

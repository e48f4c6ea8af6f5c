/** Makes a task's rows in a test, and short ways to write expressions. */
import type { Feedback } from '../../../runtime/unify/feedback.js';
import { entryMaker } from '../../../runtime/task/entries.js';
import { FunctionMaker } from '../../../runtime/task/format.js';
import { RowText } from '../../../runtime/task/lateText.js';
import type { Binary, Entry, Expression, Loop, Program } from '../../../runtime/task/program.js';
import { projectionOf } from '../../../runtime/task/uses.js';

export interface Made {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly drops: readonly string[];
}

export async function make(program: Program, dataset: Feedback, seed = 42): Promise<Made> {
  const maker = 'format' in program ? new FunctionMaker(program, dataset) : await entryMaker(program, dataset, seed);
  const rows: Record<string, unknown>[] = [];
  const drops: string[] = [];
  const sink = {
    row: (values: readonly unknown[]) => void rows.push(Object.fromEntries(maker.shape!.names.map((name, i) => [name, values[i] instanceof RowText ? String(values[i]) : values[i]]))),
    drop: (reason: string, column?: string) => void drops.push(column ? `${column}: ${reason}` : reason),
  };
  for await (const batch of dataset.batches(projectionOf(program))) {
    maker.startBatch(batch);
    for (let i = 0; i < batch.length; i++) await maker.record(i, sink);
  }
  return { rows, drops };
}

export const field = (name: string): Expression => ({ op: 'field', name });
export const answer = (question: string): Expression => ({ op: 'answer', question });
export const variable = (name: string): Expression => ({ op: 'variable', name });
export const literal = (value: string | number | boolean | null): Expression => ({ op: 'literal', value });
export const call = (name: string, ...args: Expression[]): Expression => ({ op: 'call', name, args });
export const text = (...parts: Expression[]): Expression => ({ op: 'text', parts });
export const list = (...items: Expression[]): Expression => ({ op: 'list', items });
export const binary = (left: Expression, op: Binary, right: Expression): Expression => ({ op, left, right });
export const unified = (
  question: string,
  strategy = 'majority',
  more: { ties?: 'first' | 'random' | 'drop'; statuses?: readonly ('submitted' | 'draft' | 'discarded')[] } = {},
): Expression => ({
  op: 'unify',
  question,
  strategy,
  ties: 'first',
  statuses: ['submitted'],
  ...more,
});
export const column = (name: string, value: Expression): Entry => ({ entry: 'column', name, value });
export const define = (name: string, value: Expression): Entry => ({ entry: 'let', name, value });
export const where = (test: Expression, spelled: string): Entry => ({ entry: 'where', test, text: spelled });
export const loop = (loop: Loop, ...body: Entry[]): Entry => ({ entry: 'for', loop, body });
export const each: Extract<Loop, { over: 'responses' }> = { over: 'responses', statuses: ['submitted'], first: false };

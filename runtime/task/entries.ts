/**
 * Runs a task's entries over records. A candidate is one turn of the innermost loop (the record itself where there is
 * none); each becomes a row or a drop with its reason, and a record without any candidate counts as one that is dropped.
 */
import type { FeedbackResponse, RankedItem, RecordBatch, ResponseStatus } from '../dataset/record.js';
import { UserError } from '../error.js';
import type { Feedback } from '../unify/feedback.js';
import { exactRanks } from '../unify/strategies/ranks.js';
import { strategyFor } from '../unify/strategies/index.js';
import type { Setting } from '../unify/strategy.js';
import { learn, questionOf } from '../unify/unify.js';
import { compile, passes, type Compiled, type Compiler, type Scope, type Unify, type Variable } from './expression.js';
import { Frame } from './frame.js';
import { kindNamed } from './kinds/index.js';
import type { Origin } from './origin.js';
import { nearest } from '../nearest.js';
import type { Entry, EntryProgram, Loop } from './program.js';
import { RowShape, type RowSink } from './rows.js';
import { questionsIn, unificationsIn, walk } from './uses.js';
import { ValueError, type Value } from './value.js';

/** Makes rows of records, batch by batch. */
export interface RowMaker {
  /** Known once the first row is made; from the start for entries. */
  readonly shape: RowShape | undefined;
  startBatch(batch: RecordBatch): void;
  record(index: number, sink: RowSink): void | Promise<void>;
  /** Where the values of the row came from that the sink is just given, in the order of the shape's columns. */
  origins(): readonly (readonly Origin[])[];
}

interface Block {
  readonly sets: readonly { readonly slot: number; readonly value: Compiled }[];
  readonly wheres: readonly { readonly test: Compiled; readonly reason: string }[];
  readonly loops: readonly { readonly turns: Turns; readonly body: Block }[];
  /** Where no loop is inside: slots of the columns in the shape's order. */
  readonly columns: readonly Variable[];
}

/** Goes through a loop's turns, calling `turn` for each; gives why there was none. */
type Turns = (frame: Frame, turn: () => void) => string | undefined;

/** Compiles a task for a data set; `seed` decides random ties. */
export async function entryMaker(program: EntryProgram, dataset: Feedback, seed: number): Promise<RowMaker> {
  checkQuestions(program, dataset);
  const settings = new Map<Unify, Setting>();
  for (const unify of unificationsIn(program.entries)) {
    const question = questionOf(dataset, unify.question);
    const setting = { question, ties: unify.ties, seed };
    settings.set(unify, await learn(dataset, strategyFor(question, unify.strategy), unify.statuses, setting));
  }
  return new EntryMaker(program, dataset, settings);
}

function checkQuestions({ entries }: EntryProgram, dataset: Feedback): void {
  walk(entries, (expression) => 'question' in expression && questionOf(dataset, expression.question));
}

class EntryMaker implements RowMaker, Compiler {
  readonly shape: RowShape;
  readonly #frame: Frame;
  readonly #settings: ReadonlyMap<Unify, Setting>;
  readonly #block: Block;
  readonly #values: Value[] = [];
  #columns: readonly Variable[] = [];
  #slots = 0;

  constructor(program: EntryProgram, dataset: Feedback, settings: ReadonlyMap<Unify, Setting>) {
    this.#frame = new Frame(new Set(dataset.fields.map(({ name }) => name)));
    this.#settings = settings;
    this.shape = new RowShape(kindNamed(program.kind), columnNames(program.entries));
    const block = this.#compileBlock(program.entries, new Map(), []);
    const kept = unificationsIn(program.entries).filter(
      ({ question, strategy }) => strategyFor(questionOf(dataset, question), strategy).keepsAll,
    );
    // A row for each annotator's answer, aligned by annotator where several questions keep all of theirs.
    this.#block = kept.length === 0 ? block : { sets: [], wheres: [], columns: [], loops: [{ turns: eachAnswer(kept), body: block }] };
  }

  newSlot(): number {
    return this.#slots++;
  }

  placeOfField(name: string): number {
    if (!this.#frame.knownFields.has(name)) {
      const names = [...this.#frame.knownFields];
      throw new UserError(
        'name/unknown-field',
        `The dataset has no field "${name}".`,
        nearest(name, names) ?? `It has: ${names.join(', ')}.`,
      );
    }
    return this.#frame.placeOfField(name);
  }

  unification(unify: Unify) {
    const setting = this.#settings.get(unify)!;
    return { strategy: strategyFor(setting.question, unify.strategy), setting };
  }

  startBatch(batch: RecordBatch): void {
    this.#frame.startBatch(batch);
  }

  origins(): readonly (readonly Origin[])[] {
    return this.#columns.map(({ from }) => from?.origins(this.#frame) ?? []);
  }

  record(index: number, sink: RowSink): void {
    const frame = this.#frame;
    frame.startRecord(index);
    try {
      const none = this.#run(this.#block, [], sink);
      if (none !== undefined) sink.drop(none);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      throw new UserError(error.code, `${error.message} (record "${frame.id}")`, error.hint, { cause: error });
    }
  }

  /** Gives the reason where there was no candidate at all. */
  #run(block: Block, outer: readonly Block[], sink: RowSink): string | undefined {
    const frame = this.#frame;
    for (const { slot, value } of block.sets) frame.slots[slot] = value.run(frame);
    const blocks = block.wheres.length > 0 ? [...outer, block] : outer;
    if (block.loops.length === 0) {
      this.#candidate(block.columns, blocks, sink);
      return undefined;
    }
    let reason: string | undefined;
    let any = false;
    for (const { turns, body } of block.loops) {
      const none = turns(frame, () => {
        const inside = this.#run(body, blocks, sink);
        if (inside === undefined) any = true;
        else reason ??= inside;
      });
      reason ??= none;
    }
    return any ? undefined : (reason ?? 'nothing to go through');
  }

  #candidate(columns: readonly Variable[], blocks: readonly Block[], sink: RowSink): void {
    const { slots } = this.#frame;
    const { shape } = this;
    this.#columns = columns;
    for (let i = 0; i < columns.length; i++) {
      const { slot, from } = columns[i]!;
      const stored = slots[slot] === null ? undefined : shape.store(i, slots[slot]);
      if (stored === undefined) return sink.drop(from?.why(this.#frame) ?? 'is null', shape.names[i]);
      this.#values[i] = stored;
    }
    for (const { wheres } of blocks) {
      for (const { test, reason } of wheres) if (!passes(test.run(this.#frame))) return sink.drop(reason);
    }
    sink.row(this.#values);
  }

  #compileBlock(entries: readonly Entry[], outer: Scope, outerColumns: readonly string[]): Block {
    const scope = new Map(outer);
    const columns = [...outerColumns];
    const sets: { slot: number; value: Compiled }[] = [];
    const wheres: { test: Compiled; reason: string }[] = [];
    const loops: { loop: Loop; body: readonly Entry[] }[] = [];
    for (const entry of entries) {
      if (entry.entry === 'where') {
        wheres.push({ test: compile(entry.test, scope, this), reason: `where ${entry.text}` });
      } else if (entry.entry === 'for') {
        loops.push(entry);
      } else {
        const value = compile(entry.value, scope, this);
        const slot = this.newSlot();
        sets.push({ slot, value });
        scope.set(entry.name, { slot, from: value });
        if (entry.entry === 'column') {
          if (columns.includes(entry.name)) throw new UserError('type/columns', `The column "${entry.name}" is given twice.`);
          columns.push(entry.name);
        }
      }
    }
    if (loops.length === 0) return { sets, wheres, loops: [], columns: this.#columnsIn(scope, columns) };
    return { sets, wheres, columns: [], loops: loops.map(({ loop, body }) => this.#compileLoop(loop, body, scope, columns)) };
  }

  #columnsIn(scope: Scope, columns: readonly string[]): Variable[] {
    return this.shape.names.map((name) => {
      if (!columns.includes(name)) throw new UserError('type/columns', `The column "${name}" is given in one "for" and not in another.`);
      return scope.get(name)!;
    });
  }

  #compileLoop(loop: Loop, body: readonly Entry[], scope: Scope, columns: readonly string[]): Block['loops'][number] {
    if (loop.over === 'responses')
      return { turns: eachResponse(loop.statuses, loop.first, questionsIn(body)), body: this.#compileBlock(body, scope, columns) };
    const inside = new Map(scope);
    if (loop.over === 'items') {
      const list = compile(loop.list, scope, this);
      const item = this.#variable(inside, loop.name, list);
      return { turns: eachItem(list, item), body: this.#compileBlock(body, inside, columns) };
    }
    const ranking = compile(loop.ranking, scope, this);
    const [better, worse] = [this.#variable(inside, loop.better, ranking), this.#variable(inside, loop.worse, ranking)];
    return { turns: eachPair(ranking, better, worse), body: this.#compileBlock(body, inside, columns) };
  }

  /** A loop's variable; its values come from where those that it goes through do. */
  #variable(scope: Map<string, Variable>, name: string, { origins }: Compiled): number {
    const slot = this.newSlot();
    const why = () => `"${name}" is null`;
    scope.set(name, { slot, from: { run: (frame) => frame.slots[slot], why, origins } });
    return slot;
  }
}

/** Columns in order of first appearance, those of all loops together. */
function columnNames(entries: readonly Entry[]): string[] {
  const names = entries.flatMap((entry) =>
    entry.entry === 'column' ? [entry.name] : entry.entry === 'for' ? columnNames(entry.body) : [],
  );
  return [...new Set(names)];
}

function eachAnswer(unifications: readonly Unify[]): Turns {
  const answers = ({ status, values }: FeedbackResponse) =>
    unifications.some(({ question, statuses }) => statuses.includes(status) && (values[question] ?? null) !== null);
  const reason = unifications.map(({ question, statuses }) => `no ${statuses.join(' or ')} answer to "${question}"`)[0]!;
  return (frame, turn) => eachOf(frame, frame.responses.filter(answers), turn, reason);
}

/** Annotators who answered nothing that the loop asks for have no turn: a source may not even know of them. */
function eachResponse(statuses: readonly ResponseStatus[], first: boolean, questions: readonly string[]): Turns {
  const counts = ({ status, values }: FeedbackResponse) =>
    statuses.includes(status) && (questions.length === 0 || questions.some((question) => (values[question] ?? null) !== null));
  const reason = `no ${statuses.join(' or ')} response`;
  return (frame, turn) => {
    const responses = frame.responses.filter(counts);
    return eachOf(frame, first ? responses.slice(0, 1) : responses, turn, reason);
  };
}

function eachOf(frame: Frame, responses: readonly FeedbackResponse[], turn: () => void, reason: string): string | undefined {
  const outer = frame.response;
  for (const response of responses) {
    frame.response = response;
    turn();
  }
  frame.response = outer;
  return responses.length === 0 ? reason : undefined;
}

function eachItem(list: Compiled, slot: number): Turns {
  return (frame, turn) => {
    const items = list.run(frame);
    if (items === null) return list.why(frame) ?? 'the list is null';
    if (!Array.isArray(items)) throw new ValueError('type/operand', 'A "for each … in" goes through a list.');
    for (const item of items as Value[]) {
      frame.slots[slot] = item;
      turn();
    }
    return items.length === 0 ? 'the list is empty' : undefined;
  };
}

function eachPair(ranking: Compiled, better: number, worse: number): Turns {
  return (frame, turn) => {
    const value = ranking.run(frame);
    if (value === null) return ranking.why(frame) ?? 'the ranking is null';
    const items = exactRanks(value as readonly RankedItem[])
      .filter(({ rank }) => rank !== null)
      .sort((a, b) => a.rank! - b.rank!);
    let any = false;
    for (const above of items) {
      for (const below of items) {
        if (!(above.rank! < below.rank!)) continue;
        any = true;
        frame.slots[better] = above.value;
        frame.slots[worse] = below.value;
        turn();
      }
    }
    return any ? undefined : 'no option is ranked above another';
  };
}

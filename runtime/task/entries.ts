/**
 * Runs a task's entries over records. A candidate is one turn of the innermost loop (the record itself where there is
 * none); each becomes a row or a drop with its reason, and a record without any candidate counts as one that is dropped.
 */
import type { RankedItem, RecordBatch, ResponseStatus } from '../dataset/record.js';
import { UserError } from '../error.js';
import type { Feedback } from '../unify/feedback.js';
import { exactRanks } from '../unify/strategies/ranks.js';
import { strategyFor } from '../unify/strategies/index.js';
import type { Setting } from '../unify/strategy.js';
import { learn, questionOf } from '../unify/unify.js';
import { compile, passes, placesOf, type Compiled, type Compiler, type Scope, type Unify, type Variable } from './expression.js';
import { Frame } from './frame.js';
import { kindNamed } from './kinds/index.js';
import { RowText } from './lateText.js';
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
  /** Where no loop is inside: the columns in the shape's order. */
  readonly columns: readonly BlockColumn[];
}

interface BlockColumn {
  readonly variable: Variable;
  /** A text that its file can take without its being made. */
  readonly late: RowText | undefined;
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
  #columns: readonly BlockColumn[] = [];
  #slots = 0;
  readonly #texts: ReadonlySet<string>;

  constructor(program: EntryProgram, dataset: Feedback, settings: ReadonlyMap<Unify, Setting>) {
    this.#frame = new Frame(new Set(dataset.fields.map(({ name }) => name)));
    this.#settings = settings;
    this.#texts = new Set(dataset.questions.filter(({ type }) => type === 'text').map(({ name }) => name));
    this.shape = new RowShape(kindNamed(program.kind), columnNames(program.entries));
    const block = this.#compileBlock(program.entries, new Map(), []);
    const kept = unificationsIn(program.entries).filter(
      ({ question, strategy }) => strategyFor(questionOf(dataset, question), strategy).keepsAll,
    );
    // A row for each annotator's answer, aligned by annotator where several questions keep all of theirs.
    this.#block = kept.length === 0 ? block : { sets: [], wheres: [], columns: [], loops: [{ turns: eachAnswer(kept, this.#frame), body: block }] };
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

  placeOfQuestion(name: string): number {
    return this.#frame.placeOfQuestion(name);
  }

  isText(question: string): boolean {
    return this.#texts.has(question);
  }

  unification(unify: Unify) {
    const setting = this.#settings.get(unify)!;
    return { strategy: strategyFor(setting.question, unify.strategy), setting };
  }

  startBatch(batch: RecordBatch): void {
    this.#frame.startBatch(batch);
  }

  origins(): readonly (readonly Origin[])[] {
    return this.#columns.map(({ variable }) => variable.from?.origins(this.#frame) ?? []);
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

  #candidate(columns: readonly BlockColumn[], blocks: readonly Block[], sink: RowSink): void {
    const { slots } = this.#frame;
    const { shape } = this;
    this.#columns = columns;
    for (let i = 0; i < columns.length; i++) {
      const { variable: { slot, from, inPlace }, late } = columns[i]!;
      if (late && !late.isNull) {
        this.#values[i] = late;
        continue;
      }
      const value = inPlace ? from!.run(this.#frame) : slots[slot];
      const stored = value === null ? undefined : shape.store(i, value);
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
        // Inside a loop further in, another response may have its turn.
        const inPlace = value.late && !entries.some((other) => other.entry === 'for') ? true : undefined;
        if (!inPlace) sets.push({ slot, value });
        scope.set(entry.name, { slot, from: value, inPlace });
        if (entry.entry === 'column') {
          if (columns.includes(entry.name)) throw new UserError('type/columns', `The column "${entry.name}" is given twice.`);
          columns.push(entry.name);
        }
      }
    }
    if (loops.length === 0) return { sets, wheres, loops: [], columns: this.#columnsIn(scope, columns) };
    return { sets, wheres, columns: [], loops: loops.map(({ loop, body }) => this.#compileLoop(loop, body, scope, columns)) };
  }

  #columnsIn(scope: Scope, columns: readonly string[]): BlockColumn[] {
    return this.shape.names.map((name, i) => {
      if (!columns.includes(name)) throw new UserError('type/columns', `The column "${name}" is given in one "for" and not in another.`);
      const variable = scope.get(name)!;
      // Labels are counted, so that they are made in any case.
      const late = variable.inPlace && this.shape.stored[i] === 'text' && i !== this.shape.labelIndex ? new RowText(variable.from!.late!, this.#frame) : undefined;
      return { variable, late };
    });
  }

  #compileLoop(loop: Loop, body: readonly Entry[], scope: Scope, columns: readonly string[]): Block['loops'][number] {
    if (loop.over === 'responses')
      return { turns: eachResponse(loop.statuses, loop.first, questionsIn(body), this.#frame), body: this.#compileBlock(body, scope, columns) };
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

function eachAnswer(unifications: readonly Unify[], frame: Frame): Turns {
  const asked = unifications.map(({ question, statuses }) => ({ place: frame.placeOfQuestion(question), statuses }));
  const all = [...new Set(asked.flatMap(({ statuses }) => statuses))];
  const reason = unifications.map(({ question, statuses }) => `no ${statuses.join(' or ')} answer to "${question}"`)[0]!;
  return (frame, turn) => {
    const answers = (at: number) => asked.some(({ place, statuses }) => frame.answers[place]!.has(at) && statuses.includes(frame.responses.status.get(at)));
    return eachOf(frame, placesOf(frame, all).filter(answers), turn, reason);
  };
}

/** Annotators who answered nothing that the loop asks for have no turn: a source may not even know of them. */
function eachResponse(statuses: readonly ResponseStatus[], first: boolean, questions: readonly string[], frame: Frame): Turns {
  const asked = questions.map((question) => frame.placeOfQuestion(question));
  const reason = `no ${statuses.join(' or ')} response`;
  return (frame, turn) => {
    const places = placesOf(frame, statuses);
    const answering = asked.length === 0 ? places : places.filter((at) => asked.some((place) => frame.answers[place]!.has(at)));
    return eachOf(frame, first ? answering.slice(0, 1) : answering, turn, reason);
  };
}

function eachOf(frame: Frame, places: readonly number[], turn: () => void, reason: string): string | undefined {
  const outer = frame.response;
  for (const place of places) {
    frame.response = place;
    turn();
  }
  frame.response = outer;
  return places.length === 0 ? reason : undefined;
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

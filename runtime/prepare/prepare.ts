import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Data } from 'apache-arrow';
import { UserError } from '../error.js';
import { writeFolderAtomic } from '../files/atomic.js';
import { entryMaker, type RowMaker } from '../task/entries.js';
import { FunctionMaker } from '../task/format.js';
import { labelsOf } from '../task/labels.js';
import type { RowSink } from '../task/rows.js';
import type { RowOf } from '../task/kinds/rows.js';
import type { TrainingTask } from '../task/trainingTask.js';
import type { Feedback } from '../unify/feedback.js';
import { ArrowFile, ArrowFileWriter, type WrittenFile } from './arrowFile.js';
import { unlessAborted } from './aborted.js';
import { builderFor, integers, TextBuilder, type ColumnBuilder } from './columns.js';
import { brokenReason, isBroken } from './broken.js';
import { DropCounter } from './drops.js';
import { nothingLeft } from './empty.js';
import { manifestName, manifestVersion, type Manifest, type PreparedWarning } from './manifest.js';
import { Prepared } from './prepared.js';
import { RecordSplit, trainCount, trainShare } from './split.js';
import { Together, type TogetherOptions } from './together.js';

export interface PrepareProgress {
  readonly phase: 'reading' | 'splitting';
  /** Records read so far. */
  readonly records: number;
  /** Of so many, where it is known. */
  readonly total: number | undefined;
  /** Rows made so far. */
  readonly rows: number;
}

export interface PrepareOptions extends TogetherOptions {
  /** Share of the records that have rows for training, above 0 and up to 1. Default: 1, all of them. */
  readonly trainSize?: number | undefined;
  /** The rest; may be given in place of the train size. */
  readonly testSize?: number | undefined;
  /** For the split and random ties. Default: 42. */
  readonly seed?: number | undefined;
  /** Each label is as frequent on both sides, as far as its number allows. Default: no. */
  readonly stratify?: boolean | undefined;
  /** Where prepared rows are kept, each in a folder named by its fingerprint. */
  readonly cacheFolder: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PrepareProgress) => void) | undefined;
}

/**
 * Makes a task's rows of a data set, splits them by record and writes them as Arrow files; done before with the same
 * task, data, seed, sizes and way to split, they are only opened. Equal input gives equal bytes.
 * Throws `data/split`, `name/unknown-field`, `data/nothing-left`, `data/unanswered-question`, and what the task's own checks throw.
 *
 * @example
 * const prepared = await prepare(task, messages, { trainSize: 0.8, seed: 42, cacheFolder: '.tasklab/prepared' });
 * console.log(prepared.train.length, prepared.test.length, prepared.dropped);
 */
export async function prepare<K extends string>(
  task: TrainingTask<K>,
  dataset: Feedback,
  options: PrepareOptions,
): Promise<Prepared<RowOf<K>>> {
  const share = trainShare(options);
  const seed = options.seed ?? 42;
  if (!Number.isInteger(seed)) throw new UserError('data/seed', `The seed is ${seed}; it is a whole number.`);
  const source = await dataset.fingerprint();
  const fingerprint = fingerprintOf(task, dataset, source, { ...options, share, seed });
  const folder = join(options.cacheFolder, fingerprint.slice(0, 32));
  const known = task.cacheable ? await Prepared.find<RowOf<K>>(folder, fingerprint) : undefined;
  if (known) return known;
  await writeFolderAtomic(
    folder,
    async (temporary) => {
      const manifest = await new Preparation(task, dataset, { ...options, share, seed }).run(temporary, source, fingerprint);
      if ((await dataset.fingerprint()) !== source) {
        throw new UserError('data/changed', 'The data set changed while it was read.', 'Run it again once nobody writes to it.');
      }
      await writeFile(join(temporary, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
    },
    { signal: options.signal },
  );
  return Prepared.open<RowOf<K>>(folder);
}

function fingerprintOf(task: TrainingTask, dataset: Feedback, source: string, { share, seed, stratify, splitBy, dedupe }: PrepareOptions & { share: number }): string {
  const { name, description, fields, questions } = dataset;
  const settings = [
    fields.map((field) => field.name),
    questions.map((question) => [question.name, question.type, question.options ?? null]),
  ];
  const all = [manifestVersion, task.name, task.kind, task.fingerprint, name ?? null, description ?? null, settings, source, share, seed, stratify ?? false, splitBy ?? null, dedupe ?? false];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}

/** One pass over the records, and one over their rows where they are split. */
class Preparation implements RowSink {
  readonly #task: TrainingTask;
  readonly #dataset: Feedback;
  readonly #options: PrepareOptions & { readonly share: number; readonly seed: number };
  readonly #drops = new DropCounter();
  readonly #labels = new Set<string>();
  readonly #split: RecordSplit;
  readonly #together: Together;
  /** Labels of the records that have rows, where they are stratified, as numbers in order of first appearance. */
  readonly #strata: number[] = [];
  readonly #stratumOf = new Map<string, number>();
  /** Rows of each record that has some, in order. */
  readonly #rowsOfRecord: number[] = [];
  #maker!: RowMaker;
  #builders: ColumnBuilder[] | undefined;
  #record = '';
  #rowsOfThis = 0;
  #rows = 0;
  #records = 0;

  constructor(task: TrainingTask, dataset: Feedback, options: PrepareOptions & { share: number; seed: number }) {
    this.#task = task;
    this.#dataset = dataset;
    this.#options = options;
    this.#split = new RecordSplit(options.seed);
    this.#together = new Together(dataset, task.projection, options);
  }

  async run(folder: string, source: string, fingerprint: string): Promise<Manifest> {
    const { program } = this.#task;
    const { seed, share } = this.#options;
    this.#maker = 'format' in program ? new FunctionMaker(program, this.#dataset) : await entryMaker(program, this.#dataset, seed);
    const whole = share === 1;
    if (this.#options.stratify && this.#maker.shape && this.#maker.shape.labelIndex < 0) {
      throw new UserError('data/split', `Rows of ${this.#task.kind} have no label to stratify by.`, 'Leave "stratify" out, or split by a field.');
    }
    const written = await this.#writeRows(join(folder, whole ? 'train.arrow' : 'rows.arrow'));
    if (this.#rows === 0) throw await nothingLeft(this.#task, this.#dataset, this.#records, this.#drops.list());
    const sides = this.#split.sides(trainCount(this.#split.records, share), this.#together.groups(), this.#options.stratify ? this.#strata : undefined);
    const trainRecords = sides.reduce((sum, isTrain) => sum + Number(isTrain), 0);
    const files = whole
      ? { train: written, test: await this.#writeEmpty(join(folder, 'test.arrow')) }
      : await this.#splitRows(folder, sides);
    const labels = this.#labels.size > 0 ? labelsOf(program, this.#dataset, this.#labels) : null;
    return {
      version: manifestVersion,
      fingerprint,
      task: { name: this.#task.name, kind: this.#task.kind, fingerprint: this.#task.fingerprint },
      dataset: { name: this.#dataset.name ?? null, description: this.#dataset.description ?? null, fingerprint: source },
      seed,
      train_size: share,
      split: { by: this.#options.splitBy ?? 'record', identical_texts_together: this.#options.dedupe ?? false, stratified: this.#options.stratify ?? false },
      columns: this.#maker.shape!.columns.map(({ name }, i) => ({ name, type: this.#maker.shape!.stored[i]! })),
      labels,
      counts: {
        records: this.#records,
        records_with_rows: this.#split.records,
        candidates: this.#rows + this.#drops.total,
        rows: this.#rows,
        train: { records: trainRecords, rows: files.train.rows },
        test: { records: this.#split.records - trainRecords, rows: files.test.rows },
      },
      dropped: this.#drops.list(),
      warnings: this.#warnings(whole ? undefined : sides),
      files: { 'train.arrow': files.train, 'test.arrow': files.test },
    };
  }

  row(values: readonly unknown[]): void {
    const { shape } = this.#maker;
    const broken = values.findIndex(isBroken);
    if (broken >= 0) return this.drop(brokenReason, shape!.names[broken]);
    this.#builders ??= this.#newColumns();
    this.#builders[0]!.append(this.#rows);
    this.#builders[1]!.append(this.#record);
    for (let i = 0; i < values.length; i++) this.#builders[i + 2]!.append(values[i]);
    this.#rows++;
    this.#rowsOfThis++;
    const label = shape!.labelIndex;
    if (label >= 0) this.#see(values[label]);
    if (this.#options.stratify && this.#rowsOfThis === 1) this.#stratify(values[label]);
  }

  /** A record's stratum is its first row's label. */
  #stratify(label: unknown): void {
    const key = JSON.stringify(Array.isArray(label) ? [...(label as string[])].sort() : label);
    if (!this.#stratumOf.has(key)) this.#stratumOf.set(key, this.#stratumOf.size);
    this.#strata.push(this.#stratumOf.get(key)!);
  }

  drop(reason: string, column?: string): void {
    this.#drops.add(reason, column);
  }

  #see(label: unknown): void {
    if (typeof label === 'string') this.#labels.add(label);
    else if (Array.isArray(label)) for (const each of label) this.#labels.add(String(each));
  }

  async #writeRows(path: string): Promise<WrittenFile> {
    const { signal, onProgress } = this.#options;
    let writer: ArrowFileWriter | undefined;
    let paused = performance.now();
    const report = () => onProgress?.({ phase: 'reading', records: this.#records, total: this.#dataset.count, rows: this.#rows });
    try {
      for await (const batch of this.#dataset.batches(this.#together.wider(this.#task.projection))) {
        this.#maker.startBatch(batch);
        this.#together.startBatch(batch);
        for (let i = 0; i < batch.length; i++) {
          this.#record = batch.id.get(i);
          this.#rowsOfThis = 0;
          const made = this.#maker.record(i, this);
          if (made) await unlessAborted(made, signal);
          if (this.#rowsOfThis > 0) {
            this.#split.add(this.#record);
            this.#together.add(i);
            this.#rowsOfRecord.push(this.#rowsOfThis);
          }
          this.#records++;
          if (this.#builders) {
            writer ??= await ArrowFileWriter.create(path, this.#named(this.#builders));
            if (writer.isFull) await writer.flush();
          }
          if ((i & 255) === 255 && performance.now() - paused > 50) {
            // Lets timers, sockets and an interrupt have their turn.
            await setImmediate();
            paused = performance.now();
            signal?.throwIfAborted();
            report();
          }
        }
        signal?.throwIfAborted();
      }
      report();
      return writer ? await writer.close() : { rows: 0, bytes: 0, sha256: '' };
    } finally {
      await writer?.abandon();
    }
  }

  async #splitRows(folder: string, sides: readonly boolean[]): Promise<{ train: WrittenFile; test: WrittenFile }> {
    const [train, test] = [await this.#writer(folder, 'train.arrow'), await this.#writer(folder, 'test.arrow')];
    try {
      const rows = new ArrowFile(join(folder, 'rows.arrow'));
      const runs = runsOf(sides, this.#rowsOfRecord);
      let run = runs.next();
      let left = run.done ? 0 : run.value.rows;
      for (let index = 0; index < rows.batchCount; index++) {
        this.#options.signal?.throwIfAborted();
        const batch = rows.batch(index);
        const data = batch.data.children as readonly Data[];
        for (let at = 0; at < batch.numRows && !run.done;) {
          const writer = run.value.train ? train : test;
          const count = Math.min(left, batch.numRows - at, writer.room);
          writer.columns.forEach((column, i) => column.appendRange(data[i]!, at, at + count));
          if (writer.isFull) await writer.flush();
          at += count;
          left -= count;
          if (left === 0) left = (run = runs.next()).done ? 0 : run.value.rows;
        }
        this.#options.onProgress?.({ phase: 'splitting', records: this.#records, total: this.#dataset.count, rows: this.#rows });
      }
      const files = { train: await train.close(), test: await test.close() };
      await rm(join(folder, 'rows.arrow'));
      return files;
    } finally {
      await train.abandon();
      await test.abandon();
    }
  }

  async #writeEmpty(path: string): Promise<WrittenFile> {
    const writer = await ArrowFileWriter.create(path, this.#named(this.#newColumns()));
    return writer.close();
  }

  #writer(folder: string, name: string): Promise<ArrowFileWriter> {
    return ArrowFileWriter.create(join(folder, name), this.#named(this.#newColumns()));
  }

  #newColumns(): ColumnBuilder[] {
    return [integers(), new TextBuilder(), ...this.#maker.shape!.stored.map((stored) => builderFor(stored!))];
  }

  #named(builders: readonly ColumnBuilder[]): Map<string, ColumnBuilder> {
    return new Map(['id', 'record', ...this.#maker.shape!.names].map((name, i) => [name, builders[i]!]));
  }

  #warnings(sides: readonly boolean[] | undefined): PreparedWarning[] {
    const warnings: PreparedWarning[] = [];
    if (this.#labels.size === 1 && this.#task.kind === 'text_classification') {
      warnings.push({ code: 'data/one-class', message: `All ${this.#rows} rows have the label "${[...this.#labels][0]}".` });
    }
    const { records, apart } = this.#together.identical(sides);
    if (records > 0) {
      const which = records === 1 ? '1 record has' : `${records} records have`;
      const where = apart > 0 ? `, ${apart} of them on the other side of the split; "dedupe = true" keeps them together` : '';
      warnings.push({ code: 'data/identical-texts', message: `${which} the same texts as an earlier one${where}.` });
    }
    return warnings;
  }
}

/** Neighbouring rows of the same side. */
function* runsOf(
  sides: readonly boolean[],
  rowsOfRecord: readonly number[],
): Generator<{ readonly train: boolean; readonly rows: number }> {
  for (let i = 0; i < sides.length;) {
    const train = sides[i]!;
    let rows = 0;
    for (; i < sides.length && sides[i] === train; i++) rows += rowsOfRecord[i]!;
    yield { train, rows };
  }
}

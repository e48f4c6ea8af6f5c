import { join } from 'node:path';
import { UserError } from '../error.js';
import { classification, majorityLabel, majorityLabels, multiLabelClassification, type Evaluation } from '../metrics/classification.js';
import { jobOptions, type Job } from '../run/job.js';
import { occurringLabels } from '../run/trainingRows.js';
import type { TrainedModel, WorkerContext } from '../run/worker.js';
import type { SparseMatrix } from './csr.js';
import { learnEmbedding } from './embedding/learn.js';
import type { Features, Texts } from './features.js';
import { minimize } from './lbfgs.js';
import { logisticObjective, type Targets } from './logistic.js';
import { LinearModel, outputsOf } from './model.js';
import { checkTfidfUnused, LinearOptions } from './options.js';
import { hasLabelLists, readRows } from './rows.js';
import { compareCodePoints } from './tfidf.js';
import { learnTfidf } from './tfidfFeatures.js';

/** Every so many iterations the test rows are asked. */
const testEvery = 5;

/** Labels by row; one label is a list of one. */
type Truth = readonly (readonly string[])[];

/** The rows of one split. */
export interface Split {
  readonly texts: Texts;
  readonly rows: number;
}

/** What was learned of the texts alone, and the splits' rows by it. */
export interface Learned {
  readonly features: Features;
  readonly train: SparseMatrix;
  readonly test: SparseMatrix | undefined;
  /** Steps of the run that it took. */
  readonly steps: number;
}

/**
 * Trains the embedded classifier of one job: TF-IDF of word and character n-grams, or vectors of a sentence-embedding model, and
 * logistic regression by L-BFGS.
 */
export async function trainLinear(context: WorkerContext): Promise<TrainedModel> {
  const { job, emit, signal } = context;
  const options = optionsOf(job);
  const trainPath = join(context.jobFolder, job.data.train);
  const testPath = job.data.test === null ? null : join(context.jobFolder, job.data.test);
  emit({ type: 'started', total: job.model === null ? options.max_iter : null, resumed_from: null });

  const multiLabel = await hasLabelLists(trainPath);
  const truth = await readTruth(trainPath);
  const testTruth = testPath === null ? [] : await readTruth(testPath);
  const labels = knownLabels(job.labels, [truth, testTruth]);
  const learnable = labelsToLearn(labels, truth, multiLabel);
  tellUnseen(labels, learnable, testTruth, emit);

  const trainSplit = { texts: () => texts(trainPath), rows: truth.length };
  const testSplit = testPath === null || testTruth.length === 0 ? undefined : { texts: () => texts(testPath), rows: testTruth.length };
  const learned = job.model === null ? await learnTfidf(trainSplit, testSplit, options, signal) : await learnEmbedding(job.model, trainSplit, testSplit, options.max_iter, context);
  try {
    const columns = job.model === null ? 'n-grams' : 'numbers of a vector';
    emit({ type: 'log', level: 'info', message: `${truth.length} rows, ${learned.features.columns} ${columns}, ${learnable.length} labels.` });
    return await solve(context, options, learned, { labels, learnable, multiLabel, truth, testTruth });
  } finally {
    await learned.features.close();
  }
}

interface Answers {
  readonly labels: readonly string[];
  /** Those that training rows have. */
  readonly learnable: readonly string[];
  readonly multiLabel: boolean;
  readonly truth: Truth;
  readonly testTruth: Truth;
}

async function solve({ emit, signal }: WorkerContext, options: LinearOptions, learned: Learned, { labels, learnable, multiLabel, truth, testTruth }: Answers): Promise<TrainedModel> {
  const { features, train: matrix, test: testMatrix, steps } = learned;
  const modelOf = (parameters: Float64Array): LinearModel => new LinearModel(learnable, multiLabel, features, parameters);
  const outputs = outputsOf(learnable.length, multiLabel);
  const start = new Float64Array((matrix.columns + 1) * outputs);
  const test = (model: LinearModel): Evaluation => evaluate(labels, multiLabel, testTruth, model.decide(testMatrix!).map(({ label }) => [label].flat()));

  const targets = targetsOf(learnable, truth, multiLabel);
  const objective = logisticObjective(matrix, targets, options.C, rowWeights(targets, truth.length, options.class_weight));
  let found: LinearModel | undefined;
  for (const { iteration, x, value, converged } of minimize(objective, start, { maxIterations: options.max_iter, tolerance: options.tolerance })) {
    // Signals and other work come to their turn here.
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    found = modelOf(x);
    const isLast = converged || iteration === options.max_iter;
    emit({ type: 'metric', name: 'loss', value, step: iteration, split: 'train' });
    if (testMatrix && (iteration % testEvery === 0 || isLast)) {
      const { metrics } = test(found);
      for (const name of ['accuracy', 'f1']) emit({ type: 'metric', name, value: metrics[name]!, step: iteration, split: 'test' });
    }
    emit({ type: 'progress', step: steps + iteration, total: steps + (converged ? iteration : options.max_iter), epoch: null });
    if (isLast && !converged) {
      emit({ type: 'log', level: 'warning', message: `The solver did not converge in ${options.max_iter} iterations; a larger max_iter may give a better model.` });
    }
  }
  const model = found!;

  let metrics: Record<string, number> | null = null;
  let baseline: Record<string, number> | null = null;
  if (testMatrix) {
    const result = test(model);
    const guess = multiLabel ? majorityLabels(labels, truth) : [majorityLabel(labels, truth.flat())];
    metrics = result.metrics;
    baseline = evaluate(labels, multiLabel, testTruth, testTruth.map(() => guess)).metrics;
    emit({ type: 'evaluated', split: 'test', rows: testTruth.length, metrics, baseline, per_class: [...result.perClass], confusion: copyConfusion(result) });
  } else {
    emit({ type: 'log', level: 'warning', message: 'No rows were held out, so it is not known how good the model is on new texts; give a train_size below 1.' });
  }
  return { ...model.toFiles(), labels: [...labels], multi_label: multiLabel, rows: { train: truth.length, test: testTruth.length }, metrics, baseline };
}

function optionsOf(job: Job): LinearOptions {
  const options = jobOptions(job, LinearOptions);
  if (job.model !== null) checkTfidfUnused(options);
  else if (options.word_ngrams.length === 0 && options.char_ngrams.length === 0) {
    throw new UserError('training/wrong-value', 'Both "word_ngrams" and "char_ngrams" are empty, so there is nothing to learn from.', 'Give one of them a range, as [1, 2].');
  }
  return options;
}

async function* texts(path: string): AsyncGenerator<string, void> {
  for await (const row of readRows(path)) yield row.text;
}

async function readTruth(path: string): Promise<Truth> {
  const truth: string[][] = [];
  for await (const { label } of readRows(path)) truth.push([label].flat());
  return truth;
}

function knownLabels(listed: readonly string[] | null, splits: readonly Truth[]): readonly string[] {
  const occurring = new Set(splits.flat(2));
  if (listed === null) return [...occurring].sort(compareCodePoints);
  const unknown = [...occurring].filter((label) => !listed.includes(label));
  if (unknown.length > 0) {
    throw new UserError('data/unknown-label', `Rows have the label "${unknown[0]}", which is none of the task's.`, `They are: ${listed.join(', ')}.`);
  }
  return listed;
}

/** The labels that training rows have, in order: a model knows no others. */
function labelsToLearn(labels: readonly string[], truth: Truth, multiLabel: boolean): readonly string[] {
  const occurring = occurringLabels(truth, multiLabel);
  return labels.filter((label) => occurring.has(label));
}

function tellUnseen(labels: readonly string[], learnable: readonly string[], testTruth: Truth, emit: WorkerContext['emit']): void {
  for (const label of labels) {
    if (learnable.includes(label)) continue;
    const rows = testTruth.filter((row) => row.includes(label)).length;
    const inTest = rows > 0 ? `; ${rows} test ${rows === 1 ? 'row has' : 'rows have'} it and will be wrong` : '';
    emit({ type: 'log', level: 'warning', message: `No training row has the label "${label}", so the model will never give it${inTest}.` });
  }
}

function targetsOf(learnable: readonly string[], truth: Truth, multiLabel: boolean): Targets {
  const index = new Map(learnable.map((label, at) => [label, at]));
  if (multiLabel) {
    const values = new Uint32Array(truth.length * learnable.length);
    truth.forEach((row, at) => row.forEach((label) => (values[at * learnable.length + index.get(label)!] = 1)));
    return { link: 'sigmoid', outputs: learnable.length, values };
  }
  const values = Uint32Array.from(truth, ([label]) => index.get(label!)!);
  return learnable.length === 2 ? { link: 'sigmoid', outputs: 1, values } : { link: 'softmax', outputs: learnable.length, values };
}

/** `balanced` gives the answers of each problem the same total: n / (answers × rows with that answer). */
function rowWeights({ link, outputs, values }: Targets, rows: number, weight: 'balanced' | null): Float64Array {
  if (weight === null) return new Float64Array(values.length).fill(1);
  const answers = link === 'softmax' ? outputs : 2;
  const problems = link === 'softmax' ? 1 : outputs;
  const counts = new Float64Array(problems * answers);
  values.forEach((value, i) => (counts[(i % problems) * answers + value]! += 1));
  return Float64Array.from(values, (value, i) => rows / (answers * counts[(i % problems) * answers + value]!));
}

function evaluate(labels: readonly string[], multiLabel: boolean, truth: Truth, predicted: Truth): Evaluation {
  return multiLabel ? multiLabelClassification(labels, truth, predicted) : classification(labels, truth.flat(), predicted.flat());
}

function copyConfusion({ confusion }: Evaluation): { labels: string[]; counts: number[][] } | null {
  return confusion && { labels: [...confusion.labels], counts: confusion.counts.map((row) => [...row]) };
}

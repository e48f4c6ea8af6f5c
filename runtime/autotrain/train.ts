import { UserError } from '../error.js';
import { modelFromRun } from '../frameworks/elsewhere.js';
import { Rows } from '../prepare/rows.js';
import { needRows, occurringLabels } from '../run/trainingRows.js';
import type { TrainedModel, WorkerContext } from '../run/worker.js';
import { autotrainTasks, autotrainVersion, command, configuration, configurationPath, dataPath } from './configuration.js';
import { fineTuningRows, preferenceRows, rewardRows, type AutoTrainRows } from './rows.js';

type Row = Readonly<Record<string, unknown>>;
type Emit = WorkerContext['emit'];

const laidOut: Readonly<Record<string, (rows: readonly Row[]) => AutoTrainRows>> = {
  text_classification: (rows) => ({ rows, columns: { text_column: 'text', target_column: 'target' }, chats: false, notices: [] }),
  supervised_fine_tuning: fineTuningRows,
  reward_modeling: rewardRows,
  direct_preference_optimization: preferenceRows,
};

/** Writes what AutoTrain trains with: its configuration, and the rows beside it. Nothing is trained. */
export async function writeAutoTrain({ job, jobFolder, emit, signal }: WorkerContext): Promise<TrainedModel> {
  const layOut = laidOut[job.kind];
  if (!layOut || !autotrainTasks[job.kind]) throw new UserError('run/broken-job', `AutoTrain does not train ${job.kind}.`);
  emit({ type: 'started', total: 1, resumed_from: null });
  const train = layOut([...Rows.open<Row>(jobFolder, job.data.train)]);
  const test = job.data.test === null ? null : layOut([...Rows.open<Row>(jobFolder, job.data.test)]);
  signal.throwIfAborted();
  for (const notice of new Set([...train.notices, ...(test?.notices ?? [])])) emit({ type: 'log', level: 'warning', message: notice });
  needRows(train.rows.length);

  const isClassification = job.kind === 'text_classification';
  if (isClassification) occurringLabels(labelsOf(train.rows).map((label) => [label]), false);
  const validates = isClassification && test !== null && checkLabels(labelsOf(train.rows), labelsOf(test.rows), emit);
  if (isClassification && !validates) checkHoldOut(labelsOf(train.rows));
  if (!isClassification && test !== null) {
    emit({ type: 'log', level: 'warning', message: `AutoTrain ${autotrainVersion} measures language models on no rows: the ${test.rows.length} test rows are written, and it leaves them alone.` });
  }
  if (train.chats && (job.options['chat_template'] ?? null) === null) {
    emit({ type: 'log', level: 'info', message: 'The rows are chats: the template of the model\'s own tokenizer makes texts of them (chat_template).' });
  }
  for (const [name, of] of [['text', train.rows.map((row) => row['text'])], ['target', isClassification ? labelsOf(train.rows) : []]] as const) checkReading(name, of);

  const text = configuration(job, { model: modelFromRun(job), columns: train.columns, chats: train.chats, validates });
  const files = new Map([
    [configurationPath, Buffer.from(text)],
    [`${dataPath}/train.jsonl`, toJsonLines(train.rows)],
    ...(test ? [[`${dataPath}/valid.jsonl`, toJsonLines(test.rows)] as const] : []),
  ]);
  emit({ type: 'progress', step: 1, total: 1, epoch: null });
  emit({ type: 'log', level: 'info', message: `Nothing is trained here: AutoTrain is not installed. In an environment with autotrain-advanced==${autotrainVersion}, in the run's folder: ${command}` });
  return {
    files, labels: job.labels, multi_label: isClassification ? false : null, rows: { train: train.rows.length, test: test?.rows.length ?? 0 }, metrics: null, baseline: null,
  };
}

const toJsonLines = (rows: readonly Row[]): Buffer => Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
const labelsOf = (rows: readonly Row[]): string[] => rows.map(({ target }) => target as string);

/** AutoTrain wants the same labels on both sides; says whether they are. */
function checkLabels(train: readonly string[], test: readonly string[], emit: Emit): boolean {
  const [known, asked] = [new Set(train), new Set(test)];
  const different = [...new Set([...known, ...asked])].filter((label) => known.has(label) !== asked.has(label));
  if (different.length === 0) return true;
  emit({
    type: 'log', level: 'warning',
    message: `AutoTrain takes test rows only where they have the same labels as training rows, and ${different.map((label) => `"${label}"`).join(', ')} ${different.length === 1 ? 'is' : 'are'} on one side alone: it will hold out a fifth of the training rows instead.`,
  });
  return false;
}

/** Where it holds rows out itself, a fifth by label. Throws `train/too-few-rows`. */
function checkHoldOut(train: readonly string[]): void {
  const counts = new Map<string, number>();
  for (const label of train) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [rarest] = [...counts].sort((a, b) => a[1] - b[1])[0]!;
  if (counts.get(rarest) === 1 || Math.ceil(train.length / 5) < counts.size) {
    throw new UserError('train/too-few-rows', `AutoTrain holds out a fifth of ${train.length} training rows, with every one of ${counts.size} labels on both sides, and there are too few for that.`, 'Give a train_size below 1, so that the test rows have all labels, or more rows.');
  }
}

/** AutoTrain's reader takes a column of digits for numbers. Throws `train/read-as-numbers`. */
function checkReading(name: string, values: readonly unknown[]): void {
  if (values.length === 0 || !values.every((value) => typeof value === 'string' && /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(value))) return;
  const changed = name === 'text' ? values[0] : values.find((value) => String(Number(value)) !== value);
  if (changed !== undefined) throw new UserError('train/read-as-numbers', `All values of "${name}" are written as numbers, and AutoTrain reads "${changed as string}" as one.`, 'Put a word before them in the task.');
}

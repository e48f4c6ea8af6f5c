import { resolve } from 'node:path';
import { UserError } from '../error.js';
import type { NewEvent } from '../run/event.js';
import { jobOptions, type Job } from '../run/job.js';
import { needRows, occurringLabels } from '../run/trainingRows.js';
import type { TrainedModel, WorkerContext } from '../run/worker.js';
import { commonSystem, lastAnswer, readChats, toJsonLines, type Chat } from './chats.js';
import { evaluateChats, evaluateLabels, type Measured } from './evaluate.js';
import { cancelJob, followJob, howToCancel } from './fineTuningJob.js';
import { OpenAIOptions } from './options.js';
import { readResult, resultPath, type OpenAIResult } from './result.js';
import { Service } from './service.js';
import { startJob } from './startJob.js';

/** Fine-tunes a model at a service: the rows go there, the model stays there. */
export async function trainOpenAI({ job, jobFolder, emit, signal }: WorkerContext): Promise<TrainedModel> {
  const options = jobOptions(job, OpenAIOptions);
  const service = new Service();
  const base = await baseModel(job, jobFolder);
  emit({ type: 'started', total: null, resumed_from: null });
  if (service.isInTheClear) emit({ type: 'log', level: 'warning', message: `Rows and key go to ${service.host} without encryption: the address begins with http.` });

  const train = withAnswer(readChats(jobFolder, job.data.train), 'training', emit);
  const test = job.data.test === null ? [] : withAnswer(readChats(jobFolder, job.data.test), 'test', emit);
  needRows(train.length);
  const labelled = job.kind === 'text_classification' ? labelsOf(job, train, test, emit) : null;

  const { n_epochs, batch_size, learning_rate_multiplier, suffix } = options;
  const id = await startJob(service, {
    model: base, seed: job.seed, suffix, hyperparameters: { n_epochs, batch_size, learning_rate_multiplier },
    train: toJsonLines(train), test: test.length > 0 ? toJsonLines(test) : null,
  }, signal);
  // Should this process be killed, the job can be found by its id.
  emit({ type: 'log', level: 'info', message: `The service's job is "${id}"; ${train.length} training rows and ${test.length} test rows went to ${service.host}.` });
  const model = await followJob(service, id, emit, signal).catch(async (error: unknown) => {
    if (signal.aborted) {
      const isCancelled = await cancelJob(service, id);
      emit({ type: 'log', level: isCancelled ? 'info' : 'warning', message: isCancelled ? `The service's job "${id}" is cancelled.` : `The service did not take back the job "${id}": it may go on there. ${howToCancel(id)}` });
    }
    throw error;
  });
  emit({ type: 'log', level: 'info', message: `The fine-tuned model is "${model}".` });

  const asked = test.slice(0, options.max_test_rows);
  if (asked.length < test.length) emit({ type: 'log', level: 'info', message: `The model is asked about the first ${asked.length} of ${test.length} test rows (max_test_rows).` });
  let measured: Measured | null = null;
  if (asked.length === 0) emit({ type: 'log', level: 'warning', message: 'The model is asked about no test rows, so it is not known how good it is on new ones.' });
  else if (labelled) measured = await evaluateLabels(service, model, { ...labelled, test: asked, truth: labelled.truth.slice(0, asked.length) }, emit, signal);
  else measured = await evaluateChats(service, { tuned: model, base }, asked, emit, signal);

  const result: OpenAIResult = {
    format: 'tasklab_openai', version: 1, model, base_model: base, job: id, system: commonSystem(train),
    labels: labelled && [...labelled.labels], multi_label: labelled && labelled.multiLabel,
  };
  return {
    files: new Map([[resultPath, Buffer.from(`${JSON.stringify(result, undefined, 2)}\n`)]]),
    labels: result.labels, multi_label: result.multi_label, rows: { train: train.length, test: test.length },
    metrics: measured?.metrics ?? null, baseline: measured?.baseline ?? null,
  };
}

/** A name of the service's, or the model that a run left there. */
async function baseModel({ model }: Job, jobFolder: string): Promise<string> {
  if (model?.from === 'name') return model.name;
  if (model?.from === 'run') return (await readResult(resolve(jobFolder, model.path))).model;
  throw new UserError('run/broken-job', 'The job names no model of a service.');
}

/** Nothing is learned of a chat in which the assistant says nothing. */
function withAnswer(chats: readonly Chat[], side: string, emit: (event: NewEvent) => void): Chat[] {
  const kept = chats.filter((chat) => lastAnswer(chat) !== undefined);
  const left = chats.length - kept.length;
  if (left > 0) emit({ type: 'log', level: 'warning', message: `${left} of ${chats.length} ${side} rows are left out: no message in them is the assistant's.` });
  return kept;
}

/** What the rows of a classification say, by the answers in their chats. */
function labelsOf(job: Job, train: readonly Chat[], test: readonly Chat[], emit: (event: NewEvent) => void) {
  const multiLabel = job.columns.some(({ name, type }) => name === 'label' && type === 'texts');
  const given = (chats: readonly Chat[]): string[][] => chats.map((chat) => (multiLabel ? lastAnswer(chat)!.answer.split('\n').filter((label) => label !== '') : [lastAnswer(chat)!.answer]));
  const [trained, truth] = [given(train), given(test)];
  const labels = job.labels ?? [...new Set([...trained, ...truth].flat())].sort();
  const occurring = occurringLabels(trained, multiLabel);
  for (const label of labels.filter((one) => !occurring.has(one))) {
    const rows = truth.filter((row) => row.includes(label)).length;
    emit({ type: 'log', level: 'warning', message: `No training row has the label "${label}", so the model will hardly give it${rows > 0 ? `; ${rows} test ${rows === 1 ? 'row has' : 'rows have'} it` : ''}.` });
  }
  return { labels, multiLabel, trained, truth };
}

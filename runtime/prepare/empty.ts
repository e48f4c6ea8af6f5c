/** Says why a task made no row at all. */
import { UserError } from '../error.js';
import type { FeedbackResponse, ResponseStatus } from '../dataset/record.js';
import { walk } from '../task/uses.js';
import type { Entry } from '../task/program.js';
import type { TrainingTask } from '../task/trainingTask.js';
import type { Feedback } from '../unify/feedback.js';
import type { Drop } from './manifest.js';

export async function nothingLeft(task: TrainingTask, dataset: Feedback, records: number, drops: readonly Drop[]): Promise<UserError> {
  const of = dataset.name ? `"${dataset.name}"` : 'the data set';
  if (records === 0) return new UserError('data/nothing-left', `There is no record in ${of}.`, 'Look at its source and its split.');
  const silent = 'format' in task.program ? undefined : await unansweredQuestion(task.program.entries, dataset);
  if (silent) {
    const { question, others } = silent;
    const some = others > 0 ? ` (${others} answers are drafts or discarded)` : '';
    const hint =
      others > 0
        ? 'Count them too: `by majority(statuses: [submitted, draft, discarded])`.'
        : 'Collect answers first, or use another question.';
    return new UserError('data/unanswered-question', `Nobody submitted an answer to the question "${question}" of ${of}${some}.`, hint);
  }
  const reasons = drops.slice(0, 3).map(({ column, reason, count }) => `${column ? `${column}: ` : ''}${reason} (${count})`);
  return new UserError(
    'data/nothing-left',
    `The task "${task.name}" makes no row of the ${records} records of ${of}.`,
    `Dropped: ${reasons.join('; ')}.`,
  );
}

/** A question that the task unifies or goes through, of which no answer counts; `others`: answers of other statuses. */
async function unansweredQuestion(entries: readonly Entry[], dataset: Feedback): Promise<{ question: string; others: number } | undefined> {
  const counting = new Map<string, Set<ResponseStatus>>();
  const count = (question: string, statuses: readonly ResponseStatus[]) => {
    const known = counting.get(question) ?? new Set();
    counting.set(
      question,
      statuses.reduce((all, status) => all.add(status), known),
    );
  };
  walk(
    entries,
    (expression) => (expression.op === 'unify' || expression.op === 'answers') && count(expression.question, expression.statuses),
  );
  for (const { loop, body } of entries.filter((entry) => entry.entry === 'for')) {
    if (loop.over === 'responses') walk(body, (expression) => expression.op === 'answer' && count(expression.question, loop.statuses));
  }
  const others = new Map([...counting.keys()].map((question) => [question, 0]));
  for await (const batch of dataset.batches({
    fields: [],
    questions: [...counting.keys()],
    suggestions: [],
    metadata: false,
    vectors: false,
  })) {
    for (let i = 0; i < batch.length; i++) for (const response of batch.responses.get(i)) see(response, counting, others);
  }
  const [question] = counting.keys();
  return question === undefined ? undefined : { question, others: others.get(question) ?? 0 };
}

/** Takes away the questions that this response answers in a way that counts. */
function see({ status, values }: FeedbackResponse, counting: Map<string, ReadonlySet<ResponseStatus>>, others: Map<string, number>): void {
  for (const [question, statuses] of counting) {
    if ((values[question] ?? null) === null) continue;
    if (statuses.has(status)) counting.delete(question);
    else others.set(question, (others.get(question) ?? 0) + 1);
  }
}

/** What a fine-tuned model says of test rows, and how good that is. */
import { UserError } from '../error.js';
import { classification, majorityLabel, majorityLabels, multiLabelClassification, type Evaluation } from '../metrics/classification.js';
import { Comparison } from '../metrics/comparison.js';
import { rougeL } from '../metrics/rougeL.js';
import type { NewEvent } from '../run/event.js';
import { answerTo, inOrder, LabelAsker } from './ask.js';
import { lastAnswer, type Chat } from './chats.js';
import type { Service } from './service.js';

type Emit = (event: NewEvent) => void;
type Figures = Record<string, number | null>;

export interface Measured {
  readonly metrics: Figures;
  readonly baseline: Figures | null;
}

export interface LabelEvaluation {
  readonly labels: readonly string[];
  readonly multiLabel: boolean;
  /** The labels of all training rows. */
  readonly trained: readonly (readonly string[])[];
  readonly test: readonly Chat[];
  readonly truth: readonly (readonly string[])[];
}

/** Asks a classifier about test rows; the baseline is the most frequent label of the training rows. */
export async function evaluateLabels(service: Service, model: string, { labels, multiLabel, trained, test, truth }: LabelEvaluation, emit: Emit, signal: AbortSignal): Promise<Measured> {
  const answers = await new LabelAsker(service, model, labels, multiLabel).all(test.map((chat) => lastAnswer(chat)!.asked), signal);
  const strange = answers.filter(({ isLabels }) => !isLabels);
  if (strange.length > 0) {
    emit({ type: 'log', level: 'warning', message: `${strange.length} of ${answers.length} answers are none of the labels, and count as wrong; the first is ${JSON.stringify(strange[0]!.text.slice(0, 100))}.` });
  }
  const result = measure(labels, multiLabel, truth, answers.map((answer) => answer.labels));
  const guess = multiLabel ? majorityLabels(labels, trained) : [majorityLabel(labels, trained.flat())];
  const metrics = { ...result.metrics };
  const baseline = { ...measure(labels, multiLabel, truth, truth.map(() => guess)).metrics };
  emit({
    type: 'evaluated', split: 'test', rows: test.length, metrics, baseline, per_class: [...result.perClass],
    confusion: result.confusion && { labels: [...result.confusion.labels], counts: result.confusion.counts.map((row) => [...row]) },
  });
  return { metrics, baseline };
}

/** An answer that is no label is wrong: its row has no label, and stands in no column of the confusion matrix. */
function measure(labels: readonly string[], multiLabel: boolean, truth: readonly (readonly string[])[], given: readonly (readonly string[])[]): Evaluation {
  if (multiLabel) return multiLabelClassification(labels, truth, given);
  const answered = truth.map((_, row) => row).filter((row) => given[row]!.length > 0);
  const single = classification(labels, answered.map((row) => truth[row]![0]!), answered.map((row) => given[row]![0]!));
  if (answered.length === truth.length) return single;
  const { metrics: { f1_micro: _, ...metrics }, perClass } = multiLabelClassification(labels, truth, given);
  return { metrics: metrics as Record<string, number>, perClass, confusion: single.confusion };
}

/** So many answers are shown. */
const samples = 3;

/** Lets the fine-tuned model and the one that it was made of answer test chats; ROUGE-L tells how near they come to the answers that are there. */
export async function evaluateChats(service: Service, models: { readonly tuned: string; readonly base: string }, test: readonly Chat[], emit: Emit, signal: AbortSignal): Promise<Measured | null> {
  const wanted = test.map(lastAnswer).filter((chat) => chat !== undefined && chat.asked.length > 0) as NonNullable<ReturnType<typeof lastAnswer>>[];
  if (wanted.length === 0) return null;
  const answers = (model: string): Promise<string[]> => inOrder(wanted, async ({ asked }) => (await answerTo(service, { model, messages: asked, signal })).message.content ?? '');
  const tuned = await answers(models.tuned);
  tuned.slice(0, samples).forEach((text, i) => emit({ type: 'sample', step: 0, prompt: wanted[i]!.asked.at(-1)!.content, text }));
  const base = await answers(models.base).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    emit({ type: 'log', level: 'warning', message: `There is no baseline: ${error.message}` });
    return null;
  });
  const truth = wanted.map(({ answer }) => answer);
  const metrics = { rouge_l: rouge(truth, tuned) };
  const baseline = base && { rouge_l: rouge(truth, base) };
  emit({ type: 'evaluated', split: 'test', rows: wanted.length, metrics, baseline, per_class: null, confusion: null });
  return { metrics, baseline };
}

const rouge = (truth: readonly string[], said: readonly string[]): number | null => rougeL.measure(new Comparison({ name: 'answer', type: 'text' }, truth, said)).value;

/** The metrics: a new one is one file beside this one and one line here; each says for which types of questions it is. */
import { UserError } from '../error.js';
import { nearest } from '../nearest.js';
import type { FeedbackQuestion } from '../unify/feedback.js';
import { accuracy } from './accuracy.js';
import { bleu } from './bleu.js';
import { f1 } from './f1.js';
import { gleu } from './gleu.js';
import type { Metric } from './metric.js';
import { ndcg } from './ndcg.js';
import { pearson } from './pearson.js';
import { precision } from './precision.js';
import { recall } from './recall.js';
import { rougeL } from './rougeL.js';
import { spearman } from './spearman.js';

export const metrics: readonly Metric[] = [accuracy, precision, recall, f1, pearson, spearman, ndcg, bleu, gleu, rougeL];

/** The metrics of these names for a question, all that there are without names; throws `name/unknown-metric`, `type/metric`. */
export function metricsFor(question: FeedbackQuestion, names?: readonly string[]): readonly Metric[] {
  const fitting = metrics.filter(({ questions }) => questions.includes(question.type));
  const choices = `For a question of type ${question.type} there ${fitting.length > 0 ? `are: ${fitting.map(({ name }) => name).join(', ')}` : 'is none'}.`;
  if (fitting.length === 0) throw new UserError('type/metric', `No metric is for "${question.name}".`, choices);
  return (names ?? fitting.map(({ name }) => name)).map((name) => {
    const metric = metrics.find((candidate) => candidate.name === name);
    if (!metric) throw new UserError('name/unknown-metric', `There is no metric "${name}".`, nearest(name, fitting.map((fit) => fit.name)) ?? choices);
    if (!fitting.includes(metric)) throw new UserError('type/metric', `The metric "${name}" is not for "${question.name}", a question of type ${question.type}.`, choices);
    return metric;
  });
}

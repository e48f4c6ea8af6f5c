import { confusionMatrix, metricsReportBundle, renderFigure, type MimeBundle } from '../display/index.js';
import type { ComparedAnswers, ModelMetrics } from '../metrics/modelMetrics.js';
import { shortNames } from './annotators.js';

/** Class by class is shown of so many annotators; the value has all. */
const detailed = 5;
const macro = new Set(['precision', 'recall', 'f1']);

/** Metrics by annotator or of unified answers, with a table for each class. */
export function metricsBundle(dataset: string, measured: ModelMetrics): MimeBundle {
  const { question, strategy, truth, records, results } = measured;
  const nameOf = naming(measured);
  const names = Object.keys(results[0]?.metrics ?? {});
  const sides = ['suggestions', strategy === null ? "each annotator's answers" : `answers by ${strategy}`] as const;
  const missing = new Map<string, Set<string>>();
  for (const { metrics } of results) {
    for (const [name, { reason }] of Object.entries(metrics)) if (reason !== undefined) missing.set(reason, (missing.get(reason) ?? new Set()).add(name));
  }
  const repeated = results.reduce((sum, result) => sum + result.repeated, 0);
  return metricsReportBundle({
    question: `${dataset}.${question}`,
    what: truth === 'responses' ? sides.join(' against ') : [...sides].reverse().join(' against '),
    records,
    metrics: names.map((name) => (macro.has(name) ? `${name} (macro)` : name)),
    answers: results.map((result) => ({
      ...result,
      name: nameOf(result),
      values: names.map((name) => result.metrics[name]!.value),
      perClass: inDetail(measured).includes(result) ? classes(result) : [],
    })),
    notes: [
      ...(results.length === 0 ? ['Nobody has answered this question.'] : []),
      ...[...missing].map(([reason, metrics]) => `– (${[...metrics].join(', ')}): ${reason}.`),
      ...(repeated > 0 ? [`${repeated} further answers of an annotator to a record are left out.`] : []),
      ...(results.length > detailed ? [`Class by class: the ${detailed} annotators with most answers of ${results.length}.`] : []),
    ],
  });
}

/** What was taken for what, as heat maps, where answers are one class each. */
export function confusionBundles(measured: ModelMetrics): Promise<MimeBundle>[] {
  const nameOf = naming(measured);
  return inDetail(measured).flatMap((result) =>
    result.confusion ? [renderFigure(confusionMatrix({ ...result.confusion, title: `Confusion matrix: ${measured.question}, ${nameOf(result)}` }))] : [],
  );
}

const inDetail = ({ results }: ModelMetrics): readonly ComparedAnswers[] => {
  const most = new Set([...results].sort((a, b) => b.compared - a.compared).slice(0, detailed));
  return results.filter((result) => most.has(result));
};

function naming({ strategy, results }: ModelMetrics): (result: ComparedAnswers) => string {
  const short = shortNames(results.flatMap(({ annotator }) => annotator ?? []));
  return ({ annotator }) => strategy ?? (annotator === null ? '(anonymous)' : (short.get(annotator) ?? annotator));
}

function classes({ perClass, labelConfusions }: ComparedAnswers) {
  return perClass.map((score, i) => (labelConfusions[i] ? { ...score, confusion: labelConfusions[i] } : score));
}

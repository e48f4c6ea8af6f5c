import type { Agreement } from '../agreement/index.js';
import { shortNames } from './annotators.js';
import { agreementHeatMap, agreementReportBundle, renderFigure, type MimeBundle } from '../display/index.js';

/** Agreement by question with the most contested records. */
export function agreementBundle(dataset: string, measured: readonly Agreement[]): MimeBundle {
  const short = shortNames(annotatorsOf(measured));
  return agreementReportBundle({
    dataset,
    questions: measured.map(({ question, type, alpha, interval, fleiss, ceiling, percent, records, annotators }) => ({
      name: question,
      type,
      alpha: alpha.value,
      level: alpha.distance ?? 'none',
      interval,
      fleiss: fleiss.value,
      ceiling: ceiling.value,
      percent: percent.value,
      records: records.compared,
      annotators: annotators.length,
      ...(alpha.value === null && alpha.reason !== undefined && { reason: alpha.reason }),
    })),
    annotators: measured
      .filter(({ records, alphas }) => records.compared > 0 && alphas.length > 0)
      .flatMap(({ question, annotators }) => annotators.map(({ annotator, answers, percent, ceiling }) => ({ annotator: short.get(annotator) ?? annotator, question, answers, percent: percent.value, ceiling: ceiling.value }))),
    labels: measured
      .filter(({ records }) => records.compared > 0)
      .flatMap(({ question, labels }) => labels.map(({ label, answers, alpha, specific }) => ({ question, label, answers, alpha: alpha.value, specific: specific.value }))),
    contested: measured.flatMap(({ question, contested }) =>
      contested.map(({ id, fields, answers }) => ({
        record: id,
        question,
        text: Object.values(fields)[0] ?? null,
        answers: answers.map(({ annotator, value }) => ({ annotator: annotator && (short.get(annotator) ?? annotator), value })),
      })),
    ),
  });
}

/** Share of equal answers of each two annotators, for the questions that have any. */
export function heatMapBundles(measured: readonly Agreement[]): Promise<MimeBundle>[] {
  const short = shortNames(annotatorsOf(measured));
  return measured
    .filter(({ pairs, alphas }) => pairs.length > 0 && alphas.length > 0)
    .map(({ question, annotators, pairs }) => {
      const names = annotators.map(({ annotator }) => annotator).sort();
      const share = (a: string, b: string): number | null =>
        a === b ? 1 : (pairs.find(({ annotators: both }) => both.includes(a) && both.includes(b))?.percent ?? null);
      return renderFigure(agreementHeatMap({ question, measure: 'share of equal answers', annotators: names.map((name) => short.get(name) ?? name), values: names.map((a) => names.map((b) => share(a, b))) }));
    });
}

const annotatorsOf = (measured: readonly Agreement[]): string[] => [...new Set(measured.flatMap(({ annotators }) => annotators.map(({ annotator }) => annotator)))];

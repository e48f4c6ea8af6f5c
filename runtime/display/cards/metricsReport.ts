import { bundle, type MimeBundle } from '../bundle.js';
import { counted, score } from '../numbers.js';
import { note, section, shareBar, title } from '../parts.js';
import { table, type TableColumn } from '../table.js';

export interface MetricsReportInput {
  /** `messages.topic`. */
  readonly question: string;
  /** What is compared: `suggestions against answers by majority`. */
  readonly what: string;
  readonly records: number;
  /** Names of the metrics, as columns. */
  readonly metrics: readonly string[];
  readonly answers: readonly {
    /** An annotator, or the strategy. */
    readonly name: string;
    readonly compared: number;
    readonly withoutSuggestion: number;
    readonly withoutAnswer: number;
    /** In the order of the metrics; `null` where one is not defined. */
    readonly values: readonly (number | null)[];
    readonly perClass?: readonly ClassRow[];
  }[];
  /** Why values are missing, and what else is to be said. */
  readonly notes?: readonly string[];
}

interface ClassRow {
  readonly label: string;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly support: number;
  /** Where records have several labels. */
  readonly confusion?: {
    readonly truePositives: number;
    readonly falsePositives: number;
    readonly falseNegatives: number;
    readonly trueNegatives: number;
  };
}

const right = (name: string): TableColumn => ({ name, align: 'right' });

/** Metrics by annotator or of the unified answers, and precision, recall and F1 of each class. */
export function metricsReportBundle(input: MetricsReportInput): MimeBundle {
  return bundle(
    title('metrics', input.question, `${input.what}, ${counted(input.records, 'record')}`),
    table({
      columns: ['answers of', right('compared'), right('no suggestion'), right('no answer'), ...input.metrics.map(right)],
      rows: input.answers.map(({ name, compared, withoutSuggestion, withoutAnswer, values }) => [name, compared, withoutSuggestion, withoutAnswer, ...values.map(score)]),
      plain: true,
      maxRows: 100,
    }),
    ...(input.notes ?? []).map(note),
    ...input.answers.map(({ name, perClass = [] }) => perClass.length > 0 && section(`By class: ${name}`, classTable(perClass))),
  );
}

function classTable(classes: readonly ClassRow[]) {
  const several = classes.some(({ confusion }) => confusion);
  return table({
    columns: ['class', right('precision'), right('recall'), 'F1', right('support'), ...(several ? ['true pos.', 'false pos.', 'false neg.', 'true neg.'].map(right) : [])],
    rows: classes.map(({ label, precision, recall, f1, support, confusion }) => [
      label, score(precision), score(recall), shareBar(f1), support,
      ...(confusion ? [confusion.truePositives, confusion.falsePositives, confusion.falseNegatives, confusion.trueNegatives] : []),
    ]),
    plain: true,
    maxRows: 200,
  });
}

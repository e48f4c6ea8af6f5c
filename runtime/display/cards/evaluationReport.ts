import { bundle, type MimeBundle } from '../bundle.js';
import { counted, number, score } from '../numbers.js';
import { section, shareBar, title } from '../parts.js';
import { table } from '../table.js';

export interface EvaluationReportInput {
  readonly training: string;
  /** Rows that were evaluated. */
  readonly rows: number;
  /** What they are: `test rows` (the default), `training rows`. */
  readonly what?: string;
  readonly metrics: readonly {
    readonly name: string;
    readonly value: number | null;
    readonly baseline?: number | null;
  }[];
  /** Who the baseline is. Default: `majority class`. */
  readonly baseline?: string;
  readonly perClass?: readonly {
    readonly label: string;
    readonly precision: number | null;
    readonly recall: number | null;
    readonly f1: number | null;
    readonly support: number;
  }[];
}

/** Metrics beside the baseline's, and precision, recall and F1 of each label. */
export function evaluationReportBundle(input: EvaluationReportInput): MimeBundle {
  const compared = input.metrics.some(({ baseline }) => baseline !== undefined);
  return bundle(
    title('evaluation', input.training, counted(input.rows, input.what?.replace(/s$/, '') ?? 'test row')),
    table({
      columns: ['metric', 'model', ...(compared ? [input.baseline ?? 'majority class', 'difference'] : [])].map(
        (name, i) => ({ name, align: i === 0 ? ('left' as const) : ('right' as const) }),
      ),
      rows: input.metrics.map(({ name, value, baseline }) => [
        name,
        score(value),
        ...(compared
          ? [
              score(baseline),
              value === null || baseline === undefined || baseline === null
                ? '–'
                : `${value - baseline >= 0 ? '+' : '-'}${score(Math.abs(value - baseline))}`,
            ]
          : []),
      ]),
      plain: true,
      maxRows: 50,
    }),
    Boolean(input.perClass?.length) &&
      section(
        'By label',
        table({
          columns: [
            'label',
            { name: 'precision', align: 'right' },
            { name: 'recall', align: 'right' },
            'F1',
            { name: 'support', align: 'right' },
          ],
          rows: (input.perClass ?? []).map(({ label, precision, recall, f1, support }) => [
            label,
            score(precision),
            score(recall),
            f1 === null ? '–' : shareBar(f1),
            number(support),
          ]),
          plain: true,
          maxRows: 200,
        }),
      ),
  );
}

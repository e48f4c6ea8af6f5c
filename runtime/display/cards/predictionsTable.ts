import { bundle, type MimeBundle } from '../bundle.js';
import { counted } from '../numbers.js';
import { inline, lines, shareBar, title, value } from '../parts.js';
import { table } from '../table.js';

export interface PredictionsTableInput {
  /** The run or model that predicts. */
  readonly run: string;
  readonly predictions: readonly {
    readonly text: string;
    /** Several where a text may have more than one label. */
    readonly label: string | readonly string[];
    /** By label; the most probable are shown first. */
    readonly probabilities: Readonly<Record<string, number>>;
  }[];
  /** Probabilities shown for each text at most. Default: 5. */
  readonly maxLabels?: number;
}

/** Texts with the predicted label and the probabilities as small bars. */
export function predictionsTableBundle(input: PredictionsTableInput): MimeBundle {
  return bundle(
    title('predictions', input.run),
    table({
      columns: ['text', 'label', 'probabilities'],
      rows: input.predictions.map(({ text, label, probabilities }) => [
        text,
        typeof label === 'string' ? label : label.length > 0 ? label.join(', ') : '(no label)',
        lines(
          Object.entries(probabilities)
            .sort(([a, p], [b, q]) => q - p || (a < b ? -1 : 1))
            .slice(0, input.maxLabels ?? 5)
            .map(([name, probability]) => inline(shareBar(probability, 70), ' ', value(name, 60))),
        ),
      ]),
      caption: counted(input.predictions.length, 'text'),
      plain: true,
      maxRows: 200,
    }),
  );
}

import { bundle, type MimeBundle } from '../bundle.js';
import { score } from '../numbers.js';
import { inline, section, title } from '../parts.js';
import { html } from '../html.js';
import { table } from '../table.js';

export interface ComparisonTableInput {
  readonly runs: readonly string[];
  /** `values[i]`: the metric of run i. */
  readonly metrics?: readonly {
    readonly name: string;
    readonly values: readonly (number | null)[];
    readonly lowerIsBetter?: boolean;
  }[];
  /** `outputs[i]`: what run i answers. */
  readonly prompts?: readonly { readonly prompt: string; readonly outputs: readonly (string | null)[] }[];
}

/** Runs side by side: metrics, the best in bold, and answers to the same prompts. */
export function comparisonTableBundle(input: ComparisonTableInput): MimeBundle {
  const metrics = input.metrics ?? [];
  const prompts = input.prompts ?? [];
  return bundle(
    title('comparison', input.runs.join(' · ')),
    metrics.length > 0 &&
      section(
        'Metrics',
        table({
          columns: ['metric', ...input.runs.map((name) => ({ name, align: 'right' as const }))],
          rows: metrics.map(({ name, values, lowerIsBetter }) => {
            const known = values.filter((value): value is number => value !== null && !Number.isNaN(value));
            const best = lowerIsBetter ? Math.min(...known) : Math.max(...known);
            return [
              name,
              ...values.map((value) =>
                value === best && known.length > 1
                  ? { html: html`<b>${score(value)}</b>`, text: `${score(value)}*` }
                  : inline(score(value)),
              ),
            ];
          }),
          plain: true,
          caption: '* best',
          maxRows: 100,
        }),
      ),
    prompts.length > 0 &&
      section(
        'Answers',
        table({
          columns: ['prompt', ...input.runs],
          rows: prompts.map(({ prompt, outputs }) => [prompt, ...input.runs.map((_, i) => outputs[i] ?? null)]),
          plain: true,
          maxRows: 100,
          maxCell: 1200,
        }),
      ),
  );
}

import { layoutsOf } from './layout.js';

/**
 * Columns by their order, as sentence-transformers' losses read them: anchor, positive, negative without a label; sentences and
 * `label` (a class) or `score` (a number from 0 to 1) with one.
 */
export const sentenceSimilarity = layoutsOf(['sentence_transformers'], 'sentence_similarity', 'anchor, positive (, negative); with a label sentence1, sentence2 (, sentence3) and label or score', (row, { labels }) => {
  const texts = [row['sentence-1'], row['sentence-2'], ...(row['sentence-3'] === undefined ? [] : [row['sentence-3']])];
  if (row.label === undefined) return Object.fromEntries(texts.map((text, i) => [['anchor', 'positive', 'negative'][i]!, text]));
  const label = numberOf(row.label, labels);
  return { ...Object.fromEntries(texts.map((text, i) => [`sentence${i + 1}`, text])), [Number.isInteger(label) ? 'label' : 'score']: label };
});

/** A number as it is, digits as the number that they say, another label as its place. */
function numberOf(label: string | number, labels: readonly string[]): number {
  if (typeof label === 'number') return label;
  const said = label.trim() === '' ? NaN : Number(label);
  return Number.isFinite(said) ? said : labels.indexOf(label);
}

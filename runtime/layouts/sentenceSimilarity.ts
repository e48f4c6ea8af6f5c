import { integers, numbers, TextBuilder } from '../prepare/columns.js';
import { layoutsOf, type LayoutContext } from './layout.js';

/** By their order, as sentence-transformers' losses read columns. */
const unlabelled = ['anchor', 'positive', 'negative'];
const labelled = ['sentence1', 'sentence2', 'sentence3'];

/**
 * Columns by their order, as sentence-transformers' losses read them: anchor, positive, negative without a label; sentences and
 * `label` (a class) or `score` (a degree of similarity) with one. Whether labels are classes is one decision for all rows: they
 * are where every number is whole. Texts that are no numbers are classes too, each as its place among the labels.
 */
export const sentenceSimilarity = layoutsOf(['sentence_transformers'], 'sentence_similarity', 'anchor, positive (, negative); with a label sentence1, sentence2 (, sentence3) and label or score', (row, context) => {
  const texts = [row['sentence-1'], row['sentence-2'], ...(row['sentence-3'] === undefined ? [] : [row['sentence-3']])];
  const names = namesOf(context);
  return Object.fromEntries([...texts.map((text, i) => [names[i]!, text]), ...(row.label === undefined ? [] : [[names.at(-1)!, numberOf(row.label, context.labels)]])]);
}, (context) => Object.fromEntries(namesOf(context).map((name) => [name, name === 'label' ? integers() : name === 'score' ? numbers() : new TextBuilder()])));

function namesOf({ columns, scores }: Pick<LayoutContext, 'columns' | 'scores'>): string[] {
  const count = columns.includes('sentence-3') ? 3 : 2;
  return columns.includes('label') ? [...labelled.slice(0, count), scores ? 'score' : 'label'] : unlabelled.slice(0, count);
}

/** A number as it is; of texts the number that they say, where all say one, else their places. */
function numberOf(label: string | number, labels: readonly string[]): number {
  if (typeof label === 'number') return label;
  return labels.every(isNumeric) ? Number(label) : labels.indexOf(label);
}

const isNumeric = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));

/** Are labels degrees (numbers of which some are not whole) rather than classes? */
export function areScores(numbersOfRows: Iterable<unknown>, labels: readonly string[]): boolean {
  if (labels.length > 0) return labels.every(isNumeric) && labels.some((label) => !Number.isInteger(Number(label)));
  for (const value of numbersOfRows) if (!Number.isInteger(value)) return true;
  return false;
}

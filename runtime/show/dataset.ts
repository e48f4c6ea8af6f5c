import { datasetCardBundle, joinBundles, labelDistribution, recordsTableBundle, renderFigure, type MimeBundle } from '../display/index.js';
import type { FeedbackDataset } from '../dataset/feedbackDataset.js';
import type { DatasetSummary } from '../dataset/summary.js';
import { shortNames } from './annotators.js';

/** A data set as the value of a cell: what it is, and its first records. */
export async function datasetDisplay(dataset: FeedbackDataset): Promise<MimeBundle> {
  const summary = await dataset.summary();
  const card = datasetBundle(dataset, summary);
  return summary.records === 0 ? card : joinBundles(card, await recordsBundle(dataset, summary));
}

/** What a data set is: source, counts, fields, questions, annotators, guidelines. */
export function datasetBundle(dataset: FeedbackDataset, summary: DatasetSummary): MimeBundle {
  const { name, description, fields, questions, metadataProperties, guidelines } = dataset;
  const answers = new Map(summary.questions.map((question) => [question.name, question.answers]));
  return datasetCardBundle({
    name: name ?? 'feedback',
    source: description,
    records: summary.records,
    responses: summary.responses,
    fields,
    questions: questions.map(({ name, type, title, required, options }) => ({ name, type, title, required, ...(options && { options }), answers: answers.get(name) ?? 0 })),
    annotators: summary.annotators,
    suggestions: summary.suggestions,
    metadata: metadataProperties.map((property) => property.name),
    guidelines,
  });
}

/** How a distribution is named where it is not of answers. */
const words: Readonly<Record<string, { readonly what: string; readonly counted?: string }>> = { ranking: { what: 'ranked first' }, span: { what: 'submitted spans', counted: 'spans' } };

/** How often each value of the questions with options was submitted, by annotator where they are few. */
export function distributionBundles({ questions, annotators }: DatasetSummary): Promise<MimeBundle>[] {
  const few = annotators.length <= 8;
  const short = shortNames(annotators.flatMap(({ name }) => name ?? []));
  return questions
    .filter(({ distribution, answers }) => distribution.length > 0 && answers > 0)
    .map(({ name, type, distribution }) =>
      renderFigure(
        labelDistribution({
          question: name,
          ...(words[type] ?? { what: 'submitted answers' }),
          labels: distribution.map(({ value, count, byAnnotator }) => ({ label: value, count, ...(few && { byAnnotator: renamed(byAnnotator, short) }) })),
        }),
      ),
    );
}

const renamed = (counts: Readonly<Record<string, number>>, names: ReadonlyMap<string, string>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [names.get(name) ?? name, count]));

/** The first records, each with all that annotators said of it. */
export async function recordsBundle(dataset: FeedbackDataset, { records: total, annotators }: DatasetSummary, { offset = 0, limit = 5 } = {}): Promise<MimeBundle> {
  const short = shortNames(annotators.flatMap(({ name }) => name ?? []));
  const records = await dataset.records.slice(offset, offset + limit);
  return recordsTableBundle({
    records: records.map((record) => ({
      ...record,
      responses: record.responses.map((response) => ({ ...response, annotator: response.annotator && (short.get(response.annotator) ?? response.annotator) })),
    })),
    fields: dataset.fields.map(({ name }) => name),
    questions: dataset.questions.map(({ name }) => name),
    total,
    offset,
    ...(dataset.name !== undefined && { dataset: dataset.name }),
  });
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  FeedbackDataset,
  LabelQuestion,
  MetadataProperty,
  MultiLabelQuestion,
  RankingQuestion,
  RatingQuestion,
  SpanQuestion,
  TextField,
  TextQuestion,
  type NewSettings,
} from '../../runtime/index.js';
import { UserError } from '../../runtime/error.js';
import { parseSettings, writeSettings } from '../../runtime/dataset/settings.js';
import { prepare } from '../../runtime/prepare/index.js';
import { TrainingTask } from '../../runtime/task/index.js';
import { differences } from './differences.js';
import { oracleCases, type OracleCase } from './fixtures.js';

const cases = oracleCases('validation.json');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'validation-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Records as they come back from JSON lines, in Argilla's words. */
async function addRecords({ dataset, records }: OracleCase): Promise<unknown> {
  const [lines, settings] = [join(folder, 'records.jsonl'), join(folder, 'argilla.yaml')];
  await writeFile(settings, JSON.stringify(dataset));
  await writeFile(lines, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const read = await (await FeedbackDataset.fromFile(lines, { settings })).records.toArray();
  return read.map(({ id, fields, responses, suggestions, metadata, vectors }, i) => ({
    fields,
    metadata,
    vectors,
    responses: responses.map(({ annotator, status, values }) => ({ user_id: annotator, status, values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }])) })),
    suggestions: Object.entries(suggestions).map(([question_name, suggestion]) => ({ question_name, ...suggestion })),
    external_id: id === String(i) ? null : id,
  }));
}

/** A question as it comes back from the settings that we write. */
function makeQuestion({ args }: OracleCase): unknown {
  const spare = { name: 'spare', type: 'text' };
  const settings = parseSettings(JSON.stringify({ fields: [{ name: 'text' }], questions: [args, spare] }), 'argilla.yaml');
  return (parse(writeSettings(settings)) as { questions: unknown[] }).questions[0];
}

const text = (name = 't', required = true) => new TextField({ name, required });
const answer = (name = 'q', required = true) => new TextQuestion({ name, required });
const dataset = (settings: object) => (): string => (new FeedbackDataset({ fields: [text()], questions: [answer()], ...settings } as NewSettings), 'ok');

const datasets: Readonly<Record<string, () => string>> = {
  'no required field': dataset({ fields: [text('t', false)] }),
  'no required question': dataset({ questions: [answer('q', false)] }),
  'duplicate field names': dataset({ fields: [text(), text()] }),
  'duplicate question names': dataset({ questions: [answer(), answer()] }),
  'field and question share a name': dataset({ questions: [answer('t')] }),
  'no fields': dataset({ fields: [] }),
  'fields not a list': dataset({ fields: text() }),
  'guidelines empty': dataset({ guidelines: '' }),
  'guidelines not a string': dataset({ guidelines: 5 }),
  'span field unknown': dataset({ questions: [new SpanQuestion({ name: 'q', field: 'zz', labels: ['a', 'b'] })] }),
  'duplicate metadata property': dataset({ metadataProperties: [1, 2].map(() => new MetadataProperty({ name: 'm', type: 'terms' })) }),
  'terms property without values is fine': () => (new MetadataProperty({ name: 'm', type: 'terms' }), 'ok'),
  'terms property with empty values': () => (new MetadataProperty({ name: 'm', type: 'terms', values: [] }), 'ok'),
  'terms duplicates': () => (new MetadataProperty({ name: 'm', type: 'terms', values: ['a', 'a'] }), 'ok'),
  'integer min==max': () => (new MetadataProperty({ name: 'm', type: 'integer', min: 1, max: 1 }), 'ok'),
  'vector dimension 0': dataset({ vectorsSettings: [{ name: 'v', title: 'v', dimensions: 0 }] }),
};

const questions = {
  label: new LabelQuestion({ name: 'label', labels: ['a', 'b'] }),
  multi: new MultiLabelQuestion({ name: 'multi', labels: ['a', 'b'] }),
  rating: new RatingQuestion({ name: 'rating', values: [1, 2] }),
  ranking: new RankingQuestion({ name: 'ranking', values: ['a', 'b'] }),
  span: new SpanQuestion({ name: 'span', field: 't', labels: ['a', 'b'] }),
  text: answer('text'),
};
const answers = { label: 'a', multi: ['a'], rating: 1, ranking: [{ value: 'a', rank: 1 }, { value: 'b', rank: 2 }], span: [{ label: 'a', start: 0, end: 1 }], text: 'x' };

/** One record with an answer of each type, so that what only shows when rows are made shows. */
async function rowsOf(task: TrainingTask): Promise<string> {
  const empty = new FeedbackDataset({ fields: [text()], questions: Object.values(questions) });
  await prepare(task, await empty.addRecords([{ fields: { t: 'one' }, responses: [{ annotator: 'ann', values: answers }] }]), { cacheFolder: join(folder, 'rows') });
  return 'ok';
}

/** The strategy that a label gets where none is named. */
function defaultStrategy(question: keyof typeof questions): { strategy: string } {
  const { program } = TrainingTask.forTextClassification({ text: 't', label: questions[question] });
  const [, label] = 'entries' in program ? program.entries : [];
  return { strategy: label?.entry === 'column' && label.value.op === 'unify' ? label.value.strategy : '' };
}

const classify = (label: unknown, strategy?: string) => () => rowsOf(TrainingTask.forTextClassification({ text: 't', label: strategy ? { question: label, strategy } : label } as never));
const format = () => null;
const tasks: Readonly<Record<string, () => unknown>> = {
  'default strategy label': () => defaultStrategy('label'),
  'default strategy multi-label': () => defaultStrategy('multi'),
  'default strategy rating': () => defaultStrategy('rating'),
  'default strategy ranking': () => defaultStrategy('ranking'),
  'strategy mean on label': classify('label', 'mean'),
  'strategy disagreement on rating': classify('rating', 'disagreement'),
  'label is a text question': classify('text'),
  'label is a span question': classify('span'),
  'label None': classify(null),
  'text+label+formatting_func': () => TrainingTask.forTextClassification({ text: 't', label: 'label', format } as never) && 'ok',
  'text+formatting_func': () => TrainingTask.forTextClassification({ text: 't', format } as never) && 'ok',
  // A strategy is named in one place, so that it cannot be named in two.
  'unification object + label_strategy': classify('label', 'majority'),
  'sft None': () => TrainingTask.forSupervisedFineTuning(null as never) && 'ok',
  'sft string': () => TrainingTask.forSupervisedFineTuning({ format: 'x' } as never) && 'ok',
  'qa nothing': () => TrainingTask.forQuestionAnswering({} as never) && 'ok',
  'qa formatting_func + question': () => TrainingTask.forQuestionAnswering({ question: 't', format } as never) && 'ok',
  'similarity texts + formatting_func': () => TrainingTask.forSentenceSimilarity({ texts: ['t', 't'], format } as never) && 'ok',
  'similarity multi-label': () => rowsOf(TrainingTask.forSentenceSimilarity({ texts: ['t', 't'], label: 'multi' })),
  'similarity rating': () => rowsOf(TrainingTask.forSentenceSimilarity({ texts: ['t', 't'], label: 'rating' })),
  'label2id of a rating question': () => questions.rating.label2id,
  'label2id of a dict-label question': () => new LabelQuestion({ name: 'q', labels: { x: 'X', y: 'Y' } }).label2id,
  id2label: () => questions.label.id2label,
};

async function ours(oracle: OracleCase): Promise<unknown> {
  const name = oracle.args['case'] as string;
  if (oracle.operation === 'add_records') return addRecords(oracle);
  if (oracle.operation === 'make_question') return makeQuestion(oracle);
  return (oracle.operation === 'make_dataset' ? datasets : tasks)[name]!();
}

/** Without the order of keys; no values are the same as none. */
const normal = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, key === 'values' && part === null ? {} : normal(part)]));
};

describe('validation against Argilla', () => {
  beforeEach((test) => test.skip(!cases, 'the fixtures of Argilla are not there'));

  it('is equal but for the listed differences', async () => {
    const unexplained: string[] = [];
    const noLonger: string[] = [];
    for (const oracle of cases!) {
      const made = await (async () => ours(oracle))().catch((error: unknown) => {
        if (error instanceof UserError) return error;
        throw error;
      });
      const equal = made instanceof UserError ? oracle.error !== undefined : oracle.error === undefined && JSON.stringify(normal(made)) === JSON.stringify(normal(oracle.expected));
      const listed = oracle.id in differences;
      if (!equal && !listed) unexplained.push(`${oracle.id} ${oracle.title}: ${made instanceof UserError ? made.message : JSON.stringify(made)}`);
      if (equal && listed) noLonger.push(oracle.id);
    }
    const count = cases!.filter(({ id }) => id in differences).length;
    console.log(`validation: ${cases!.length - count} of ${cases!.length} cases equal to Argilla's, ${count} differ by the list`);
    expect({ unexplained, noLonger }).toEqual({ unexplained: [], noLonger: [] });
  });
});

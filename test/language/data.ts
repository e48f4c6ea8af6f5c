/** The data sets that the language's programs name, small enough to know every row by heart. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFolder } from '../../runtime/dataset/writeFolder.js';
import { FeedbackDataset, LabelQuestion, MultiLabelQuestion, RankingQuestion, RatingQuestion, SpanQuestion, TextField, TextQuestion } from '../../runtime/index.js';

type Status = 'submitted' | 'draft' | 'discarded';
/** Someone's answers. */
const by = (annotator: string, values: Readonly<Record<string, never>>, status: Status = 'submitted') => ({ annotator, status, values });
const said = (annotator: string, label: string, status?: Status) => by(annotator, { label } as never, status);

/** Agreement, a tie, a draft, nobody, a suggestion alone. */
export const emotion = await new FeedbackDataset({
  fields: [new TextField({ name: 'text' })],
  questions: [new LabelQuestion({ name: 'label', labels: ['sadness', 'joy', 'anger', 'fear', 'love', 'surprise'] })],
}).addRecords([
  { id: 'agreed', fields: { text: 'i feel so glad' }, responses: [said('ana', 'joy'), said('ben', 'joy'), said('cy', 'love')] },
  { id: 'tied', fields: { text: 'i was startled' }, responses: [said('ana', 'surprise'), said('ben', 'fear')], suggestions: { label: { value: 'fear' } } },
  { id: 'draft', fields: { text: 'leave me alone' }, responses: [said('ana', 'anger', 'draft')], suggestions: { label: { value: 'sadness', agent: 'baseline' } } },
  { id: 'nobody', fields: { text: 'meh' } },
  { id: 'suggested', fields: { text: 'i miss her' }, suggestions: { label: { value: 'love', score: 0.5, agent: 'baseline' } } },
]);

const wrote = (annotator: string, instruction: string, context: string | null, response: string, status?: Status) =>
  by(annotator, { 'new-instruction': instruction, ...(context === null ? {} : { 'new-context': context }), 'new-response': response } as never, status);

/** Two annotators, one of whom changed nothing; no context; a draft. */
export const dolly = await new FeedbackDataset({
  fields: [
    new TextField({ name: 'category' }), new TextField({ name: 'original-instruction' }),
    new TextField({ name: 'original-context', required: false }), new TextField({ name: 'original-response' }),
  ],
  questions: [
    new TextQuestion({ name: 'new-instruction' }), new TextQuestion({ name: 'new-context', required: false }), new TextQuestion({ name: 'new-response' }),
  ],
}).addRecords([
  {
    id: 'two', fields: { category: 'qa', 'original-instruction': 'Who ran?', 'original-context': 'Ann ran.', 'original-response': 'Ann' },
    responses: [wrote('ana', 'Who ran?', 'Ann ran.', 'Ann ran.'), wrote('ben', 'Who ran?', 'Ann ran.', 'Ann')],
  },
  {
    id: 'bare', fields: { category: 'open', 'original-instruction': 'Say hi', 'original-context': null, 'original-response': 'hi' },
    responses: [wrote('ana', 'Say hello', null, 'Hello!')],
  },
  {
    id: 'draft', fields: { category: 'qa', 'original-instruction': 'Where?', 'original-context': 'In Rome.', 'original-response': 'Rome' },
    responses: [wrote('ana', 'Where is it?', 'In Rome.', 'In Rome.', 'draft'), wrote('ben', 'Where?', 'In Rome.', 'It is in Rome.')],
  },
]);

/** One question of every type. */
export const everything = await new FeedbackDataset({
  fields: [new TextField({ name: 'text' }), new TextField({ name: 'both', required: false })],
  questions: [
    new LabelQuestion({ name: 'label', labels: ['a', 'b', 'c'] }), new MultiLabelQuestion({ name: 'topics', labels: ['price', 'speed', 'size'], required: false }),
    new RatingQuestion({ name: 'quality', values: [1, 2, 3, 4, 5], required: false }), new RankingQuestion({ name: 'order', values: ['x', 'y', 'z'], required: false }),
    new TextQuestion({ name: 'note', required: false }), new SpanQuestion({ name: 'parts', field: 'text', labels: ['name'], required: false }),
    new TextQuestion({ name: 'both', required: false }),
  ],
}).addRecords([
  {
    id: 'r1', fields: { text: 'Ann 😀 ran', both: 'field' }, metadata: { source: 'mail', words: 3 },
    suggestions: { label: { value: 'c', score: 0.25, agent: 'm1' }, note: { value: 'suggested' } },
    responses: [
      by('ana', { label: 'a', topics: ['price', 'speed'], quality: 4, order: [{ value: 'x', rank: 1 }, { value: 'y', rank: 2 }, { value: 'z', rank: 3 }], note: 'good', parts: [{ start: 0, end: 3, label: 'name' }], both: 'answer' } as never),
      by('ben', { label: 'b', topics: ['price'], quality: 5, order: [{ value: 'y', rank: 1 }, { value: 'x', rank: 2 }, { value: 'z', rank: 2 }], note: 'fine' } as never),
      by('cy', { label: 'b', topics: [], quality: 2 } as never),
      by('dee', { label: 'a', note: 'not ready' } as never, 'draft'),
    ],
  },
  { id: 'r2', fields: { text: 'nothing' }, responses: [by('ana', { label: 'c', topics: [] } as never)] },
  { id: 'r3', fields: { text: 'unanswered' } },
]);

/** Writes all of it below `folder`: the hub's repositories, and the files that programs read. */
export async function writeData(folder: string): Promise<void> {
  for (const [name, dataset] of [['hub/argilla/emotion', emotion], ['hub/argilla/databricks-dolly-15k-curated-en', dolly], ['data/emotion', emotion]] as const) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    await writeFolder(join(folder, name), dataset);
  }
  const files = {
    'records.jsonl': `${JSON.stringify({ fields: { text: 'from lines' }, responses: [{ user_id: 'ana', status: 'submitted', values: { mood: { value: 'good' } } }], external_id: 'line' })}\n`,
    'argilla.yaml': 'fields: [{name: text}]\nquestions: [{name: mood, type: label_selection, labels: [good, bad]}]\n',
    'email_rewriting.csv': 'instance_id,user_id,original email,revised email\n1,ana,Dear all,Hello all\n1,ben,Dear all,Hi all\n2,ana,Bye,Goodbye\n',
    'reviews.csv': 'review,rating\nlovely,positive\nbroken,negative\n',
    'wide.csv': 'id,who,state,body,mood,guess,channel\n1,ana,submitted,fine,good,bad,mail\n1,ben,draft,fine,bad,bad,mail\n2,ana,discarded,poor,bad,,web\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

import { describe, expect, it } from 'vitest';
import { FeedbackDataset } from '../../../runtime/dataset/feedbackDataset.js';
import { TextField } from '../../../runtime/dataset/fields.js';
import { MetadataProperty } from '../../../runtime/dataset/metadata.js';
import type { NewRecord } from '../../../runtime/dataset/newRecord.js';
import { LabelQuestion, MultiLabelQuestion, RankingQuestion, RatingQuestion, SpanQuestion, TextQuestion } from '../../../runtime/dataset/questions.js';
import type { Projection, RecordBatch } from '../../../runtime/dataset/record.js';
import { MemorySource } from '../../../runtime/dataset/sources/memory.js';
import { mistake } from './files.js';

const empty = new FeedbackDataset({
  fields: [new TextField({ name: 'text' }), new TextField({ name: 'note', required: false })],
  questions: [
    new LabelQuestion({ name: 'label', labels: ['yes', 'no'] }),
    new MultiLabelQuestion({ name: 'many', labels: ['a', 'b'] }),
    new RatingQuestion({ name: 'stars', values: [1, 2, 3] }),
    new RankingQuestion({ name: 'order', values: ['x', 'y'] }),
    new SpanQuestion({ name: 'spans', field: 'text', labels: ['who'] }),
    new TextQuestion({ name: 'answer' }),
  ],
  metadataProperties: [new MetadataProperty({ name: 'length', type: 'integer', min: 0 }), new MetadataProperty({ name: 'score', type: 'float' }), new MetadataProperty({ name: 'group', type: 'terms', values: ['g'] })],
  vectorsSettings: [{ name: 'mini', title: 'Mini', dimensions: 2 }],
  allowExtraMetadata: false,
});
const record = (more: Partial<NewRecord> = {}): NewRecord => ({ fields: { text: 'x' }, ...more });
const answers = (values: Record<string, unknown>, annotator = 'ann'): NewRecord => record({ responses: [{ annotator, values: values as never }] });

describe('a data set', () => {
  it('is not changed by what is added to it', async () => {
    const one = await empty.addRecords([record({ id: 'a', metadata: { length: 3, score: 1, group: 'g' }, vectors: { mini: [1, 2] } })]);
    const two = await one.addRecords([record()]);
    expect(await Promise.all([empty, one, two].map((dataset) => dataset.records.count()))).toEqual([0, 1, 2]);
    expect((await two.records.toArray()).map(({ id }) => id)).toEqual(['a', '1']);
    expect(await one.fingerprint()).not.toBe(await two.fingerprint());
  });

  it.each([
    ['a missing field', record({ fields: {} }), ['data/record', 'record "0" lacks the field "text"']],
    ['an unknown field', record({ fields: { text: '', txt: '' } }), ['data/record', '"txt"']],
    ['an unknown label', answers({ label: 'yess' }), ['data/unknown-label', 'record "0", annotator "ann"', 'Did you mean "yes"?']],
    ['a list for a label', answers({ label: ['yes'] }), ['data/answer', 'one label']],
    ['a label twice', answers({ many: ['a', 'a'] }), ['data/answer']],
    ['a value off the scale', answers({ stars: 4 }), ['data/answer', 'The scale is 1, 2, 3.']],
    ['a rank of 0', answers({ order: [{ value: 'x', rank: 0 }] }), ['data/answer', 'from 1 on']],
    ['an unknown option', answers({ order: [{ value: 'z', rank: 1 }] }), ['data/unknown-label', '"z"']],
    ['an empty span', answers({ spans: [{ label: 'who', start: 1, end: 1 }] }), ['data/answer', 'from 1 to 1']],
    ['a span outside the text', answers({ spans: [{ label: 'who', start: 0, end: 2 }] }), ['data/answer', 'ends at 2', 'has 1 code points']],
    ['a null among rankings', answers({ order: [null] }), ['data/answer']],
    ['a number for a text', answers({ answer: 3 }), ['data/answer', 'must be a text']],
    ['an unknown question', answers({ lable: 'yes' }), ['data/record', 'no question "lable"']],
    ['a response twice', record({ responses: [{ annotator: 'a', values: {} }, { annotator: 'a', values: {} }] }), ['data/duplicate-answer']],
    ['a wrong suggestion', record({ suggestions: { label: { value: 'maybe' } } }), ['data/unknown-label', 'suggestion']],
    ['a number out of range', record({ metadata: { length: -1 } }), ['data/metadata', '-1 is outside its range']],
    ['a half for a whole number', record({ metadata: { length: 1.5 } }), ['data/metadata', '1.5 is no integer']],
    ['an unknown term', record({ metadata: { group: 'h' } }), ['data/metadata', '"h" is none of its terms']],
    ['extra metadata', record({ metadata: { more: 1 } }), ['data/metadata', '"more"']],
    ['a short vector', record({ vectors: { mini: [1] } }), ['data/record', 'has 1 dimensions, not 2']],
  ] as const)('refuses %s, naming the record', async (_, added, expected) => {
    const said = await mistake(() => empty.addRecords([added]));
    for (const part of expected) expect(said).toContain(part);
  });

  it('knows its fields and questions by name, or the nearest', async () => {
    expect(empty.fieldByName('note').required).toBe(false);
    expect(empty.question('label').unify('majority', { ties: 'drop' })).toEqual({ op: 'unify', question: 'label', strategy: 'majority', ties: 'drop', statuses: ['submitted'] });
    expect(empty.field('text')).toEqual({ op: 'field', name: 'text' });
    expect(await mistake(() => empty.questionByName('lable'))).toMatch(/name\/unknown-question\n.*\nhint: Did you mean "label"\?/);
    expect(await mistake(() => empty.field('zzz'))).toMatch(/name\/unknown-field\n.*\nhint: It has: text, note\./);
  });

  it('is counted in one pass: responses, annotators, values', async () => {
    const dataset = await empty.addRecords([
      record({ responses: [{ annotator: 'ann', values: { label: 'no', many: ['a', 'b'], stars: 2, order: [{ value: 'x', rank: 2 }, { value: 'y', rank: 1 }], spans: [{ label: 'who', start: 0, end: 1 }] } }, { annotator: 'bob', values: { label: 'no', order: [{ value: 'x', rank: 1 }, { value: 'y', rank: 1 }] } }], suggestions: { label: { value: 'no' } } }),
      record({ responses: [{ annotator: 'bob', status: 'draft', values: { label: 'yes' } }] }),
      record(),
    ]);
    const summary = await dataset.summary();
    expect(summary).toMatchObject({ records: 3, responses: { submitted: 2, draft: 1, discarded: 0 }, suggestions: 1, submittedPerRecord: [2, 0, 1] });
    expect(summary.annotators).toEqual([{ name: 'ann', submitted: 1, draft: 0, discarded: 0 }, { name: 'bob', submitted: 1, draft: 1, discarded: 0 }]);
    const values = Object.fromEntries(summary.questions.map(({ name, distribution }) => [name, distribution.map(({ value, count }) => [value, count])]));
    expect(values).toMatchObject({ label: [['yes', 0], ['no', 2]], many: [['a', 1], ['b', 1]], stars: [['1', 0], ['2', 1], ['3', 0]], order: [['x', 1], ['y', 2]], spans: [['who', 1]], answer: [] });
  });
});

/** Says how many batches were read. */
class Watched extends MemorySource {
  read = 0;
  override async *batches(_projection?: Projection): AsyncIterable<never> {
    for await (const batch of super.batches() as AsyncIterable<RecordBatch>) {
      this.read++;
      yield batch as never;
    }
  }
}

describe('records', () => {
  const source = () => new Watched(Array.from({ length: 2500 }, (_, i) => ({ id: `r${i}`, fields: { text: `t${i}` }, responses: [], suggestions: {}, metadata: {}, vectors: {} })));
  const over = (from: MemorySource) => new FeedbackDataset({ fields: empty.fields, questions: empty.questions }, from).records;

  it('are read no further than they are asked for', async () => {
    const watched = source();
    const records = over(watched);
    expect(watched.read).toBe(0);
    expect((await records.take(2)).map(({ id }) => id)).toEqual(['r0', 'r1']);
    expect(watched.read).toBe(1);
    expect(await records.count()).toBe(2500);
    expect(watched.read).toBe(1);
    expect((await records.at(1999))!.id).toBe('r1999');
    expect(await records.at(2500)).toBeUndefined();
  });

  it('are sliced, filtered, mapped and walked', async () => {
    const records = over(source());
    expect((await records.slice(999, 1002)).map(({ id }) => id)).toEqual(['r999', 'r1000', 'r1001']);
    const nines = records.filter(({ id }) => id.endsWith('99'));
    expect([await nines.count(), (await nines.at(1))!.id]).toEqual([25, 'r199']);
    expect((await nines.filter(({ id }) => id.length > 4).map(({ fields }) => fields['text']))[0]).toBe('t1099');
    let walked = 0;
    for await (const _ of records) walked++;
    expect(walked).toBe(2500);
    expect(await records.take(0)).toEqual([]);
  });
});

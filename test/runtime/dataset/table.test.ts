import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { beforeEach, describe, expect, it } from 'vitest';
import { FeedbackDataset } from '../../../runtime/dataset/feedbackDataset.js';
import type { MappedQuestion, TableMapping } from '../../../runtime/dataset/mapping.js';
import { file, mistake } from './files.js';

const mapping = (more: Partial<TableMapping> = {}): TableMapping => ({
  fields: [{ name: 'text', column: 'text' }], questions: [{ name: 'label', type: 'label', column: 'label' }], suggestions: [], metadata: [], ...more,
});
const grouped = mapping({ record: 'id', annotator: 'who' });
const question = (one: Omit<MappedQuestion, 'name' | 'column'>): TableMapping => mapping({ questions: [{ name: 'q', column: 'q', ...one }] });
const open = async (name: string, content: string | Uint8Array, as: TableMapping) => FeedbackDataset.fromFile(await file(name, content), { mapping: as, shown: name });
const read = async (name: string, content: string | Uint8Array, as: TableMapping) => (await open(name, content, as)).records.toArray();
const wrong = (name: string, content: string | Uint8Array, as: TableMapping) => mistake(() => read(name, content, as));

describe('a table', () => {
  it('groups its rows by record, wherever they stand', async () => {
    const dataset = await open('a.csv', 'id,who,text,label\nb,ann,two,yes\na,ann,one,no\nb,bob,two,no\n', grouped);
    expect(dataset.questionByName('label').options).toEqual(['no', 'yes']);
    expect(await dataset.records.toArray()).toEqual([
      { id: 'b', fields: { text: 'two' }, responses: [{ annotator: 'ann', status: 'submitted', values: { label: 'yes' } }, { annotator: 'bob', status: 'submitted', values: { label: 'no' } }], suggestions: {}, metadata: {}, vectors: {} },
      { id: 'a', fields: { text: 'one' }, responses: [{ annotator: 'ann', status: 'submitted', values: { label: 'no' } }], suggestions: {}, metadata: {}, vectors: {} },
    ]);
  });

  it('without a record column has a record a row; rows without a name are people of their own', async () => {
    expect((await read('a.csv', 'text,label\nx,a\nx,b\n', mapping())).map(({ id }) => id)).toEqual(['0', '1']);
    const [record] = await read('a.csv', 'id,who,text,label\n1,,x,a\n1,,x,b\n', grouped);
    expect(record!.responses.map(({ annotator, values }) => [annotator, values['label']])).toEqual([[null, 'a'], [null, 'b']]);
  });

  it('keeps cells to the byte: CRLF, blanks, quotes, a BOM before the names alone', async () => {
    const rows = await read('a.csv', '\uFEFFtext,label\r\n" a\r\nb ""c"" ",yes\r\n\uFEFFd\0, no \r\n', mapping());
    expect(rows.map(({ fields }) => fields['text'])).toEqual([' a\r\nb "c" ', '\uFEFFd\0']);
    expect(rows[1]!.responses[0]!.values).toEqual({ label: ' no ' });
  });

  it('takes an empty cell of a question as no answer, of a field as an empty text', async () => {
    const [, empty] = await read('a.csv', 'text,label\nx,a\n,\ny,b\n', mapping());
    expect(empty).toMatchObject({ fields: { text: '' }, responses: [] });
  });

  it('reads status, suggestions, metadata', async () => {
    const [record] = await read('a.tsv', 'text\tlabel\ts\tguess\tlang\nx\ta\tdraft\tb\tde\ny\tb\t\t\ten\n', mapping({ status: 's', suggestions: [{ question: 'label', column: 'guess' }], metadata: [{ name: 'lang', column: 'lang' }] }));
    expect(record).toMatchObject({ responses: [{ status: 'draft' }], suggestions: { label: { value: 'b', score: null } }, metadata: { lang: 'de' } });
  });

  it('reads lists, rankings, ratings and spans from cells', async () => {
    const answers = async (content: string, as: TableMapping) => (await read('a.csv', `text,q\n${content}`, as)).map(({ responses }) => responses[0]?.values['q']);
    expect(await answers('x,a|b\nx,"[""c""]"\n', question({ type: 'multi_label' }))).toEqual([['a', 'b'], ['c']]);
    expect(await answers('x,3\nx, 5\n', question({ type: 'rating', options: [1, 2, 3, 4, 5] }))).toEqual([3, 5]);
    expect(await answers('x,b|a\n', question({ type: 'ranking', options: ['a', 'b'] }))).toEqual([[{ value: 'b', rank: 1 }, { value: 'a', rank: 2 }]]);
    expect(await answers('Ann eats,"[{""start"":0,""end"":3,""label"":""person""}]"\n', question({ type: 'span', field: 'text', options: ['person'] }))).toEqual([[{ start: 0, end: 3, label: 'person' }]]);
  });

  it("keeps Unicode's own line ends and letters that stand across pieces of a file", async () => {
    const text = `a\u2028b\r${'ü€𝒳'.repeat(40_000)}`;
    const [inJson] = await read('a.jsonl', `\uFEFF${JSON.stringify({ text, label: 'a' })}\n${JSON.stringify({ text: 'y', label: 'b' })}`, mapping());
    const [inCsv] = await read('a.csv', `text,label\n"${text}",a\ny,b\n`, mapping());
    expect([inJson!.fields['text'] === text, inCsv!.fields['text'] === text]).toEqual([true, true]);
  });

  it('is the same from csv, JSON lines, parquet and Arrow', async () => {
    const columns = { text: ['x', 'y', 'ü'], q: [1, 3, 2] };
    const rows = columns.text.map((text, i) => ({ text, q: columns.q[i] }));
    const as = question({ type: 'rating', options: [1, 2, 3] });
    const parquet = parquetWriteBuffer({ columnData: [{ name: 'text', data: columns.text, type: 'STRING' }, { name: 'q', data: columns.q.map(BigInt), type: 'INT64' }] });
    const csv = await read('a.csv', `text,q\n${rows.map(({ text, q }) => `${text},${q}`).join('\n')}`, as);
    expect(csv.map(({ responses }) => responses[0]!.values['q'])).toEqual(columns.q);
    expect(await read('a.jsonl', rows.map((row) => JSON.stringify(row)).join('\r\n'), as)).toEqual(csv);
    expect(await read('a.parquet', new Uint8Array(parquet), as)).toEqual(csv);
    expect(await read('a.arrow', tableToIPC(tableFromArrays(columns), 'file'), as)).toEqual(csv);
  });
});

describe('a table says what is wrong with it', () => {
  const csv = 'text,label\nx,yes\ny,no\n';
  it.each([
    ['a column that is not there', 'a.csv', csv, mapping({ fields: [{ name: 'text', column: 'txt' }] }), ['data/unknown-column', '"a.csv" has no column "txt"', 'Did you mean "text"? It has: text, label.']],
    ['a broken quote', 'a.csv', 'text,label\nx,yes\n"y,no\nz,yes\n', mapping(), ['data/csv', '"a.csv", line', 'quote']],
    ['a row too short', 'a.csv', 'text,label\nx,yes\ny\n', mapping(), ['data/csv', 'line 3', '1 cells']],
    ['an empty file', 'a.csv', '', mapping(), ['data/csv', 'empty']],
    ['a label outside the options', 'a.csv', 'text,q\nx,yes\n"y\ny",yse\n', question({ type: 'label', options: ['yes', 'no'] }), ['data/unknown-label', 'line 3', '"yse"', 'Did you mean "yes"?']],
    ['a rating that is no number', 'a.csv', 'text,q\nx,good\n', question({ type: 'rating', options: [1, 2] }), ['data/answer', 'line 2', '"good"']],
    ['a rating off the scale', 'a.csv', 'text,q\nx,7\n', question({ type: 'rating', options: [1, 2] }), ['data/answer', 'line 2', 'is 7', 'The scale is 1, 2.']],
    ['one label in all the data', 'a.csv', 'text,label\nx,yes\ny,yes\n', mapping(), ['data/question', 'only the label "yes"']],
    ['rows of a record that disagree', 'a.csv', 'id,who,text,label\n1,a,x,yes\n1,b,y,no\n', grouped, ['data/record', 'line 3', '"text" of record "1"']],
    ['two answers of one annotator', 'a.csv', 'id,who,text,label\n1,a,x,yes\n1,a,x,no\n', grouped, ['data/duplicate-answer', 'line 3', '"a" answered record "1" twice']],
    ['an empty record id', 'a.csv', 'id,who,text,label\n,a,x,yes\n2,b,y,no\n', grouped, ['data/record', 'line 2', '"id" is empty']],
    ['an unknown status', 'a.csv', 'text,label,s\nx,yes,done\ny,no,\n', mapping({ status: 's' }), ['data/status', 'line 2', '"done"']],
    ['a suggestion for no question', 'a.csv', csv, mapping({ suggestions: [{ question: 'lable', column: 'label' }] }), ['name/unknown-question', 'Did you mean "label"?']],
    ['a line that is no JSON', 'a.jsonl', '{"text":"x","label":"yes"}\n{"text":\n', mapping(), ['data/json', 'line 2']],
    ['a file that is no parquet', 'a.parquet', 'hello', mapping(), ['data/parquet']],
    ['a file that is no Arrow', 'a.arrow', 'hello, this is no arrow', mapping(), ['data/arrow']],
    ['letters that are not UTF-8', 'a.csv', Buffer.from('text,label\nx,yes\nsch\xf6n,no\n', 'latin1'), mapping(), ['data/encoding', '"a.csv", line 3', 'UTF-8']],
    ['a file that ends within a letter', 'a.jsonl', Buffer.from('{"text":"x","label":"\xc3', 'latin1'), mapping(), ['data/encoding', 'line 1']],
    ['a column twice', 'a.csv', 'text,label,text\nx,yes,y\n', mapping(), ['data/duplicate-column', '2 columns "text"']],
    ['an ending that is not known', 'a.xlsx', 'x', mapping(), ['data/unknown-format', '.csv']],
  ] as const)('%s', async (_, name, content, as, expected) => {
    const said = await wrong(name, content, as);
    for (const part of expected) expect(said).toContain(part);
  });

  it('a file that is missing, or a folder', async () => {
    expect(await mistake(() => FeedbackDataset.fromFile('nowhere.csv', { mapping: mapping() }))).toContain('data/no-file\nThere is no file "nowhere.csv"');
    expect(await mistake(() => FeedbackDataset.fromFile('.', { mapping: mapping() }))).toContain('is a folder');
    expect(await mistake(async () => FeedbackDataset.fromFile(await file('a.csv', csv), {}))).toContain('data/no-mapping');
  });

  it('an Arrow file that was cut off', async () => {
    const bytes = tableToIPC(tableFromArrays({ text: Array.from({ length: 500 }, (_, i) => `text ${i}`), q: Int32Array.from({ length: 500 }, () => 1) }), 'file');
    const said = await wrong('a.arrow', bytes.slice(0, bytes.length / 2), question({ type: 'rating', options: [1, 2] }));
    expect(said).toContain('data/arrow');
  });
});

describe('feedback records as JSON lines', () => {
  const yaml = 'fields: [{name: text}]\nquestions: [{name: label, type: label_selection, labels: [a, b]}, {name: many, type: multi_label_selection, labels: [x, y], required: false}]\n';
  const lines = async (content: string) => FeedbackDataset.fromFile(await file('records.jsonl', content), { settings: await file('argilla.yaml', yaml), shown: 'records.jsonl' });

  it('are records of the settings', async () => {
    const dataset = await lines(
      `${JSON.stringify({ fields: { text: 'hi' }, external_id: 'r1', metadata: { n: 1 }, responses: [{ user_id: 'u', status: 'draft', values: [{ label: { value: 'a' } }, { many: { value: ['x'] } }] }, { values: null, status: 'discarded' }], suggestions: [{ question_name: 'label', value: 'b', score: 0.5, agent: 'm' }, { question_name: 'label', value: 'a' }] })}\n\n{"fields":{"text":""}}\n`,
    );
    expect(await dataset.records.toArray()).toEqual([
      {
        id: 'r1', fields: { text: 'hi' }, metadata: { n: 1 }, vectors: {},
        responses: [{ annotator: 'u', status: 'draft', values: { label: 'a', many: ['x'] } }, { annotator: null, status: 'discarded', values: {} }],
        suggestions: { label: { value: 'b', score: 0.5, type: null, agent: 'm' } },
      },
      { id: '1', fields: { text: '' }, metadata: {}, vectors: {}, responses: [], suggestions: {} },
    ]);
  });

  it.each([
    ['an unknown key', '{"fields":{"text":"x"},"colour":1}', ['data/record', '"records.jsonl", line 1', 'colour']],
    ['a missing field', '{"fields":{"text":"x"}}\n{"fields":{}}', ['data/record', 'line 2', 'lacks the field "text"']],
    ['an unknown label', '{"fields":{"text":"x"},"responses":[{"user_id":"u","values":{"label":{"value":"c"}}}]}', ['data/unknown-label', 'line 1', 'annotator "u"']],
    ['an unknown question', '{"fields":{"text":"x"},"responses":[{"values":{"lable":{"value":"a"}}}]}', ['data/record', 'no question "lable"']],
    ['two responses of one annotator', '{"fields":{"text":"x"},"responses":[{"user_id":"u","values":{}},{"user_id":"u","values":{}}]}', ['data/duplicate-answer', '"u"']],
  ])('say where there is %s', async (_, content, expected) => {
    const said = await mistake(async () => (await lines(content)).records.toArray());
    for (const part of expected) expect(said).toContain(part);
  });
});

const popquorn = fileURLToPath(new URL('../../../../shared/data/popquorn/email_rewriting.csv', import.meta.url));

describe('real feedback', () => {
  beforeEach((test) => test.skip(!existsSync(popquorn), 'no popquorn/email_rewriting.csv beside the checkout'));
  it('has 1429 records and 2346 answers, and its cells keep their CRLF', async () => {
    const dataset = await FeedbackDataset.fromFile(popquorn, {
      mapping: { record: 'instance_id', annotator: 'user_id', fields: [{ name: 'original', column: 'original email' }], questions: [{ name: 'revised', type: 'text', column: 'revised email' }], suggestions: [], metadata: [] },
    });
    const summary = await dataset.summary();
    expect([summary.records, summary.responses.submitted, summary.questions[0]!.answers]).toEqual([1429, 2346, 2346]);
    expect(dataset.count).toBe(1429);
    const answers = (await dataset.records.toArray()).flatMap(({ responses }) => responses.map(({ values }) => String(values['revised'])));
    expect(answers.filter((text) => text.includes('\r\n'))).toHaveLength(1294);
    expect(answers.filter((text) => /(?<!\r)\n/.test(text))).toHaveLength(0);
  });
});

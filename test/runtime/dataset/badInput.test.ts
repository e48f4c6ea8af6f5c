import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { beforeAll, describe, expect, it } from 'vitest';
import { FeedbackDataset, LabelQuestion, SpanQuestion, TextField, TextQuestion, UserError, writeFolder } from '../../../runtime/index.js';
import { Random } from '../../../runtime/random/random.js';
import { mistake, temporaryFolder } from './files.js';

let folder: string;
let parquet: string;
let whole: Buffer;

beforeAll(async () => {
  const empty = new FeedbackDataset({
    fields: [new TextField({ name: 'text' })],
    questions: [new LabelQuestion({ name: 'label', labels: ['yes', 'no'] }), new TextQuestion({ name: 'note', required: false }), new SpanQuestion({ name: 'parts', field: 'text', labels: ['x'], required: false })],
  });
  const records = Array.from({ length: 300 }, (_, i) => ({
    fields: { text: `text ${i} ${'ä😀'.repeat(i % 7)}` },
    responses: [{ annotator: `a${i % 3}`, values: { label: i % 2 ? 'yes' : 'no', note: `note ${i}`, parts: [{ label: 'x', start: 0, end: 4 }] } }],
    metadata: { n: i },
  }));
  folder = join(await temporaryFolder(), 'set');
  await writeFolder(folder, await empty.addRecords(records));
  parquet = join(folder, 'data', 'train-00000-of-00001.parquet');
  whole = await readFile(parquet);
});

const readAll = async (): Promise<number> => (await (await FeedbackDataset.fromFolder(folder, { shown: 'set' })).records.toArray()).length;

describe('a broken parquet file', () => {
  it('cut off anywhere is said to be broken, with its name', async () => {
    for (const share of [0, 0.01, 0.3, 0.7, 0.95, 0.999]) {
      await writeFile(parquet, whole.subarray(0, Math.floor(whole.length * share)));
      expect(await mistake(readAll)).toContain('data/parquet\n"set/data/train-00000-of-00001.parquet" cannot be read as parquet');
    }
  });

  it('with changed bytes gives records or a mistake, and brings nothing down', async () => {
    const random = new Random([5, 6, 7, 8]);
    let mistakes = 0;
    for (let round = 0; round < 40; round++) {
      const broken = Buffer.from(whole);
      // In half of the rounds the footer, which says where everything is.
      const from = round % 2 ? broken.length - 3000 : 4;
      for (let change = 0; change < 12; change++) broken[from + random.below(round % 2 ? 2990 : broken.length - 3010)] = random.below(256);
      await writeFile(parquet, broken);
      const read = await readAll().catch((error: unknown) => error);
      if (typeof read === 'number') continue;
      expect(read).toBeInstanceOf(UserError);
      mistakes++;
    }
    expect(mistakes).toBeGreaterThan(10);
    await writeFile(parquet, whole);
    expect(await readAll()).toBe(300);
  });
});

const mapping = { fields: [{ name: 'text', column: 'text' }], questions: [{ name: 'label', type: 'label', column: 'label', options: ['yes', 'no'] }], metadata: [], suggestions: [] };
const settings = 'fields: [{name: text}]\nquestions: [{name: label, type: label_selection, labels: ["yes", "no"]}, {name: best, type: ranking, values: [a, b], required: false}, {name: stars, type: rating, values: [1, 2], required: false}, {name: parts, type: span, field: text, labels: [x], required: false}]\n';

it('a truncated Arrow file is said to be broken', async () => {
  const path = join(await temporaryFolder(), 'rows.arrow');
  const bytes = tableToIPC(tableFromArrays({ text: ['a', 'b'], label: ['yes', 'no'] }), 'file');
  await writeFile(path, bytes.subarray(0, bytes.length - 40));
  const said = await mistake(async () => (await FeedbackDataset.fromFile(path, { mapping: mapping as never, shown: 'rows.arrow' })).records.toArray());
  expect(said).toMatch(/data\/(arrow|unknown-column)\n"rows.arrow"/);
});

describe('JSON lines', () => {
  async function lines(...records: (string | object)[]) {
    const place = await temporaryFolder();
    await writeFile(join(place, 'argilla.yaml'), settings);
    await writeFile(join(place, 'a.jsonl'), records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))).join('\n'));
    return FeedbackDataset.fromFile(join(place, 'a.jsonl'), { settings: join(place, 'argilla.yaml'), shown: 'a.jsonl' });
  }
  const good = { fields: { text: 'fine' } };
  const answered = (values: object, ...more: object[]) => ({ fields: { text: 'one two' }, responses: [{ user_id: 'ann', values }, ...more] });

  it.each<[string, string | object, string[]]>([
    ['nested 100,000 deep', `{"fields":{"text":"x"},"metadata":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`, ['data/json', 'line 2']],
    ['two answers of one annotator', answered({ label: { value: 'yes' } }, { user_id: 'ann', values: { label: { value: 'no' } } }), ['data/duplicate-answer', 'line 2', '"ann" answered twice']],
    ['an unknown question', answered({ lable: { value: 'yes' } }), ['data/record', 'line 2', 'there is no question "lable"']],
    ['a rating off the scale', answered({ stars: { value: 9 } }), ['data/answer', 'line 2', 'not on the scale']],
    ['an option ranked twice', answered({ best: { value: [{ value: 'a', rank: 1 }, { value: 'a', rank: 2 }] } }), ['data/answer', 'line 2', 'ranks one option twice']],
    ['a span outside its text', answered({ parts: { value: [{ label: 'x', start: 2, end: 99 }] } }), ['data/answer', 'line 2', 'ends at 99, and "text" has 7 code points']],
    ['an unknown label', answered({ label: { value: 'maybe' } }), ['data/unknown-label', 'line 2', '"maybe"']],
  ])('with %s say so with the line', async (_, line, expected) => {
    const said = await mistake(async () => (await lines(good, line)).records.toArray());
    for (const part of expected) expect(said).toContain(part);
  });

  it('keep NUL characters, and a BOM is no part of the first record', async () => {
    const [first] = await (await lines(`\uFEFF${JSON.stringify({ fields: { text: 'a\0b' } })}`)).records.toArray();
    expect(first!.fields['text']).toBe('a\0b');
  });
});

it('a span outside its text is said where a folder has it, and where a table has it', async () => {
  const spans = (end: number) => ({ text: 'short', parts: JSON.stringify([{ label: 'x', start: 0, end }]) });
  const place = await temporaryFolder();
  const table = { fields: [{ name: 'text', column: 'text' }], questions: [{ name: 'parts', type: 'span', column: 'parts', options: ['x'], field: 'text' }], metadata: [], suggestions: [] };
  await writeFile(join(place, 'a.jsonl'), [spans(5), spans(6)].map((row) => JSON.stringify(row)).join('\n'));
  const said = await mistake(async () => (await FeedbackDataset.fromFile(join(place, 'a.jsonl'), { mapping: table as never, shown: 'a.jsonl' })).records.toArray());
  expect(said).toContain('record "1": the answer to "parts" has a span that ends at 6, and "text" has 5 code points');
  // The same folder with shorter texts: its spans go on to the fourth character.
  const small = new FeedbackDataset({ fields: [new TextField({ name: 'text' })], questions: [new SpanQuestion({ name: 'parts', field: 'text', labels: ['x'] })] });
  const outside = join(place, 'set');
  const records = await small.addRecords([{ fields: { text: 'long enough' }, responses: [{ annotator: 'ann', values: { parts: [{ label: 'x', start: 0, end: 8 }] } }] }]);
  const cut = records.map((record) => record);
  await writeFolder(outside, Object.assign(Object.create(cut) as FeedbackDataset, { records: { async *[Symbol.asyncIterator]() { for await (const record of records.records) yield { ...record, fields: { text: '😀😀😀' } }; } } }));
  expect(await mistake(async () => (await FeedbackDataset.fromFolder(outside, { shown: 'set' })).records.toArray())).toContain('record "0", annotator "ann": the answer to "parts" has a span that ends at 8, and "text" has 3 code points');
});

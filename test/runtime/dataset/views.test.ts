import { describe, expect, it } from 'vitest';
import { FeedbackDataset, TextField, TextQuestion } from '../../../runtime/index.js';
import { writeFolder } from '../../../runtime/dataset/writeFolder.js';
import { mistake, temporaryFolder } from './files.js';

const empty = new FeedbackDataset({ name: 'all', fields: [new TextField({ name: 'text' })], questions: [new TextQuestion({ name: 'reply' })] });
const texts = async (dataset: FeedbackDataset): Promise<(string | null | undefined)[]> => dataset.records.map(({ fields }) => fields['text']);
const numbered = (count: number) => empty.addRecords(Array.from({ length: count }, (_, i) => ({ id: `r${i}`, fields: { text: `t${(i * 7) % count}` } })));
const number = (text: string | null | undefined) => Number(text!.slice(1));

describe('views of a data set', () => {
  it('leave the data set as it is, and can be taken of each other', async () => {
    const all = await numbered(10);
    const view = all.filter(({ fields }) => number(fields['text']) % 2 === 0).sort(({ fields }) => number(fields['text']), { descending: true });
    expect(await texts(view)).toEqual(['t8', 't6', 't4', 't2', 't0']);
    expect(await texts(await view.addRecords([{ fields: { text: 'new' } }]))).toEqual(['t8', 't6', 't4', 't2', 't0', 'new']);
    expect(await all.records.count()).toBe(10);
    expect(view.name).toBe('all');
    expect(await view.records.count()).toBe(5);
  });

  it('are read when they are asked for, batch by batch, from a folder too', async () => {
    const folder = `${await temporaryFolder()}/set`;
    await writeFolder(folder, await numbered(2500));
    const all = await FeedbackDataset.fromFolder(folder);
    let seen = 0;
    const view = all.filter(() => ++seen > 0);
    expect(seen).toBe(0);
    expect((await view.records.take(3)).map(({ id }) => id)).toEqual(['r0', 'r1', 'r2']);
    expect(seen).toBeLessThan(1500);
    expect(await view.records.count()).toBe(2500);
  });

  it('map records to others, which are checked', async () => {
    const all = await numbered(3);
    expect(await texts(all.map((record) => ({ ...record, fields: { text: record.fields['text']!.toUpperCase() } })))).toEqual(['T0', 'T1', 'T2']);
    const broken = all.map(({ id }) => ({ id, fields: {} }));
    expect(await mistake(() => broken.records.toArray())).toContain('record "r0" lacks the field "text"');
  });

  it('sort numbers before texts and keep the order of equals', async () => {
    const keys: (string | number)[] = ['b', 2, 'a', 10, 2];
    const all = await empty.addRecords(keys.map((_, i) => ({ id: String(i), fields: { text: String(i) } })));
    expect(await texts(all.sort(({ id }) => keys[Number(id)]!))).toEqual(['1', '4', '3', '2', '0']);
  });

  it('draw evenly, and the same for the same seed', async () => {
    const all = await numbered(20);
    const drawn = await texts(all.sample(5, { seed: 3 }));
    expect(drawn).toHaveLength(5);
    expect(await texts(all.sample(5, { seed: 3 }))).toEqual(drawn);
    const order = await texts(all);
    expect([...drawn].sort((a, b) => order.indexOf(a) - order.indexOf(b))).toEqual(drawn);
    const counts = new Map<unknown, number>();
    for (let seed = 0; seed < 400; seed++) for (const text of await texts(all.sample(5, { seed }))) counts.set(text, (counts.get(text) ?? 0) + 1);
    // Each of 20 is expected a hundred times.
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(40);
    expect(counts.size).toBe(20);
    expect(await texts(all.sample(100))).toHaveLength(20);
    expect(await mistake(() => all.sample(1.5))).toContain('data/sample');
  });

  it('have a fingerprint of what they give', async () => {
    const all = await numbered(10);
    const even = () => all.filter(({ fields }) => number(fields['text']) % 2 === 0);
    expect(await even().fingerprint()).toBe(await even().fingerprint());
    expect(await even().fingerprint()).not.toBe(await all.filter(() => false).fingerprint());
  });
});

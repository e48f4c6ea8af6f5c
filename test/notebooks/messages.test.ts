import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { agreement, FeedbackDataset, writeFolder, type FeedbackRecord } from '../../runtime/index.js';

interface Message {
  readonly id: string;
  readonly text: string;
  readonly topic: string;
  readonly also?: string;
  readonly urgency: number;
  readonly channel: string;
}

const data = fileURLToPath(new URL('../../notebooks/data/', import.meta.url));
const folder = join(data, 'messages');
const topics = ['billing', 'delivery', 'product_question', 'technical_problem', 'feedback'];

/** The scripts that decide who answers what: plain JavaScript, so that the data can be built without building a test. */
const { responsesTo } = (await import(new URL('../../notebooks/data/annotate.mjs', import.meta.url).href)) as { responsesTo(message: Message): FeedbackRecord['responses'] };
const { suggest } = (await import(new URL('../../notebooks/data/keywordRules.mjs', import.meta.url).href)) as { suggest(text: string): { readonly score: number } };

let messages: Message[];
let dataset: FeedbackDataset;
let records: FeedbackRecord[];

beforeAll(async () => {
  messages = (await readFile(join(data, 'source/messages.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as Message);
  dataset = await FeedbackDataset.fromFolder(folder);
  records = await dataset.records.toArray();
});

const submitted = ({ responses }: FeedbackRecord) => responses.filter(({ status }) => status === 'submitted');

describe('the source', () => {
  test('has different texts under different ids', () => {
    expect(messages.length).toBeGreaterThanOrEqual(270);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
    expect(new Set(messages.map(({ text }) => text.toLowerCase())).size).toBe(messages.length);
  });

  test('uses every topic about equally often', () => {
    for (const topic of topics) expect(messages.filter((message) => message.topic === topic).length / messages.length).toBeCloseTo(0.2, 1);
    const second = messages.flatMap(({ topic, also }) => (also === undefined ? [] : [[topic, also]]));
    expect(second.length).toBeGreaterThan(20);
    expect(second.filter(([topic, also]) => topic === also || !topics.includes(also!))).toEqual([]);
  });
});

describe('the built folder', () => {
  test('holds what the source says', () => {
    expect(records.map(({ id, fields, metadata }) => ({ id, text: fields['text'], channel: metadata['channel'] }))).toEqual(
      messages.map(({ id, text, channel }) => ({ id, text, channel })),
    );
  });

  test('holds the answers that the annotators give to the source', () => {
    expect(records.map(({ id, responses }) => ({ id, responses }))).toEqual(messages.map((message) => ({ id: message.id, responses: responsesTo(message) })));
  });

  test('asks for topic and urgency', () => {
    expect(dataset.questions.map(({ name, type, required, options }) => ({ name, type, required, options }))).toEqual([
      { name: 'topic', type: 'label', required: true, options: topics },
      { name: 'urgency', type: 'rating', required: false, options: [1, 2, 3, 4, 5] },
    ]);
    expect(dataset.guidelines).toMatch(/\*\*Topic\*\*/);
    expect(dataset.metadataProperties.map(({ name, type }) => [name, type])).toEqual([['channel', 'terms']]);
  });

  test('is what writing it again gives', async () => {
    const copy = await mkdtemp(join(tmpdir(), 'messages-'));
    try {
      await writeFolder(join(copy, 'messages'), dataset);
      for (const file of ['argilla.yaml', 'data/train-00000-of-00001.parquet']) {
        expect((await readFile(join(copy, 'messages', file))).equals(await readFile(join(folder, file))), file).toBe(true);
      }
    } finally {
      await rm(copy, { recursive: true });
    }
  });

  test('has every label among the answers, and drafts and discarded ones', () => {
    const answers = records.flatMap(submitted).map(({ values }) => values['topic']);
    expect([...new Set(answers)].sort()).toEqual([...topics].sort());
    const statuses = records.flatMap(({ responses }) => responses.map(({ status }) => status));
    expect(statuses.filter((status) => status === 'draft').length).toBeGreaterThan(10);
    expect(statuses.filter((status) => status === 'discarded').length).toBeGreaterThan(10);
  });

  test('has records that nobody, one, two and three people answered', () => {
    expect([...new Set(records.map((record) => submitted(record).length))].sort()).toEqual([0, 1, 2, 3]);
    expect(records.some(({ responses }) => responses.length === 0)).toBe(true);
    expect(records.some(({ responses }) => responses.length > 0 && responses.every(({ status }) => status === 'draft'))).toBe(true);
  });

  test('has three annotators who agree on much and not on everything', async () => {
    const [topic] = await agreement(dataset, { question: 'topic' });
    expect(topic!.annotators).toHaveLength(3);
    expect(topic!.alpha.value).toBeGreaterThan(0.65);
    expect(topic!.alpha.value).toBeLessThan(0.82);
  });

  test('has annotators who disagree where a message can be read in two ways, not by lot', () => {
    const twoReadings = new Set(messages.flatMap(({ id, also }) => (also === undefined ? [] : [id])));
    const contested = records.filter((record) => new Set(submitted(record).map(({ values }) => values['topic'])).size > 1);
    expect(contested.length / records.length).toBeGreaterThan(0.15);
    expect(contested.filter(({ id }) => twoReadings.has(id!)).length / contested.length).toBeGreaterThan(0.65);
  });

  test('has suggestions on about half of the records, right about four times in five', () => {
    const topicOf = new Map(messages.map(({ id, topic }) => [id, topic]));
    const suggested = records.flatMap(({ id, suggestions: { topic } }) => (topic ? [{ id, topic }] : []));
    expect(suggested.length / records.length).toBeCloseTo(0.5, 1);
    const share = suggested.filter(({ id, topic }) => topic.value === topicOf.get(id)).length / suggested.length;
    expect(share).toBeGreaterThan(0.7);
    expect(share).toBeLessThan(0.88);
    const textOf = new Map(messages.map(({ id, text }) => [id, text]));
    // The layout keeps scores as 32-bit floats.
    expect(suggested.map(({ topic }) => topic)).toEqual(
      suggested.map(({ id }) => {
        const { score, ...rest } = suggest(textOf.get(id!)!);
        return { ...rest, score: Math.fround(score) };
      }),
    );
    expect(suggested.filter(({ topic }) => topic.agent !== 'keyword-rules' || typeof topic.score !== 'number' || topic.score <= 0 || topic.score > 1)).toEqual([]);
  });
});

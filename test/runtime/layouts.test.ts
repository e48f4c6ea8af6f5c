import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frameworks } from '../../runtime/frameworks/index.js';
import { layOut, layoutFor, layouts, writeLaidOut } from '../../runtime/layouts/index.js';
import { writeLaidOutArrow } from '../../runtime/layouts/arrow.js';
import { prepare } from '../../runtime/prepare/index.js';
import { Rows } from '../../runtime/prepare/rows.js';
import { TrainingTask } from '../../runtime/task/index.js';
import { memory } from './memory.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layouts-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Rows of a kind, as a framework reads them, and what it could not. */
async function laid(framework: string, kind: string, rows: readonly object[], labels?: readonly string[]) {
  const dataset = memory(['text'], labels ? [{ name: 'q', type: 'label', options: labels }] : [], rows.map((_, i) => ({ id: `r${i}`, fields: { text: String(i) } })));
  const task = TrainingTask.fromFunction(kind, { format: ({ text }) => rows[Number(text)] as never });
  const { train, test, dropped } = layOut(await prepare(task, dataset, { cacheFolder: folder }), framework);
  return { rows: [...train(), ...test()], dropped: dropped() };
}

it('there is a layout for every kind that a framework says it trains', () => {
  for (const { name, kinds } of frameworks) for (const kind of Object.keys(kinds)) expect(layoutFor(name, kind).doc).not.toBe('');
  expect(() => layoutFor('spacy', 'pretraining')).toThrow(expect.objectContaining({ code: 'training/unsupported-kind', hint: 'It trains: text_classification, token_classification.' }));
  expect(new Set(layouts.map(({ framework, kind }) => `${framework} ${kind}`)).size).toBe(layouts.length);
});

describe('classification', () => {
  const one = [{ text: 'a', label: 'no' }, { text: 'b', label: 'yes' }];
  const several = [{ text: 'a', label: ['x', 'z'] }, { text: 'b', label: [] }, { text: 'c', label: ['y'] }];

  it('gives places, categories or a chat', async () => {
    expect((await laid('transformers', 'text_classification', one)).rows).toEqual([{ text: 'a', label: 0 }, { text: 'b', label: 1 }]);
    expect((await laid('setfit', 'text_classification', several)).rows).toEqual([
      { text: 'a', label: [0, 2], binarized_label: [1, 0, 1] },
      { text: 'b', label: [], binarized_label: [0, 0, 0] },
      { text: 'c', label: [1], binarized_label: [0, 1, 0] },
    ]);
    expect((await laid('spacy', 'text_classification', several)).rows[0]).toEqual({ text: 'a', cats: { x: 1, y: 0, z: 1 } });
    expect((await laid('openai', 'text_classification', one)).rows[1]).toEqual({
      messages: [{ role: 'system', content: 'Classify the text. Answer with one of these labels: no, yes.' }, { role: 'user', content: 'b' }, { role: 'assistant', content: 'yes' }],
    });
  });
});

describe('token classification', () => {
  const rows = [
    { text: '😀 Ann Lee met Bob.', spans: [{ label: 'PER', start: 2, end: 9 }, { label: 'PER', start: 14, end: 17 }] },
    { text: 'in one', spans: [{ label: 'A', start: 0, end: 4 }, { label: 'B', start: 3, end: 6 }] },
    { text: 'a  b', spans: [{ label: 'A', start: 1, end: 3 }] },
  ];

  it('gives tokens with tags; spans that tags cannot say are counted', async () => {
    expect(await laid('span_marker', 'token_classification', rows)).toEqual({
      rows: [{ tokens: ['😀', 'Ann', 'Lee', 'met', 'Bob', '.'], ner_tags: ['O', 'B-PER', 'I-PER', 'O', 'B-PER', 'O'] }],
      dropped: [
        { reason: 'one of its spans has no word in it', count: 1 },
        { reason: 'two of its spans overlap, which tags cannot say', count: 1 },
      ],
    });
  });

  it('gives entities in code points', async () => {
    expect((await laid('spacy', 'token_classification', rows)).rows[0]).toEqual({ text: '😀 Ann Lee met Bob.', entities: [[2, 9, 'PER'], [14, 17, 'PER']] });
  });
});

it('an answer stands where it first does, in code points, or its row is counted', async () => {
  const rows = [{ question: 'q', context: '😀 is is', answer: 'is' }, { question: 'q', context: 'x', answer: 'y' }, { question: 'q', context: 'x', answer: '' }];
  expect(await laid('transformers', 'question_answering', rows)).toEqual({
    rows: [
      { id: '0', question: 'q', context: '😀 is is', answers: { text: ['is'], answer_start: [2] } },
      { id: '2', question: 'q', context: 'x', answers: { text: [''], answer_start: [0] } },
    ],
    dropped: [{ reason: 'the answer does not stand in the context', count: 1 }],
  });
});

describe('language models', () => {
  const chat = [{ role: 'user', content: 'hi' }];

  it.each([
    ['trl', 'supervised_fine_tuning', [{ text: 'a' }]],
    ['trl', 'supervised_fine_tuning', [{ messages: chat }]],
    ['trl', 'supervised_fine_tuning', [{ prompt: chat, completion: chat }]],
    ['trl', 'reward_modeling', [{ chosen: 'a', rejected: 'b' }]],
    ['trl', 'direct_preference_optimization', [{ prompt: chat, chosen: chat, rejected: chat }]],
    ['trl', 'proximal_policy_optimization', [{ query: 'a' }]],
    ['transformers', 'pretraining', [{ text: 'a' }]],
    ['trlx', 'prompt_completion', [{ prompt: 'a', completion: 'b' }]],
    ['openai', 'chat_completion', [{ messages: chat }]],
  ])('%s takes %s as it is: text or chat', async (framework, kind, rows) => {
    expect((await laid(framework, kind, rows)).rows).toEqual(rows);
  });

  it('pairs for TRLX begin with the prompt', async () => {
    expect((await laid('trlx', 'direct_preference_optimization', [{ prompt: 'p', chosen: 'a', rejected: 'b' }])).rows).toEqual([{ prompt: 'p', chosen: 'p\na', rejected: 'p\nb' }]);
    expect(await laid('trlx', 'direct_preference_optimization', [{ prompt: chat, chosen: chat, rejected: chat }])).toEqual({ rows: [], dropped: [{ reason: 'it is a chat, and TRLX takes texts', count: 1 }] });
  });
});

it('sentences keep the types of their labels', async () => {
  const pair = { 'sentence-1': 'a', 'sentence-2': 'b' };
  const rows = async (more: object, labels?: readonly string[]) => (await laid('sentence_transformers', 'sentence_similarity', [{ ...pair, ...more }], labels)).rows[0];
  expect(await rows({})).toEqual({ anchor: 'a', positive: 'b' });
  expect(await rows({ 'sentence-3': 'c' })).toEqual({ anchor: 'a', positive: 'b', negative: 'c' });
  expect(await rows({ label: 1 })).toEqual({ sentence1: 'a', sentence2: 'b', label: 1 });
  expect(await rows({ label: 0.25 })).toEqual({ sentence1: 'a', sentence2: 'b', score: 0.25 });
  expect(await rows({ label: '1' })).toEqual({ sentence1: 'a', sentence2: 'b', label: 1 });
  expect(await rows({ label: 'yes' })).toEqual({ sentence1: 'a', sentence2: 'b', label: 0 });
});

it('labels of sentences are classes or scores, all of them alike', async () => {
  const labelsOf = async (...labels: readonly (number | string)[]) =>
    (await laid('sentence_transformers', 'sentence_similarity', labels.map((label, i) => ({ 'sentence-1': `a${i}`, 'sentence-2': 'b', label })))).rows.map(({ sentence1: _, sentence2: __, ...rest }) => rest);
  expect(await labelsOf(1, 0, 2)).toEqual([{ label: 1 }, { label: 0 }, { label: 2 }]);
  expect(await labelsOf(1, 0.5, 0)).toEqual([{ score: 1 }, { score: 0.5 }, { score: 0 }]);
  expect(await labelsOf('1', '0.5')).toEqual([{ score: 1 }, { score: 0.5 }]);
  expect(await labelsOf('yes', '1', 'no')).toEqual([{ label: 2 }, { label: 0 }, { label: 1 }]);
});

it('labelled sentences are columns of texts and numbers', async () => {
  const dataset = memory(['text'], [], ['1', '0.5'].map((text) => ({ fields: { text } })));
  const task = TrainingTask.fromFunction('sentence_similarity', { format: ({ text }) => ({ 'sentence-1': 'a', 'sentence-2': 'b', 'sentence-3': 'c', label: Number(text) }) });
  const laidOut = layOut(await prepare(task, dataset, { cacheFolder: folder }), 'sentence_transformers');
  expect(await writeLaidOutArrow(laidOut, folder)).toEqual({ train: 2, test: 0 });
  const rows = Rows.open(folder, 'train.arrow');
  expect(rows.columns).toEqual(['sentence1', 'sentence2', 'sentence3', 'score']);
  expect([...rows]).toContainEqual({ sentence1: 'a', sentence2: 'b', sentence3: 'c', score: 0.5 });
});

it('laid out rows are written as JSON lines', async () => {
  const dataset = memory(['text'], [], [{ fields: { text: 'one' } }, { fields: { text: 'two' } }]);
  const prepared = await prepare(TrainingTask.forPretraining({ text: 'text' }), dataset, { cacheFolder: folder, trainSize: 0.5 });
  await writeLaidOut(layOut(prepared, 'transformers'), folder);
  const lines = await Promise.all(['train', 'test'].map((name) => readFile(join(folder, `${name}.jsonl`), 'utf8')));
  expect(lines.sort()).toEqual(['{"text":"one"}\n', '{"text":"two"}\n']);
});

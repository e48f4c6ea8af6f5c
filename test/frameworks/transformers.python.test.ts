import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openModel, predict } from '../../runtime/frameworks/index.js';
import { able, type AnswerPrediction, type LabelPrediction, type SpansPrediction } from '../../runtime/frameworks/model.js';
import { pythonVariables } from '../../runtime/launch/python.js';
import { layoutFor } from '../../runtime/layouts/index.js';
import { evaluated, missing, model, notRead, workshop, type Attempt } from './training.js';

const why = missing('core');
const shop = workshop();
beforeEach(({ skip }) => skip(Boolean(why), String(why)));

const subjects = ['The parcel', 'My order', 'The invoice', 'This camera', 'The battery', 'Your service', 'The refund', 'The film', 'The book', 'The hotel room'];
const findings = {
  delivery: ['has not arrived yet. Where is it?', 'arrived late again.', 'was sent to the wrong shop.'],
  payment: ['was charged twice on my card.', 'is not on my account.', 'has the wrong number on the invoice.'],
  praise: ['is wonderful, I love it!', 'is great value and easy to use.', 'is better than I expected, thank you.'],
};
const topics = Object.entries(findings).flatMap(([label, texts]) => texts.flatMap((text) => subjects.map((subject) => ({ text: `${subject} ${text}`, label }))));
const fast = { per_device_train_batch_size: 8, learning_rate: 0.003, lr_scheduler_type: 'constant' };
const messages = (attempt: Attempt): string[] => attempt.events.flatMap((event) => (event.type === 'log' ? [event.message] : []));

describe('Transformers', () => {
  it('classifies texts better than the most frequent label does, says what it cut and what it could not learn, and goes on from its own run', async () => {
    const rows = [{ text: 'The dog runs in the park.', label: 'animals' }, ...topics, { text: `The parcel has not arrived yet. ${'Where is it? '.repeat(80)}`, label: 'delivery' }];
    const attempt = await shop.train('text_classification', rows, { framework: 'transformers', model: model('tiny/bert'), options: { ...fast, num_train_epochs: 4 } });
    const { metrics, baseline, rows: tested, per_class, confusion } = evaluated(attempt);
    expect(tested).toBe(19);
    expect(metrics['accuracy']!).toBeGreaterThan(0.85);
    expect(baseline!['accuracy']!).toBeLessThan(0.5);
    expect(per_class!.map(({ label }) => label)).toEqual(confusion!.labels);
    expect(messages(attempt)).toContainEqual(expect.stringMatching(/^1 text is longer than 128 tokens, and cut off there/));
    expect(attempt.events.filter((event) => event.type === 'metric').map(({ name, split }) => `${split} ${name}`)).toEqual(expect.arrayContaining(['train loss', 'train learning_rate', 'test loss', 'test accuracy', 'test f1']));
    expect(messages(attempt)).toContainEqual('No training row has the label "animals", so the model will hardly ever give it; 1 test row has it and will be wrong.');
    const steps = attempt.events.filter((event) => event.type === 'progress');
    expect(steps.at(-1)).toMatchObject({ step: steps.at(-1)!.total });

    const [first, second] = await predict<LabelPrediction>(attempt.run, ['The camera was charged twice on my card.', 'The dog is great value and easy to use.']);
    expect([first!.label, second!.label]).toEqual(['payment', 'praise']);
    expect(Object.values(first!.scores).reduce((sum, score) => sum + score)).toBeCloseTo(1, 5);

    expect(await notRead(attempt.run, ['The parcel is late.', 'late '.repeat(200)])).toEqual(['1 text is longer than 128 tokens, and cut off there.']);

    const again = await shop.train('text_classification', topics.map(({ text, label }) => ({ text, label: label === 'praise' ? 'good' : 'bad' })), { framework: 'transformers', model: attempt.run, options: { ...fast, max_steps: 15, max_length: 16 } });
    expect(evaluated(again).metrics['accuracy']!).toBeGreaterThan(evaluated(again).baseline!['accuracy']!);
  });

  it('gives a text several labels', async () => {
    const rows = topics.flatMap(({ text, label }, i) => {
      const other = topics[(i * 31 + 7) % topics.length]!;
      return [{ text, label: [label] }, { text: `${text} ${other.text}`, label: [...new Set([label, other.label])] }];
    });
    const attempt = await shop.train('text_classification', rows, { framework: 'transformers', model: model('tiny/roberta'), options: { ...fast, num_train_epochs: 4 } });
    const { metrics, baseline } = evaluated(attempt);
    expect(metrics['f1_micro']!).toBeGreaterThan(0.9);
    expect(metrics['f1_micro']!).toBeGreaterThan(baseline!['f1_micro']!);
    const [both] = await predict<LabelPrediction>(attempt.run, ['My order arrived late again. The book is wonderful, I love it!']);
    expect([...(both!.label as string[])].sort()).toEqual(['delivery', 'praise']);
  });

  it('finds spans, with offsets in code points of the text that was asked about', async () => {
    const people = ['Ada Lovelace', 'Barack Obama', 'Marie Curie', 'Angela Merkel', 'Charles Babbage', 'Zoë Müller'];
    const places = ['Paris', 'London', 'Berlin', 'New York', 'Warsaw', 'Munich', 'Zürich'];
    const rows = people.flatMap((person, i) => places.map((place, j) => {
      const text = [`${person} visited ${place} on Monday.`, `🦊 In ${place}, ${person} opened an office.`, `The office in ${place} wrote to ${person}!`][(i + j) % 3]!;
      const span = (label: string, part: string) => ({ label, start: [...text.slice(0, text.indexOf(part))].length, end: [...text.slice(0, text.indexOf(part) + part.length)].length });
      return { text, spans: [span('person', person), span('place', place)] };
    }));
    const attempt = await shop.train('token_classification', rows, { framework: 'transformers', model: model('tiny/bert'), options: { ...fast, learning_rate: 0.005, num_train_epochs: 8, eval_strategy: 'no' } });
    const { metrics, baseline, per_class } = evaluated(attempt);
    expect(metrics['f1']!).toBeGreaterThan(0.8);
    expect(baseline).toMatchObject({ precision: 0, recall: 0, f1: 0 });
    expect(metrics['accuracy']!).toBeGreaterThan(baseline!['accuracy']!);
    expect(per_class!.map(({ label, support }) => [label, support])).toEqual([['person', 9], ['place', 9]]);
    const text = '🦊 In  New York, Ada  Lovelace opened an office.';
    const [found] = await predict<SpansPrediction>(attempt.run, [text, '']);
    expect(found!.spans.map(({ label, start, end }) => [label, [...text].slice(start, end).join('')])).toEqual([['place', 'New York'], ['person', 'Ada  Lovelace']]);
    expect(found!.spans.every(({ score }) => score! > 0.3 && score! <= 1)).toBe(true);
  });

  it('answers questions from contexts, long ones read in parts', async () => {
    const names = ['Ada', 'Marie', 'Charles', 'Angela', 'Barack', 'Curie', 'Babbage', 'Merkel'];
    const cities = ['Paris', 'London', 'Berlin', 'Warsaw', 'Munich', 'France', 'Germany'];
    const rows = names.flatMap((name, i) => cities.flatMap((city, j) => {
      const year = String(1815 + ((i * 7 + j * 13) % 183));
      const context = `${'The river runs. '.repeat((i + j) % 3)}${name} was born in ${city} in ${year}. The dog runs.`;
      return [{ question: `Where was ${name} born?`, context, answer: city }, { question: `When was ${name} born?`, context, answer: year }];
    }));
    const attempt = await shop.train('question_answering', rows, { framework: 'transformers', model: model('tiny/bert'), options: { ...fast, num_train_epochs: 16, learning_rate: 0.002, eval_strategy: 'no' } });
    const { metrics, baseline } = evaluated(attempt);
    expect(metrics['exact_match']!).toBeGreaterThan(0.6);
    expect(metrics['f1']!).toBeGreaterThan(baseline!['f1']! + 0.4);
    const context = `🦊 ${'The river runs. '.repeat(40)}Ada was born in London in 1815. The dog runs.`;
    const [answer] = await predict<AnswerPrediction>(attempt.run, [{ question: 'Where was Ada born?', context }]);
    expect([...context].slice(answer!.start, answer!.start + [...answer!.answer].length).join('')).toBe(answer!.answer);
    expect(answer!.answer).toBe('London');
    expect(answer!.score).toBeGreaterThan(0);
  });

  it('starts a language model from a configuration alone, and writes with it', async () => {
    const folder = join(shop.folder, 'configuration');
    await mkdir(folder);
    for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'generation_config.json']) await copyFile(join(model('tiny/llama'), name), join(folder, name));
    const attempt = await shop.train('pretraining', topics.map(({ text }) => ({ text })), { framework: 'transformers', model: folder, options: { ...fast, learning_rate: 0.005, per_device_train_batch_size: 2, num_train_epochs: 16, block_size: 64, eval_strategy: 'no' } });
    const { metrics, baseline } = evaluated(attempt);
    expect(messages(attempt)).toContainEqual('The folder "configuration" has a configuration and no weights: the model starts from 242,592 random ones.');
    expect(baseline!['perplexity']!).toBeGreaterThan(500);
    expect(metrics['perplexity']!).toBeLessThan(30);
    expect(Math.log(metrics['perplexity']!)).toBeCloseTo(metrics['loss']!, 6);
    const opened = await openModel(attempt.run);
    try {
      const write = async (settings: object): Promise<[string, string | null | undefined]> => {
        const pieces = [];
        for await (const piece of able(opened, 'generate', attempt.run)(['The parcel'], settings)) pieces.push(piece);
        return [pieces.map(({ text }) => text).join(''), pieces.at(-1)!.finished];
      };
      const [text, finished] = await write({ max_new_tokens: 40 });
      const known = new Set(topics.flatMap(({ text }) => text.match(/\w+/g)!));
      expect(text.match(/\w+/g)!.filter((word) => !known.has(word))).toEqual([]);
      expect(finished).toBe('stop');
      expect((await write({ max_new_tokens: 2 }))[1]).toBe('length');
      expect(await write({ temperature: 1.5, seed: 1, max_new_tokens: 20 })).toEqual(await write({ temperature: 1.5, seed: 1, max_new_tokens: 20 }));
    } finally {
      await opened.close();
    }
    expect(await readFile(join(attempt.run.folder, 'config.json'), 'utf8')).not.toContain(shop.folder);
  });

  it('cuts words as rows are laid out, and measures spans as seqeval does', () => {
    const texts = ['Ada wrote to Charles.', 'Zoë Müller\u0301 in São_Paulo (2024)!', '日本語のテキスト。 नमस्ते दुनिया', '🦊🦊 x1-y2 … “quoted”\u00a0text\n\tend', 'a\u200db e\u0301é', ''];
    const { stdout, stderr } = spawnSync(process.env['TASKLAB_PYTHON']!, [resolve('test/python/span_metrics_reference.py')], { input: JSON.stringify({ texts }), env: { ...process.env, ...pythonVariables }, encoding: 'utf8' });
    expect(stdout, stderr).not.toBe('');
    const told = JSON.parse(stdout) as { cases: { seqeval: number[]; workers: number[] }[]; failed: number; words: [string, number, number][][] };
    const layout = layoutFor('transformers', 'token_classification');
    const laid = texts.map((text) => (layout.row({ text, spans: [] } as never, { labels: [], columns: ['text', 'spans'], severalLabels: false, scores: false, id: 0 }) as { tokens: string[] }).tokens);
    expect(told.words.map((words) => words.map(([word]) => word))).toEqual(laid);
    told.words.forEach((words, i) => words.forEach(([word, start, end]) => expect([...texts[i]!].slice(start, end).join('')).toBe(word)));
    for (const { seqeval, workers } of told.cases) workers.forEach((value, i) => expect(value).toBeCloseTo(seqeval[i]!, 12));
    expect(told.failed).toBe(0);
  });
});

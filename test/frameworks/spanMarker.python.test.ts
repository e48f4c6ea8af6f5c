import { beforeEach, describe, expect, it } from 'vitest';
import { predict } from '../../runtime/frameworks/index.js';
import type { SpansPrediction } from '../../runtime/frameworks/model.js';
import { evaluated, miniLm, missing, workshop } from './training.js';

const why = missing('span_marker');
const shop = workshop();
beforeEach(({ skip }) => skip(Boolean(why), String(why)));

const people = ['Ada Lovelace', 'Barack Obama', 'Marie Curie', 'Angela Merkel', 'Charles Babbage', 'Grace Hopper', 'Alan Turing', 'Emmy Noether'];
const places = ['Paris', 'London', 'Berlin', 'Warsaw', 'Munich', 'Vienna', 'Oslo', 'Madrid'];
const span = (label: string, text: string, part: string) => {
  const start = [...text.slice(0, text.indexOf(part))].length;
  return { label, start, end: start + [...part].length };
};
const frames = [(person: string, place: string) => `🦊 ${person} visited ${place} on Monday.`, (person: string, place: string) => `In ${place}, ${person} opened an office.`, (person: string, place: string) => `The office in ${place} wrote to ${person}!`];
const rows = frames.flatMap((frame) => people.flatMap((person) => places.map((place) => {
  const text = frame(person, place);
  return { text, spans: [span('person', text, person), span('place', text, place)] };
})));
const options = { num_train_epochs: 3, per_device_train_batch_size: 8, learning_rate: 0.0005, warmup_ratio: 0.1, model_max_length: 64, entity_max_length: 4, marker_max_length: 16 };

describe('span_marker', () => {
  it('finds people and places in sentences that it never saw', async () => {
    const attempt = await shop.train('token_classification', rows, { framework: 'span_marker', model: miniLm, options });
    const { metrics, baseline, per_class } = evaluated(attempt);
    expect(metrics['f1']!).toBeGreaterThan(0.7);
    expect(baseline!['f1']).toBe(0);
    expect(per_class!.map(({ label }) => label)).toEqual(['person', 'place']);
    const text = '🦊 Marie Curie visited London on Monday.';
    const [first] = await predict<SpansPrediction>(attempt.run, [text, '']);
    expect(first!.spans.map(({ label, start, end }) => [label, [...text].slice(start, end).join('')])).toEqual([['person', 'Marie Curie'], ['place', 'London']]);
    for (const { score } of first!.spans) expect(score).toBeGreaterThan(0);
  }, 180_000);

  it('takes no model of a hub that is not trusted, and says what else is wrong', async () => {
    await expect(shop.train('token_classification', rows, { framework: 'span_marker', model: 'somebody/encoder' })).rejects.toMatchObject({ code: expect.stringMatching(/trust/), message: expect.stringContaining('somebody/encoder') });
    const none = await shop.train('token_classification', rows.map(({ text }) => ({ text, spans: [] })), { framework: 'span_marker', model: miniLm });
    expect(none.error).toMatchObject({ code: 'train/no-labels' });
    await expect(shop.train('token_classification', rows, { framework: 'span_marker', model: miniLm, options: { epochs: 3 } })).rejects.toMatchObject({ code: 'name/unknown-option' });
  }, 120_000);
});

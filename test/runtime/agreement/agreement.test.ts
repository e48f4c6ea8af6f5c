import { describe, expect, it } from 'vitest';
import { agreement, type Agreement } from '../../../runtime/agreement/index.js';
import { rankDistance } from '../../../runtime/agreement/distance.js';
import { cohenKappa, fleissKappa } from '../../../runtime/agreement/kappa.js';
import type { RankedItem } from '../../../runtime/dataset/record.js';
import { by, memory } from '../memory.js';

/** Krippendorff's own example (Computing Krippendorff's Alpha-Reliability, 2011, section C): four observers, twelve units. */
const published = ['1 2 3 3 2 1 4 1 2 . . .', '1 2 3 3 2 2 4 1 2 5 . 3', '. 3 3 3 2 3 4 2 2 5 1 .', '1 2 3 3 2 4 4 1 2 5 1 .'].map((line) =>
  line.split(' '),
);
const example = (type: string) =>
  memory(
    ['text'],
    [{ name: 'q', type }],
    published[0]!.map((_, unit) => ({
      id: `u${unit + 1}`,
      fields: { text: `unit ${unit + 1}` },
      responses: published.flatMap((observer, i) =>
        observer[unit] === '.' ? [] : by('q', { [`o${i}`]: type === 'rating' ? Number(observer[unit]) : observer[unit]! }),
      ),
    })),
  );
const ranking = (text: string): RankedItem[] => text.split(' ').map((item) => ({ value: item[0]!, rank: Number(item.slice(1)) }));

describe("Krippendorff's alpha", () => {
  it('gives the published values', async () => {
    const [rating] = await agreement(example('rating'));
    const value = (name: string) => rating!.alphas.find(({ distance }) => distance === name)!.value;
    expect(value('nominal')).toBeCloseTo(0.743, 3);
    expect(value('ordinal')).toBeCloseTo(0.815, 3);
    expect(value('interval')).toBeCloseTo(0.849, 3);
    expect(rating!.alpha).toEqual({ distance: 'interval', value: value('interval') });
    const [label] = await agreement(example('label'));
    expect(label!.alpha).toEqual({ distance: 'nominal', value: value('nominal') });
  });
  it('is explicit where it is undefined', async () => {
    const once = memory([], [{ name: 'q', type: 'label' }], [{ responses: by('q', { a: 'x' }) }, { responses: by('q', { b: 'y' }) }]);
    expect((await agreement(once))[0]).toMatchObject({
      alpha: { value: null, reason: 'no record has two answers' },
      percent: { value: null },
      records: { answered: 2, compared: 0 },
    });
    const same = memory([], [{ name: 'q', type: 'label' }], [{ responses: by('q', { a: 'x', b: 'x' }) }]);
    expect((await agreement(same))[0]!.alpha).toEqual({ distance: 'nominal', value: 1, reason: 'all answers are the same' });
    const texts = memory([], [{ name: 'q', type: 'text' }], [{ responses: by('q', { a: 'x', b: 'x' }) }]);
    expect((await agreement(texts))[0]).toMatchObject({
      alpha: { distance: null, value: null, reason: 'there is no distance between answers of type text' },
      percent: { value: 1 },
    });
  });
  it('weighs sets of labels by how they lie to each other', async () => {
    // MASI: {a,b} and {a} 1 - 1/2 * 2/3, {a,b} and {b,c} 1 - 1/3 * 1/3, {a} and {c} 1.
    const dataset = memory(
      ['text'],
      [{ name: 'q', type: 'multi_label' }],
      [
        { fields: { text: '' }, responses: by('q', { x: ['a', 'b'], y: ['a'] }) },
        { fields: { text: '' }, responses: by('q', { x: ['b', 'a'], y: ['b', 'c', 'b'] }) },
        { fields: { text: '' }, responses: by('q', { x: ['c'], y: ['a'] }) },
        { fields: { text: '' }, responses: by('q', { x: ['a'], y: ['a', 'a'] }) },
      ],
    );
    const [{ contested, percent, alphas }] = (await agreement(dataset)) as [Awaited<ReturnType<typeof agreement>>[number]];
    expect(contested.map(({ index, disagreement }) => [index, disagreement])).toEqual([
      [2, 1],
      [1, 8 / 9],
      [0, expect.closeTo(2 / 3)],
    ]);
    expect(percent.value).toBe(0.25);
    expect(alphas.map(({ distance }) => distance)).toEqual(['masi', 'jaccard', 'nominal']);
  });
  it('measures rankings by the order of their options', () => {
    expect(rankDistance(ranking('a1 b2 c3'), ranking('c3 b2 a1'))).toBe(0);
    expect(rankDistance(ranking('a1 b2 c3'), ranking('a3 b2 c1'))).toBe(1);
    expect(rankDistance(ranking('a1 b2 c3'), ranking('a1 b3 c2'))).toBeCloseTo(1 / 3);
    expect(rankDistance(ranking('a1 b1'), ranking('a1 b2'))).toBe(0.5);
  });
});

describe('by annotator', () => {
  const dataset = memory(
    ['text'],
    [{ name: 'q', type: 'label' }],
    [
      { id: 'one', fields: { text: 'first' }, responses: by('q', { ann: 'x', bob: 'x', cid: 'y' }) },
      { id: 'two', fields: { text: 'second' }, responses: by('q', { ann: 'x', bob: 'y', cid: 'y' }) },
      {
        id: 'three',
        fields: { text: 'third' },
        responses: [
          ...by('q', { ann: 'x' }),
          { annotator: null, status: 'submitted', values: { q: 'z' } },
          { annotator: null, status: 'submitted', values: { q: 'x' } },
          { annotator: 'ann', status: 'submitted', values: { q: 'z' } },
          { annotator: 'dan', status: 'draft', values: { q: 'x' } },
        ],
      },
      { id: 'four', fields: { text: 'fourth' }, responses: by('q', { eve: 'x' }) },
    ],
  );
  it('counts each against the rest, pairs, and those without a name', async () => {
    const [result] = await agreement(dataset, { question: 'q' });
    expect(result).toMatchObject({ answers: 10, anonymous: 2, repeated: 1, records: { answered: 4, compared: 3 } });
    expect(result!.annotators.map(({ annotator, answers, percent }) => ({ annotator, answers, percent }))).toEqual([
      { annotator: 'ann', answers: 3, percent: { value: 2 / 6 } },
      { annotator: 'bob', answers: 2, percent: { value: 2 / 4 } },
      { annotator: 'cid', answers: 2, percent: { value: 1 / 4 } },
      { annotator: 'eve', answers: 1, percent: { value: null, reason: 'nobody else answered the same records' } },
    ]);
    expect(result!.pairs.map(({ annotators, records, percent }) => [...annotators, records, percent])).toEqual([
      ['ann', 'bob', 2, 0.5],
      ['ann', 'cid', 2, 0],
      ['bob', 'cid', 2, 0.5],
    ]);
    expect(result!.pairs[2]!.alpha.value).toBeCloseTo(0);
  });
  it('lists the most contested records with what was answered', async () => {
    const [result] = await agreement(dataset, { contested: 2 });
    expect(result!.contested).toEqual([
      {
        id: 'one',
        index: 0,
        fields: { text: 'first' },
        disagreement: 2 / 3,
        answers: [
          { annotator: 'ann', value: 'x' },
          { annotator: 'bob', value: 'x' },
          { annotator: 'cid', value: 'y' },
        ],
      },
      {
        id: 'two',
        index: 1,
        fields: { text: 'second' },
        disagreement: 2 / 3,
        answers: [
          { annotator: 'ann', value: 'x' },
          { annotator: 'bob', value: 'y' },
          { annotator: 'cid', value: 'y' },
        ],
      },
    ]);
  });
  it('names an unknown question', async () => {
    await expect(agreement(dataset, { question: 'w' })).rejects.toMatchObject({ code: 'name/unknown-question' });
  });
});

describe('kappa', () => {
  it("of Fleiss gives the published value of his example", () => {
    // Fleiss 1971 as on Wikipedia: 14 raters, 10 subjects, 5 categories; kappa 0.210.
    const table = ['0 0 0 0 14', '0 2 6 4 2', '0 0 3 5 6', '0 3 9 2 0', '2 2 8 1 1', '7 7 0 0 0', '3 2 6 3 0', '2 5 3 2 2', '6 5 2 1 0', '0 2 2 3 7'];
    const units = table.map((row) => row.split(' ').flatMap((count, category) => Array.from({ length: Number(count) }, () => category)));
    const { value, answersPerRecord, records } = fleissKappa(units, 5);
    expect(value).toBeCloseTo(0.21, 3);
    expect([answersPerRecord, records]).toEqual([14, 10]);
    expect(fleissKappa([...units, [0, 1], [2]], 5)).toMatchObject({ value, records: 10 });
  });

  it('of Cohen gives the published values', () => {
    // Two readers of grants (Wikipedia): 20 both yes, 15 both no, 5 and 10 apart; kappa 0.4.
    const units = (pairs: [number, [number, number]][]) => pairs.flatMap(([times, pair]) => Array.from({ length: times }, () => pair));
    expect(cohenKappa(units([[20, [1, 1]], [5, [1, 0]], [10, [0, 1]], [15, [0, 0]]]), 2).value).toBeCloseTo(0.4, 10);
    expect(cohenKappa(units([[45, [1, 1]], [15, [1, 0]], [25, [0, 1]], [15, [0, 0]]]), 2).value).toBeCloseTo(0.1304, 4);
    expect(cohenKappa(units([[3, [1, 1]]]), 2)).toMatchObject({ value: null, reason: expect.stringContaining('all answers are the same') });
  });
});

describe('the interval of alpha', () => {
  it('holds alpha, narrows with more records, and is the same for the same seed', async () => {
    const [few] = await agreement(example('label'));
    expect(few!.interval!.low).toBeLessThan(few!.alpha.value!);
    expect(few!.interval!.high).toBeGreaterThan(few!.alpha.value!);
    expect(few!.interval!.resamples).toBe(1000);
    expect((await agreement(example('label')))[0]!.interval).toEqual(few!.interval);
    expect((await agreement(example('label'), { seed: 1 }))[0]!.interval).not.toEqual(few!.interval);
    const more = memory([], [{ name: 'q', type: 'label' }], Array.from({ length: 300 }, (_, i) => ({ responses: by('q', { a: 'xyz'[i % 3]!, b: 'xyz'[i % 4 === 0 ? 0 : i % 3]! }) })));
    const [{ interval }] = (await agreement(more)) as unknown as [Agreement];
    expect(interval!.high - interval!.low).toBeLessThan(few!.interval!.high - few!.interval!.low);
    expect((await agreement(example('label'), { resamples: 0 }))[0]!.interval).toBeNull();
  });
});

describe('each by itself', () => {
  const dataset = memory(
    [],
    [{ name: 'q', type: 'label', options: ['x', 'y', 'z'] }],
    [by('q', { ann: 'x', bob: 'x', cid: 'y' }), by('q', { ann: 'y', bob: 'y', cid: 'y' }), by('q', { ann: 'x', bob: 'y' })].map((responses) => ({ responses })),
  );

  it('labels: whether answers have them', async () => {
    const [{ labels }] = (await agreement(dataset)) as unknown as [Agreement];
    // Of x: one pair of two, and three pairs of which one has it: 2 / (2 + 3). Of y: 3 pairs of two, and 3 apart: 6 / 9.
    expect(labels.map(({ label, answers, specific }) => [label, answers, specific.value])).toEqual([['x', 3, 2 / 5], ['y', 5, 6 / 9], ['z', 0, null]]);
    expect(labels[2]!.alpha.value).toBe(1);
  });

  it('annotators: how often theirs is what the others make together', async () => {
    const [{ annotators, ceiling }] = (await agreement(dataset)) as unknown as [Agreement];
    // Record 1: ann has x against x and y, a tie: a half; so has bob; cid has y against two x: none. Record 2: all. Record 3 has two answers.
    expect(annotators.map(({ annotator, ceiling }) => [annotator, ceiling.value])).toEqual([['ann', 0.75], ['bob', 0.75], ['cid', 0.5]]);
    expect(ceiling).toEqual({ value: 4 / 6 });
  });
});

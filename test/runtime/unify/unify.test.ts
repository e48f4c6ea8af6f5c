import { describe, expect, it } from 'vitest';
import type { AnswerValue, RankedItem } from '../../../runtime/dataset/record.js';
import { strategies, strategyFor, unify, type UnifyOptions } from '../../../runtime/unify/index.js';
import { by, memory } from '../memory.js';

/** Unifies one record's answers. */
async function one(type: string, answers: readonly AnswerValue[], options: UnifyOptions = {}, choices?: (string | number)[]) {
  const responses = answers.map((value, i) => ({ annotator: `a${i}`, status: 'submitted' as const, values: { q: value } }));
  const dataset = memory(['text'], [{ name: 'q', type, options: choices }], [{ responses }]);
  for await (const { value } of unify(dataset, 'q', options)) return value;
  return undefined;
}

const ranked = (text: string): RankedItem[] =>
  text.split(' ').map((item) => ({ value: item[0]!, rank: item.slice(1) === '?' ? null : Number(item.slice(1)) }));
const flat = (value: unknown) => (value as RankedItem[]).map(({ value, rank }) => `${value}${rank}`).join(' ');

describe('ties', () => {
  const options = ['sad', 'joy', 'fear'];
  it('are decided by the order of the options', async () => {
    expect(await one('label', ['joy', 'sad'], {}, options)).toBe('sad');
    expect(await one('rating', [4, 2, 2, 4], {}, [1, 2, 3, 4])).toBe(2);
    expect(await one('rating', [4, 2], {}, [4, 3, 2])).toBe(4);
  });
  it('of labels from the data go by the sorted labels', async () => {
    expect(await one('label', ['joy', 'fear', 'sad'])).toBe('fear');
  });
  it('of rankings go to the first answer given', async () => {
    expect(flat(await one('ranking', [ranked('b1 a2'), ranked('a1 b2')]))).toBe('b1 a2');
  });
  it('are dropped on request', async () => {
    expect(await one('label', ['joy', 'sad'], { ties: 'drop' }, options)).toBeNull();
    expect(await one('label', ['joy', 'joy'], { ties: 'drop' }, options)).toBe('joy');
    expect(await one('multi_label', [['joy'], ['sad']], { ties: 'drop' }, options)).toBeNull();
  });
  it('are drawn evenly, and equally under one seed', async () => {
    const records = Array.from({ length: 300 }, () => ({ responses: by('q', { ann: 'joy', bob: 'sad', cid: 'fear' }) }));
    const draw = async (seed: number, batchSize = 7) => {
      const values: unknown[] = [];
      for await (const { value } of unify(memory([], [{ name: 'q', type: 'label', options }], records, { batchSize }), 'q', {
        ties: 'random',
        seed,
      }))
        values.push(value);
      return values;
    };
    const values = await draw(1);
    expect(await draw(1, 50)).toEqual(values);
    expect(await draw(2)).not.toEqual(values);
    for (const option of options) expect(Math.abs(values.filter((value) => value === option).length - 100)).toBeLessThan(30);
  });
});

describe('multi-label majority', () => {
  it('takes labels of more than half, each once an answer', async () => {
    expect(
      await one('multi_label', [
        ['a', 'b'],
        ['b', 'c'],
        ['b', 'a'],
      ]),
    ).toEqual(['a', 'b']);
    expect(await one('multi_label', [['a', 'a', 'a'], ['b'], ['b']])).toEqual(['b']);
  });
  it('falls back to the most chosen, and keeps no label as a value', async () => {
    expect(await one('multi_label', [['a'], ['b'], ['b'], []])).toEqual(['b']);
    expect(await one('multi_label', [[], []])).toEqual([]);
  });
});

describe('numbers and ranks', () => {
  it('means are not rounded for ratings', async () => {
    expect(await one('rating', [1, 2], { strategy: 'mean' })).toBe(1.5);
    expect(await one('rating', [1, 5, 3], { strategy: 'min' })).toBe(1);
    expect(await one('rating', [1, 5, 3], { strategy: 'max' })).toBe(5);
  });
  it('mean ranks are rounded half to even, best first', async () => {
    expect(flat(await one('ranking', [ranked('a2 b1 c3'), ranked('a1 b2 c4')], { strategy: 'mean' }))).toBe('a2 b2 c4');
    expect(flat(await one('ranking', [ranked('a1 b?'), ranked('b1 a2')], { strategy: 'mean' }))).toBe('b1 a2');
  });
  it('min and max go option by option', async () => {
    const answers = [ranked('a1 b2 c3'), ranked('a3 b2 c1')];
    expect(flat(await one('ranking', answers, { strategy: 'min' }))).toBe('a1 c1 b2');
    expect(flat(await one('ranking', answers, { strategy: 'max' }))).toBe('b2 a3 c3');
  });
});

it('keeps every answer by disagreement, for every type', async () => {
  expect(await one('text', ['x', 'y', 'x'])).toEqual(['x', 'y', 'x']);
  expect(await one('label', ['b', 'a'], { strategy: 'disagreement' })).toEqual(['b', 'a']);
  const span = [{ label: 'PER', start: 0, end: 2 }];
  expect(await one('span', [span, []])).toEqual([span, []]);
});

it('counts submitted answers alone unless told otherwise', async () => {
  const responses = [
    { annotator: 'a', status: 'submitted' as const, values: { q: 'x' } },
    { annotator: 'b', status: 'draft' as const, values: { q: 'y' } },
    { annotator: 'c', status: 'discarded' as const, values: { q: 'y' } },
    { annotator: 'd', status: 'submitted' as const, values: {} },
  ];
  const dataset = memory([], [{ name: 'q', type: 'label' }], [{ id: 'r1', responses }, { id: 'r2' }]);
  const all = async (options: UnifyOptions) => {
    const unified: unknown[] = [];
    for await (const record of unify(dataset, 'q', options)) unified.push(record);
    return unified;
  };
  expect(await all({})).toEqual([
    { id: 'r1', value: 'x' },
    { id: 'r2', value: null },
  ]);
  expect(await all({ statuses: ['submitted', 'draft', 'discarded'] })).toEqual([
    { id: 'r1', value: 'y' },
    { id: 'r2', value: null },
  ]);
});

it('names what is wrong and what there is', async () => {
  const label = { name: 'q', type: 'label' };
  expect(() => strategyFor(label, 'majorty')).toThrow(
    expect.objectContaining({ code: 'name/unknown-strategy', hint: 'Did you mean "majority"?' }),
  );
  expect(() => strategyFor(label, 'mean')).toThrow(
    expect.objectContaining({ code: 'type/strategy', hint: expect.stringContaining('majority, disagreement') }),
  );
  const reading = unify(memory([], [label], []), 'w').next();
  await expect(reading).rejects.toMatchObject({ code: 'name/unknown-question', message: 'The dataset "sample" has no question "w".' });
});

it('documents every strategy', () => {
  for (const { name, doc, questions } of strategies) {
    expect(name).toMatch(/^[a-z_]+$/);
    expect(doc.length).toBeGreaterThan(20);
    expect(questions.length).toBeGreaterThan(0);
  }
});

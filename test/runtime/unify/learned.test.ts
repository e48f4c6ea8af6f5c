import { describe, expect, it } from 'vitest';
import type { AnswerValue } from '../../../runtime/dataset/record.js';
import { Random } from '../../../runtime/random/random.js';
import { annotatorWeights, unify, type UnifyOptions } from '../../../runtime/unify/index.js';
import { dawidSkene } from '../../../runtime/unify/strategies/dawidSkene.js';
import { agreementWithMajority } from '../../../runtime/unify/strategies/weightedMajority.js';
import type { Votes } from '../../../runtime/unify/votes.js';
import { by, memory } from '../memory.js';

/**
 * Five anaesthetists' grades of 45 patients (Dawid and Skene 1979, table 1); the first of them graded each three times.
 * A patient is `111 1 1 1 1`: the grades of observer 1, then those of 2 to 5.
 */
const patients = `
  111 1 1 1 1, 333 4 3 3 4, 112 2 1 2 2, 222 3 1 2 1, 222 3 2 2 2, 222 3 3 2 2, 122 2 1 1 1, 333 3 4 3 3, 222 2 2 2 3,
  232 2 2 2 3, 444 4 4 4 4, 222 3 3 4 3, 111 1 1 1 1, 222 3 2 1 2, 121 1 1 1 1, 111 2 1 1 1, 111 1 1 1 1, 111 1 1 1 1,
  222 2 2 2 1, 222 1 3 2 2, 222 2 2 2 2, 222 2 2 2 1, 222 3 2 2 2, 221 2 2 2 2, 111 1 1 1 1, 111 1 1 1 1, 232 2 2 2 2,
  111 1 1 1 1, 111 1 1 1 1, 112 1 1 2 1, 111 1 1 1 1, 333 3 2 3 3, 111 1 1 1 1, 222 2 2 2 2, 222 3 2 3 2, 433 4 3 4 3,
  221 2 2 3 2, 232 3 2 3 3, 333 3 4 3 2, 111 1 1 1 1, 111 1 1 1 1, 121 2 1 1 1, 232 2 2 2 2, 121 1 1 1 1, 222 2 2 2 2`
  .split(',')
  .map((patient) => patient.trim().split(' '));

function anaesthesia(): Votes {
  const votes = patients.flatMap((grades, item) => grades.flatMap((some, by) => [...some].map((grade) => ({ item, by, said: Number(grade) - 1 }))));
  const column = (of: (vote: (typeof votes)[number]) => number) => Int32Array.from(votes, of);
  return { items: 45, annotators: 5, classes: 4, item: column((v) => v.item), by: column((v) => v.by), said: column((v) => v.said) };
}

describe('the model of Dawid and Skene', () => {
  it('finds the estimates that the paper publishes for its example', () => {
    const { priors, posteriors, errors } = dawidSkene(anaesthesia());
    // Table 4 of the paper.
    expect([...priors].map((prior) => Number(prior.toFixed(2)))).toEqual([0.4, 0.42, 0.11, 0.07]);
    // Every patient but one is certain in table 5; observer 1 calls a patient of class 1 so in nine cases of ten.
    const likely = patients.map((_, i) => Math.max(...posteriors.subarray(i * 4, i * 4 + 4)));
    expect(likely.filter((share) => share < 0.95).length).toBeLessThanOrEqual(2);
    expect(errors[0]).toBeCloseTo(0.89, 2);
    expect(errors[4]).toBeCloseTo(0.11, 2);
  });
});

const labels = ['joy', 'fear', 'love'];

/** Two who nearly always know, and three who mostly guess, each on their own. */
function crowd(count = 400, type: 'label' | 'multi_label' = 'label') {
  const random = new Random([1, 2, 3, 4]);
  const truth = Array.from({ length: count }, () => random.below(3));
  const records = truth.map((right) => {
    const say = (value: number, share: number) => labels[random.next() < share ? value : random.below(3)]!;
    const answers = { ann: say(right, 0.95), bob: say(right, 0.95), cid: say(right, 0.2), dan: say(right, 0.2), eve: say(right, 0.2) };
    return { responses: by('q', type === 'label' ? answers : Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, [answer]]))) };
  });
  return { truth: truth.map((right) => labels[right]!), records, dataset: memory([], [{ name: 'q', type, options: labels }], records, { batchSize: 50 }) };
}

async function unified(dataset: ReturnType<typeof memory>, options: UnifyOptions) {
  const values: unknown[] = [];
  for await (const { value } of unify(dataset, 'q', options)) values.push(value);
  return values;
}
const right = (values: unknown[], truth: readonly unknown[]) => values.filter((value, i) => JSON.stringify([value].flat()) === JSON.stringify([truth[i]])).length / truth.length;

describe.each(['weighted_majority', 'dawid_skene'])('%s', (strategy) => {
  it('trusts those who know, and is right more often than the majority', async () => {
    const { truth, dataset } = crowd();
    const weights = Object.fromEntries((await annotatorWeights(dataset, 'q', { strategy })).map(({ annotator, weight }) => [annotator, weight]));
    expect(Math.min(weights['ann']!, weights['bob']!)).toBeGreaterThan(Math.max(weights['cid']!, weights['dan']!, weights['eve']!));
    for (const weight of Object.values(weights as Record<string, number>)) expect(weight > 0 && weight <= 1).toBe(true);
    expect(right(await unified(dataset, { strategy }), truth)).toBeGreaterThan(right(await unified(dataset, { strategy: 'majority' }), truth) + 0.05);
  });

  it('takes several labels, each on its own', async () => {
    const { truth, dataset } = crowd(400, 'multi_label');
    expect(right(await unified(dataset, { strategy }), truth)).toBeGreaterThan(0.7);
    const [both] = await unified(memory([], [{ name: 'q', type: 'multi_label', options: labels }], [{ responses: by('q', { ann: ['joy', 'love'], bob: ['love', 'joy'], cid: ['joy'] }) }, { responses: by('q', { ann: [], bob: [], cid: [] }) }]), { strategy });
    expect(both).toEqual(['joy', 'love']);
  });

  it('does not mind the order of records and annotators', async () => {
    const { records } = crowd(200);
    const question = [{ name: 'q', type: 'label', options: labels }];
    const straight = await unified(memory([], question, records), { strategy });
    const turned = [...records].reverse().map(({ responses }) => ({ responses: [...responses!].reverse() }));
    expect((await unified(memory([], question, turned), { strategy })).reverse()).toEqual(straight);
  });

  it.each<[string, Record<string, AnswerValue>[], unknown[]]>([
    ['one annotator', [{ ann: 'fear' }, { ann: 'joy' }], ['fear', 'joy']],
    ['no answers', [{}, {}], [null, null]],
    ['one label', [{ ann: 'joy', bob: 'joy' }, { bob: 'joy' }], ['joy', 'joy']],
    ['somebody who answers once', [{ ann: 'joy', bob: 'joy', cid: 'fear' }, { ann: 'love', bob: 'love' }], ['joy', 'love']],
  ])('works with %s', async (_, answers, expected) => {
    const dataset = memory([], [{ name: 'q', type: 'label', options: labels }], answers.map((each) => ({ responses: by('q', each) })));
    expect(await unified(dataset, { strategy })).toEqual(expected);
  });

  it('takes ratings as classes, and ties by their rule', async () => {
    const scale = { name: 'q', type: 'rating', options: [1, 2, 3, 4, 5] };
    const records = [{ responses: by('q', { ann: 5, bob: 2 }) }, { responses: by('q', { ann: 2, bob: 5 }) }];
    expect(await unified(memory([], [scale], records), { strategy })).toEqual([2, 2]);
    expect(await unified(memory([], [scale], records), { strategy, ties: 'drop' })).toEqual([null, null]);
    expect(await unified(memory([], [scale], [{ responses: by('q', { ann: 4, bob: 4 }) }]), { strategy })).toEqual([4]);
  });

  it('counts drafts where they are asked for, and refuses rankings', async () => {
    const draft = { annotator: 'ann', status: 'draft' as const, values: { q: 'joy' } };
    const dataset = memory([], [{ name: 'q', type: 'label', options: labels }], [{ responses: [draft] }]);
    expect(await unified(dataset, { strategy })).toEqual([null]);
    expect(await unified(dataset, { strategy, statuses: ['draft'] })).toEqual(['joy']);
    await expect(unified(memory([], [{ name: 'q', type: 'ranking', options: labels }], []), { strategy })).rejects.toMatchObject({ code: 'type/strategy' });
  });
});

it('an annotator weighs the share of answers that are the majority\'s', () => {
  const votes = { items: 3, annotators: 3, classes: 2, item: Int32Array.of(0, 0, 0, 1, 1, 2, 2), by: Int32Array.of(0, 1, 2, 0, 1, 0, 2), said: Int32Array.of(1, 1, 0, 0, 0, 1, 0) };
  // Item 2 is a tie: each of the two answers counts a half.
  expect([...agreementWithMajority(votes)]).toEqual([2.5 / 3, 1, 0.5 / 2]);
});

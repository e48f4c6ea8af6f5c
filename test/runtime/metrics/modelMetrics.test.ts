import { describe, expect, it } from 'vitest';
import type { AnswerValue } from '../../../runtime/dataset/record.js';
import { metrics } from '../../../runtime/metrics/index.js';
import { modelMetrics } from '../../../runtime/metrics/modelMetrics.js';
import { by, memory } from '../memory.js';

const suggested = (value: AnswerValue) => ({ q: { value, score: null, type: null, agent: null } });
const draft = (annotator: string, value: AnswerValue) => ({ annotator, status: 'draft' as const, values: { q: value } });
const question = { name: 'q', type: 'label', options: ['ham', 'spam', 'eggs'] };

/** Two annotators; the last records lack something. */
const dataset = memory([], [question, { name: 'parts', type: 'span' }, { name: 'note', type: 'text' }], [
  { id: 'one', responses: by('q', { ann: 'ham', bob: 'ham' }), suggestions: suggested('ham') },
  { id: 'two', responses: by('q', { ann: 'ham', bob: 'spam' }), suggestions: suggested('spam') },
  { id: 'three', responses: [...by('q', { ann: 'spam' }), draft('bob', 'ham')], suggestions: suggested('spam') },
  { id: 'four', responses: [...by('q', { ann: 'spam' }), ...by('q', { ann: 'ham' })], suggestions: suggested('ham') },
  { id: 'five', responses: by('q', { ann: 'ham' }) },
  { id: 'six', responses: [], suggestions: suggested('ham') },
]);

describe('suggestions beside answers', () => {
  it('are compared annotator by annotator, submitted answers alone, and every record is accounted for', async () => {
    const { results, ...rest } = await modelMetrics(dataset, 'q');
    expect(rest).toEqual({ question: 'q', type: 'label', strategy: null, truth: 'responses', records: 6 });
    expect(results.map(({ annotator, compared, withoutSuggestion, withoutAnswer, repeated }) => [annotator, compared, withoutSuggestion, withoutAnswer, repeated])).toEqual([
      ['ann', 4, 1, 1, 1],
      ['bob', 2, 0, 4, 0],
    ]);
    expect(results.map(({ metrics }) => metrics['accuracy'])).toEqual([{ value: 0.5 }, { value: 1 }]);
    expect(results[0]!.confusion).toEqual({ labels: ['ham', 'spam', 'eggs'], counts: [[1, 1, 0], [1, 1, 0], [0, 0, 0]] });
  });

  it('are compared with what the strategy makes of the answers', async () => {
    const { results } = await modelMetrics(dataset, 'q', { strategy: 'majority' });
    expect(results).toEqual([expect.objectContaining({ annotator: null, compared: 4, withoutSuggestion: 1, withoutAnswer: 1 })]);
    // "two" is a tie, and so is "four", where ann answered twice.
    const dropped = await modelMetrics(dataset, 'q', { strategy: 'majority', ties: 'drop' });
    expect(dropped.results[0]).toMatchObject({ compared: 2, withoutAnswer: 3, metrics: { accuracy: { value: 1 } } });
    const ratings = memory([], [{ name: 'q', type: 'rating', options: [1, 2, 3, 4, 5] }], [
      { responses: by('q', { ann: 1, bob: 5, cid: 5 }), suggestions: suggested(1) },
      { responses: by('q', { ann: 2, bob: 3, cid: 4 }), suggestions: suggested(3) },
    ]);
    const accuracy = async (strategy: string) => (await modelMetrics(ratings, 'q', { strategy })).results[0]!.metrics['accuracy'];
    expect([await accuracy('min'), await accuracy('max')]).toEqual([{ value: 0.5 }, { value: 0 }]);
    expect(await accuracy('mean')).toEqual({ value: null, reason: 'answers such as 3.667 are not on the scale' });
  });

  it('give way to predictions, and to who is right', async () => {
    const predictions = new Map<string, AnswerValue>([['one', 'spam'], ['five', 'ham']]);
    const predicted = await modelMetrics(dataset, 'q', { strategy: 'majority', predictions });
    expect(predicted.results[0]).toMatchObject({ compared: 2, withoutSuggestion: 3, metrics: { accuracy: { value: 0.5 } } });
    const [models, annotators] = [await modelMetrics(dataset, 'q'), await modelMetrics(dataset, 'q', { truth: 'suggestions' })];
    const score = (of: typeof models, name: 'precision' | 'recall') => of.results[0]!.perClass[0]![name];
    expect([score(annotators, 'precision'), score(annotators, 'recall')]).toEqual([score(models, 'recall'), score(models, 'precision')]);
  });

  it('count where nobody is named', async () => {
    const anonymous = { annotator: null, status: 'submitted' as const, values: { q: 'ham' } };
    const { results } = await modelMetrics(memory([], [question], [{ responses: [anonymous, anonymous], suggestions: suggested('ham') }]), 'q');
    expect(results).toEqual([expect.objectContaining({ annotator: null, compared: 2, withoutAnswer: 0, repeated: 0 })]);
  });

  it('are compared with every class, known or not', async () => {
    const { results } = await modelMetrics(memory([], [{ name: 'q', type: 'label' }], [{ responses: by('q', { ann: 'b' }), suggestions: suggested('a') }]), 'q');
    expect(results[0]!.confusion).toEqual({ labels: ['a', 'b'], counts: [[0, 0], [1, 0]] });
  });
});

describe('what cannot be measured', () => {
  it('is null with a reason', async () => {
    const measure = async (type: string, ...pairs: (readonly [AnswerValue, AnswerValue | null])[]) => {
      const records = pairs.map(([answer, suggestion]) => ({ responses: by('q', { ann: answer }), ...(suggestion !== null && { suggestions: suggested(suggestion) }) }));
      return (await modelMetrics(memory([], [{ name: 'q', type }], records), 'q')).results[0]!;
    };
    const nothing = await measure('label', ['a', null]);
    expect(nothing).toMatchObject({ compared: 0, withoutSuggestion: 1, perClass: [], confusion: null });
    expect(Object.values(nothing.metrics).map(({ reason }) => reason)).toEqual(Array(5).fill('no record has both an answer and a suggestion'));
    expect((await measure('rating', [1, 2])).metrics['pearson']).toEqual({ value: null, reason: 'a correlation needs two answers or more' });
    expect((await measure('rating', [1, 2], [1, 3])).metrics['spearman']).toEqual({ value: null, reason: 'all answers or all suggestions are the same' });
    const japanese = await measure('text', ['日本', '日本']);
    expect(japanese.metrics['rouge_l']).toEqual({ value: null, reason: expect.stringContaining('letters a to z') });
    expect((await measure('text', ['', ''])).metrics).toMatchObject({ bleu: { value: null, reason: 'all texts are empty' }, gleu: { value: null, reason: 'all texts are empty' } });
  });

  it('is said before anything is read', async () => {
    await expect(modelMetrics(dataset, 'r')).rejects.toMatchObject({ code: 'name/unknown-question' });
    await expect(modelMetrics(dataset, 'parts')).rejects.toMatchObject({ code: 'type/metric' });
    await expect(modelMetrics(dataset, 'q', { metrics: ['acuracy'] })).rejects.toMatchObject({ code: 'name/unknown-metric', hint: 'Did you mean "accuracy"?' });
    await expect(modelMetrics(dataset, 'q', { metrics: ['bleu'] })).rejects.toMatchObject({ code: 'type/metric', hint: expect.stringContaining('accuracy') });
    await expect(modelMetrics(dataset, 'q', { strategy: 'mean' })).rejects.toMatchObject({ code: 'type/strategy' });
    await expect(modelMetrics(dataset, 'q', { strategy: 'disagreement' })).rejects.toMatchObject({ code: 'type/strategy', hint: expect.stringContaining('majority') });
    await expect(modelMetrics(dataset, 'note', { strategy: 'disagreement' })).rejects.toMatchObject({ code: 'type/strategy' });
  });
});

it('ranks with the best first: an order turned round is worse than one with the last two swapped', async () => {
  const ranking = (order: string) => [...order].map((value, i) => ({ value, rank: i + 1 }));
  const ndcg = async (order: string) =>
    (await modelMetrics(memory([], [{ name: 'q', type: 'ranking', options: [...'abcd'] }], [{ responses: by('q', { ann: ranking('abcd') }), suggestions: suggested(ranking(order)) }]), 'q')).results[0]!.metrics['ndcg']!.value!;
  expect(await ndcg('abcd')).toBeCloseTo(1, 12);
  expect(await ndcg('abdc')).toBeGreaterThan(await ndcg('bacd'));
  expect(await ndcg('bacd')).toBeGreaterThan(await ndcg('dcba'));
});

it('has metrics for every type of question but spans', () => {
  expect([...new Set(metrics.flatMap(({ questions }) => questions))].sort()).toEqual(['label', 'multi_label', 'ranking', 'rating', 'text']);
});

import { expect, it } from 'vitest';
import { classification, majorityLabel, majorityLabels, multiLabelClassification } from '../../../runtime/metrics/classification.js';

it('counts what was taken for what', () => {
  const { metrics, perClass, confusion } = classification(['ham', 'spam', 'eggs'], ['ham', 'ham', 'spam', 'spam'], ['ham', 'spam', 'spam', 'spam']);
  expect(confusion!.counts).toEqual([[1, 1, 0], [0, 2, 0], [0, 0, 0]]);
  expect(perClass).toEqual([
    { label: 'ham', precision: 1, recall: 0.5, f1: 2 / 3, support: 2 },
    { label: 'spam', precision: 2 / 3, recall: 1, f1: 0.8, support: 2 },
    { label: 'eggs', precision: 0, recall: 0, f1: 0, support: 0 },
  ]);
  // Nobody has or was given "eggs": it does not lower the averages.
  expect(metrics).toEqual({ accuracy: 0.75, precision: (1 + 2 / 3) / 2, recall: 0.75, f1: (2 / 3 + 0.8) / 2 });
});

it('wants all labels of a row right, and counts each', () => {
  const { metrics, confusion } = multiLabelClassification(['a', 'b'], [['a', 'b'], ['a'], []], [['b', 'a'], ['a', 'b'], []]);
  expect(metrics.accuracy).toBeCloseTo(2 / 3);
  expect(metrics.f1_micro).toBeCloseTo(6 / 7);
  expect(confusion).toBeNull();
});

it('is zero, not NaN, on nothing', () => {
  expect(classification(['a'], [], []).metrics).toEqual({ accuracy: 0, precision: 0, recall: 0, f1: 0 });
});

it('guesses the most frequent label, of equal ones the first', () => {
  expect(majorityLabel(['a', 'b', 'c'], ['c', 'b', 'b', 'c'])).toBe('b');
  expect(majorityLabels(['a', 'b'], [['a'], ['a', 'b'], []])).toEqual(['a']);
});

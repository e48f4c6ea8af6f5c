import { describe, expect, it } from 'vitest';
import { figureBundleWithoutSvg, histogram, labelDistribution, trainingCurves } from '../../../runtime/display/index.js';
import { figures } from '../../browser/sampleNotebook.js';

describe('the labels of a figure', () => {
  it('keeps long labels with the same beginning apart', () => {
    const long = 'the same words again and again '.repeat(5);
    const { data } = figureBundleWithoutSvg(
      labelDistribution({
        question: 'q',
        labels: [
          { label: `${long}a`, count: 1 },
          { label: `${long}b`, count: 2 },
        ],
      }),
    )['application/vnd.plotly.v1+json'] as { data: { x: string[] }[] };
    expect(new Set(data[0]?.x).size).toBe(2);
  });
});

describe('the numbers of a figure', () => {
  it('stand in its text', () => {
    expect(
      labelDistribution({
        question: 'q',
        labels: [
          { label: 'a', count: 3 },
          { label: 'b', count: 1 },
        ],
      })
        .text.split('\n')
        .slice(3),
    ).toEqual(['a            3  75.0 %', 'b            1  25.0 %']);
    expect(figures['confusion']!.text).toMatch(/delivery +0 \(0\.0 %\) +10 \(76\.9 %\)/);
  });

  it('of a histogram count every value, and those without a number', () => {
    const { text, panels } = histogram({ title: 't', unit: 'u', of: 'rows', values: [1, 2, 2, 3, 250, NaN] });
    expect(text).toContain('5 rows, u: least 1, median 2, most 250 (1 without a number left out)');
    const trace = panels[0]!.traces[0]!;
    expect(trace.kind === 'bar' && trace.y.reduce((sum, n) => sum + n, 0)).toBe(5);
    expect(histogram({ title: 't', unit: 'u', of: 'rows', values: [] }).text).toContain('0 rows');
    expect(
      histogram({ title: 't', unit: 'u', of: 'rows', values: [0.1, 0.2, 0.30000001] }).panels[0]!.traces[0],
    ).toHaveProperty('y');
  });

  it('that would flatten all others have a panel of their own', () => {
    const curve = (name: string, ...values: number[]) => ({ name, points: values.map((value, step) => ({ step, value })) });
    const names = (...metrics: ReturnType<typeof curve>[]) => trainingCurves({ training: 't', losses: [], metrics }).panels.map(({ traces }) => traces.map((trace) => 'name' in trace && trace.name));
    expect(names(curve('score', -0.3, 1.9), curve('kl', 0, 28), curve('reward', 0.1, 0.5))).toEqual([['score', 'reward'], ['kl']]);
    expect(names(curve('accuracy', 0.5, 1), curve('margin', 0, 4))).toEqual([['accuracy', 'margin']]);
    expect(names(curve('margin', 0, 400))).toEqual([['margin']]);
  });

  it('of a diverged training leave a gap', () => {
    const figure = trainingCurves({
      training: 't',
      losses: [
        {
          name: 'loss',
          points: [
            { step: 1, value: 1 },
            { step: 2, value: NaN },
          ],
        },
      ],
      metrics: [],
    });
    expect(figure.panels[0]?.traces[0]).toMatchObject({ y: [1, null] });
    expect(figure.text).toMatch(/2 +NaN/);
  });
});

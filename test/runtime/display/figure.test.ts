import { JSDOM } from 'jsdom';
import { describe, expect, it } from 'vitest';
import {
  figureBundleWithoutSvg,
  histogram,
  labelDistribution,
  type MimeBundle,
  renderFigure,
  trainingCurves,
} from '../../../runtime/display/index.js';
import { drawSvg } from '../../../runtime/display/svg.js';
import { figures, hostile } from '../../browser/sampleNotebook.js';

const svgOf = (bundle: MimeBundle) => {
  const text = bundle['image/svg+xml'];
  expect(text, String(bundle['text/plain'])).toBeTypeOf('string');
  return String(text);
};
const parse = (svg: string) => new new JSDOM('').window.DOMParser().parseFromString(svg, 'image/svg+xml');

describe('a figure', { timeout: 30_000 }, () => {
  it('is drawn with all its parts, as well-formed SVG that loads nothing', async () => {
    for (const [name, figure] of Object.entries(figures)) {
      const svg = svgOf(await renderFigure(figure));
      const document = parse(svg);
      expect(document.querySelector('parsererror'), name).toBeNull();
      expect(document.querySelectorAll('script, foreignObject, a, style'), name).toHaveLength(0);
      for (const { value } of [...document.querySelectorAll('*')]
        .flatMap((element) => [...element.attributes])
        .filter((attribute) => /href|src/.test(attribute.name))) {
        expect(value).toMatch(/^(data:image\/png;base64,|#)/);
      }
      expect(svg).not.toMatch(/url\((?!['"]?#)/);
      const marks = document.querySelectorAll('.bars .point path, .scatterlayer path.js-line, .heatmaplayer image');
      expect(marks.length, name).toBeGreaterThanOrEqual(figure.panels.flatMap(({ traces }) => traces).length);
    }
  });

  it('is the same text each time, whatever was drawn before', async () => {
    const [first, , third] = await Promise.all(
      [figures['labels']!, figures['curves']!, figures['labels']!].map(renderFigure),
    );
    expect(svgOf(third!)).toBe(svgOf(first!));
  });

  it('has ids of its own, so that two stand on one page', async () => {
    const idsOf = async (name: string) =>
      [...svgOf(await renderFigure(figures[name]!)).matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    const [a, b] = [await idsOf('labels'), await idsOf('answers')];
    expect(a.length).toBeGreaterThan(0);
    expect(a.filter((id) => b.includes(id))).toEqual([]);
  });

  it('shows labels of data as they are', async () => {
    const document = parse(svgOf(await renderFigure(figures['hostile']!)));
    expect(document.querySelector('.g-gtitle')?.textContent).toBe(`Submitted answers by label: ${hostile}`);
    expect([...document.querySelectorAll('.xtick')].map((tick) => tick.textContent?.replace(/\s/g, ''))).toContain(
      '<b>bold</b>&amp;',
    );
    expect(document.querySelectorAll('img')).toHaveLength(0);
  });

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

  it('says why where it cannot be drawn, and the next one is drawn', async () => {
    expect(await drawSvg({ data: [(() => 1) as never], layout: {} }, '00000000')).toHaveProperty(
      'failure',
      expect.stringMatching(/clone/),
    );
    svgOf(await renderFigure(figures['answers']!));
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

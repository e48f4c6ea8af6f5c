import { JSDOM } from 'jsdom';
import { describe, expect, it } from 'vitest';
import { type MimeBundle, renderFigure } from '../../runtime/display/index.js';
import { drawSvg } from '../../runtime/display/svg.js';
import { figures, hostile } from './sampleNotebook.js';

const svgOf = (bundle: MimeBundle) => {
  const text = bundle['image/svg+xml'];
  expect(text, String(bundle['text/plain'])).toBeTypeOf('string');
  return String(text);
};
const { window } = new JSDOM('');
const parse = (svg: string) => new window.DOMParser().parseFromString(svg, 'image/svg+xml');

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

  it('says why where it cannot be drawn, and the next one is drawn', async () => {
    expect(await drawSvg({ data: [(() => 1) as never], layout: {} }, '00000000')).toHaveProperty(
      'failure',
      expect.stringMatching(/clone/),
    );
    svgOf(await renderFigure(figures['answers']!));
  });
});

import { JSDOM } from 'jsdom';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { tableBundle, type TableInput } from '../../../runtime/display/index.js';

const texts = (input: TableInput) => String(tableBundle(input)['text/plain']).split('\n');
const cells = (input: TableInput) =>
  [...JSDOM.fragment(String(tableBundle(input)['text/html'])).querySelectorAll('td')].map((cell) => cell.textContent);

describe('a table', () => {
  it('says how many rows there are and how many are not shown', () => {
    const input = { columns: ['id'], rows: Array.from({ length: 30 }, (_, i) => [i]), total: 1234 };
    expect(texts(input)[0]).toBe('1,234 rows × 1 column');
    expect(texts(input).at(-1)).toBe('… 1,214 more rows');
    expect(cells(input)).toHaveLength(20);
  });

  it('marks nulls and empty texts, and tells them from the words', () => {
    const markup = String(tableBundle({ columns: ['a'], rows: [[null], [''], ['null']] })['text/html']);
    expect(markup.match(/font-style:italic/g)).toHaveLength(2);
  });

  it('clips long cells and counts what is cut', () => {
    expect(cells({ columns: ['a'], rows: [['x'.repeat(1500)]] })[0]).toBe(`${'x'.repeat(200)}… +1,300 characters`);
    expect(texts({ columns: ['a'], rows: [['x'.repeat(1500)]] }).at(-1)).toBe(`${'x'.repeat(60)}… +1,440`);
  });

  it('aligns plain text by what a terminal shows', () => {
    const lines = texts({
      columns: ['text', 'n'],
      rows: [
        ['日本語', 5],
        ['👩‍👩‍👧‍👦', 12],
        ['é\u0301', 7],
        ['plain', 100],
      ],
    }).slice(1);
    expect(new Set(lines.map((line) => stringWidth(line)))).toEqual(new Set([11]));
    expect(lines[2]).toMatch(/5$/);
  });

  it('takes rows by name and finds no inherited properties', () => {
    expect(cells({ columns: ['constructor', 'a'], rows: [{ a: 1 }] })).toEqual(['null', '1']);
  });

  it('shows what is neither text nor number', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(
      cells({
        columns: ['a'],
        rows: [[['x', 'y']], [{ a: 1n }], [cycle], [true], [new Date(NaN)], [2024], [0.1 + 0.2]],
      }),
    ).toEqual(['x, y', '{"a":"1"}', '[object Object]', 'true', 'no date', '2024', '0.3']);
  });
});

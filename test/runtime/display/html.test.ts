import { JSDOM } from 'jsdom';
import { describe, expect, it } from 'vitest';
import { escape, html, jsonBlock, join } from '../../../runtime/display/html.js';
import { clip, visible, visibleLine } from '../../../runtime/display/visible.js';
import { nasty, scrambled } from './nasty.js';

const strings = [...nasty, ...scrambled(1000)];

describe('html', () => {
  it('shows any string as itself, in text and in attributes', () => {
    for (const text of strings) {
      const fragment = JSDOM.fragment(html`<div title="${text}">${text}</div>`.markup);
      expect(fragment.querySelectorAll('*').length, text).toBe(1);
      const div = fragment.firstElementChild;
      expect(div?.attributes.length).toBe(1);
      expect(div?.textContent).toBe(visible(text));
      expect(div?.getAttribute('title')).toBe(visible(text));
    }
  });

  it('leaves nothing in the markup that a reader cannot see or that is not well-formed', () => {
    for (const text of strings) {
      // eslint-disable-next-line no-control-regex
      expect(escape(text)).not.toMatch(
        /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/u,
      );
      expect(escape(text)).not.toMatch(/[<>"']/);
    }
    expect(visible('a\u0000\u202Eb\uD800')).toBe('a␀⟦U+202E⟧b\uFFFD');
  });

  it('nests fragments as they are and escapes lists of data', () => {
    const item = (text: string) => html`<li>${text}</li>`;
    expect(html`<ul>${['<a>', '&'].map(item)}</ul>${['<', '>']}${null}${false}${0}${12n}`.markup).toBe(
      '<ul><li>&lt;a&gt;</li><li>&amp;</li></ul>&lt;&gt;012',
    );
    expect(join([item('a'), item('b')], ' & ').markup).toBe('<li>a</li> &amp; <li>b</li>');
  });

  it('takes no data where escaping does not help', () => {
    const data = 'red;background:url(//x)';
    expect(() => html`<p style="color:${data}">x</p>`).toThrow(TypeError);
    expect(html`<p style="width:${12}px;color:${html`red`}">x</p>`.markup).toBe(
      '<p style="width:12px;color:red">x</p>',
    );
    expect(() => html`<p onclick="${data}">x</p>`).toThrow(TypeError);
    expect(() => html`<a href="${data}">x</a>`).toThrow(TypeError);
    expect(() => html`<p title=${data}>x</p>`).toThrow(TypeError);
    expect(() => html`<${data}>x</p>`).toThrow(TypeError);
    expect(() => html`<script>${data}</script>`).toThrow(TypeError);
    expect(() => html`<style>${data}</style>`).toThrow(TypeError);
  });

  it('takes nothing for a fragment that only looks like one', () => {
    const forged = { markup: '<b>', toString: () => '<b>' };
    expect(html`${forged as never}`.markup).toBe('&lt;b&gt;');
  });

  it('puts any data into a block for scripts and gets it back', () => {
    for (const text of strings) {
      const block = JSDOM.fragment(jsonBlock({ text }).markup);
      expect(block.childNodes.length).toBe(1);
      expect(JSON.parse(block.textContent ?? '')).toEqual({ text });
    }
  });
});

describe('clip', () => {
  it('counts as a reader does and never cuts a character in two', () => {
    expect(clip('abc', 3)).toEqual({ text: 'abc', cut: 0 });
    expect(clip('abcd', 3)).toEqual({ text: 'abc', cut: 1 });
    const family = '👩‍👩‍👧‍👦';
    expect(clip(`${family}${family}x`, 1)).toEqual({ text: family, cut: 8 });
    expect(clip(family, 1)).toEqual({ text: family, cut: 0 });
  });

  it('is quick on a long text', () => {
    const { text, cut } = clip('é'.repeat(2_000_000), 10);
    expect([text.length, cut]).toEqual([10, 1_999_990]);
  });
});

it('visibleLine keeps a text on one line', () => {
  expect(visibleLine('a\r\nb\tc\u2028d')).toBe('a↵b c⟦U+2028⟧d');
});

/** The parts that cards are made of; each shows the same facts in HTML and in plain text. */
import stringWidth from 'string-width';
import type { Fragment } from './bundle.js';
import { columns } from './columns.js';
import { html, type Html, join } from './html.js';
import { percent } from './numbers.js';
import { cellText, valueHtml } from './table.js';
import { clip, visible, visibleLine } from './visible.js';

/** Blue, orange, green, red, purple … that colour-blind readers tell apart (Okabe and Ito). */
export const palette = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#d55e00',
  '#cc79a7',
  '#56b4e9',
  '#7f7f7f',
  '#b59f00',
] as const;

/** A card's first line: what it is (small), its name, and a few words about it. */
export function title(kind: string, name: string, about?: string): Fragment {
  return {
    html: html`<div style="margin:2px 0 6px 0"><span style="font-size:11px;letter-spacing:1px;text-transform:uppercase;opacity:0.65">${kind}</span>
      <span style="font-size:16px;font-weight:600;margin-left:6px">${clip(name, 200).text}</span>${
        about && html` <span style="opacity:0.75;margin-left:6px">${about}</span>`
      }</div>`,
    text: `${kind}: ${visibleLine(clip(name, 200).text)}${about ? ` (${visibleLine(about)})` : ''}`,
  };
}

/** A small heading above a part. */
export function section(name: string, part: Fragment): Fragment {
  return {
    html: html`<div style="font-weight:600;margin:8px 0 2px 0">${name}</div>${part.html}`,
    text: `${visibleLine(name)}\n${part.text}`,
  };
}

/** Facts by name; those without a value are left out. */
export function facts(pairs: readonly (readonly [name: string, value: unknown])[]): Fragment {
  const present = pairs.filter(([, value]) => value !== undefined);
  return {
    html: html`<table style="border-collapse:collapse;margin:0 0 6px 0;font-size:13px"><tbody>${present.map(
      ([name, value]) =>
        html`<tr><td style="text-align:left;vertical-align:top;padding:1px 16px 1px 0;opacity:0.75;white-space:nowrap">${name}</td><td style="text-align:left;vertical-align:top;padding:1px 0;white-space:pre-wrap;overflow-wrap:break-word">${valueHtml(value, 600)}</td></tr>`,
    )}</tbody></table>`,
    text: columns(present.map(([name, value]) => [visibleLine(name), cellText(value, 600)])),
  };
}

/** A line of running text. */
export function note(text: string): Fragment {
  return {
    html: html`<div style="opacity:0.85;margin:2px 0 6px 0;white-space:pre-wrap">${text}</div>`,
    text: visible(text),
  };
}

const TONES = { good: '#009e73', warning: '#b36b00', bad: '#d55e00', neutral: '#7f7f7f' } as const;
export type Tone = keyof typeof TONES;

/** A word in a box: a status, a type. */
export function badge(word: string, tone: Tone = 'neutral'): Fragment {
  return {
    html: html`<span style="display:inline-block;border:1px solid ${colour(TONES[tone])};border-radius:8px;padding:0 6px;font-size:11px;line-height:1.5;white-space:nowrap">${word}</span>`,
    text: visibleLine(word),
  };
}

/** A line set off by a coloured edge: a warning, an error, success. */
export function callout(text: string, tone: Tone): Fragment {
  const mark = { good: '✓', warning: '!', bad: '✗', neutral: '·' }[tone];
  return {
    html: html`<div style="border-left:3px solid ${colour(TONES[tone])};padding:2px 10px;margin:4px 0;white-space:pre-wrap">${text}</div>`,
    text: `${mark} ${visible(text)}`,
  };
}

/** Text in a fixed-width face, as it stands. */
export function code(text: string, limit = 4000): Fragment {
  const { text: shown, cut } = clip(text, limit);
  const all = cut ? `${shown}\n… +${cut} characters` : shown;
  return {
    html: html`<pre style="margin:4px 0;padding:6px 10px;border-left:3px solid rgba(128,128,128,0.35);font-size:12px;line-height:1.4;white-space:pre-wrap;overflow-wrap:break-word">${all}</pre>`,
    text: visible(all),
  };
}

/** A part that opens on a click; in plain text it stands open. */
export function folded(summary: string, part: Fragment): Fragment {
  return {
    html: html`<details style="margin:4px 0"><summary style="cursor:pointer;opacity:0.85">${summary}</summary>${part.html}</details>`,
    text: `${visibleLine(summary)}\n${part.text}`,
  };
}

/** A share of 1 as a bar and a percentage. */
export function shareBar(share: number, width = 90, tone: string = palette[0]): Fragment {
  const part = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  return {
    html: html`<span style="display:inline-block;width:${width}px;height:9px;background-color:rgba(128,128,128,0.2);border-radius:2px;margin-right:6px;vertical-align:middle"><span style="display:block;height:9px;width:${Math.round(part * 1000) / 10}%;background-color:${colour(tone)};border-radius:2px"></span></span><span style="white-space:nowrap">${percent(share)}</span>`,
    text: `${textBar(part, 10)} ${percent(share)}`,
  };
}

/** A bar of `width` characters, in eighths. */
export function textBar(share: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const rest = eighths % 8;
  const bar = '█'.repeat(Math.floor(eighths / 8)) + (rest ? String.fromCodePoint(0x2590 - rest) : '');
  return bar + '·'.repeat(Math.max(0, width - stringWidth(bar)));
}

/** Fragments on lines of their own within a cell; in plain text beside each other. */
export function lines(fragments: readonly Fragment[], separator = '; '): Fragment {
  return {
    html: join(fragments.map((fragment) => html`<div>${fragment.html}</div>`)),
    text: fragments.map((fragment) => fragment.text).join(separator),
  };
}

/** Fragments and texts beside each other. */
export function inline(...items: readonly (Fragment | string)[]): Fragment {
  return {
    html: join(items.map((item) => (typeof item === 'string' ? html`${item}` : item.html))),
    text: items.map((item) => (typeof item === 'string' ? visibleLine(item) : item.text)).join(''),
  };
}

/** Data as a fragment, clipped; for use inside {@link inline} and {@link lines}. */
export function value(data: unknown, limit = 200): Fragment {
  return { html: valueHtml(data, limit), text: cellText(data, Math.min(limit, 60)) };
}

/** A colour of ours as a piece of style. */
function colour(hex: string): Html {
  if (!/^#[0-9a-f]{6}$/.test(hex)) throw new TypeError(`"${hex}" is no colour.`);
  return html`${hex}`;
}

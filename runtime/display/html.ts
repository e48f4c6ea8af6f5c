/**
 * The one place that turns data into HTML. Everything put into a template is escaped, in text and in quoted
 * attributes alike; only fragments made by the same template pass as they are.
 */
import { visible } from './visible.js';

/** Markup that is known to be safe: made by {@link html}, or let in through {@link trusted}. */
export class Html {
  constructor(
    protected readonly key: typeof KEY,
    readonly markup: string,
  ) {
    if (key !== KEY) throw new TypeError('Html is made by the html template alone.');
  }

  toString(): string {
    return this.markup;
  }
}

const KEY = Symbol('html');

export type HtmlValue = string | number | bigint | boolean | null | undefined | Html | readonly HtmlValue[];

/**
 * Builds HTML; `null`, `undefined` and `false` show nothing, lists are joined.
 * Throws a `TypeError` for data where escaping cannot help: a style that is not a number or a fragment, an event or
 * address attribute, an unquoted attribute, a tag's name.
 *
 * @example
 * html`<td title="${'"'}">${'<b>'}</td>`.markup; // <td title="&quot;">&lt;b&gt;</td>
 */
export function html(literals: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const places = placesOf(literals);
  let markup = literals[0] ?? '';
  values.forEach((value, i) => {
    if (places[i] === 'style' && typeof value !== 'number' && !(value instanceof Html)) {
      throw new TypeError('A style takes numbers and fragments only.');
    }
    markup += show(value) + (literals[i + 1] ?? '');
  });
  return new Html(KEY, markup);
}

/** Markup that another library has made safe (a sanitiser, a highlighter that escapes); never text of data. */
export function trusted(markup: string): Html {
  return new Html(KEY, markup);
}

/** Data for a script of ours to read; a data block is never run, and nothing in it ends the element. */
export function jsonBlock(data: unknown): Html {
  const json = JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return new Html(KEY, `<script type="application/json">${json}</script>`);
}

/** Fragments one after the other, with `separator` between them. */
export function join(fragments: readonly Html[], separator = ''): Html {
  return new Html(KEY, fragments.map((fragment) => fragment.markup).join(escape(separator)));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML text or as the value of a quoted attribute. */
export function escape(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function show(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.markup;
  if (Array.isArray(value)) return value.map(show).join('');
  return escape(String(value));
}

type Place = 'text' | 'attribute' | 'style';
const known = new WeakMap<TemplateStringsArray, readonly Place[]>();

/** Where each value of a template stands; computed once per template. */
function placesOf(literals: TemplateStringsArray): readonly Place[] {
  let places = known.get(literals);
  if (!places) {
    let before = '';
    places = literals.slice(0, -1).map((literal) => placeAfter((before += literal)));
    known.set(literals, places);
  }
  return places;
}

function placeAfter(markup: string): Place {
  const tag = /<[^<>]*$/.exec(markup)?.[0];
  if (tag === undefined) {
    if (/<(script|style)\b[^<>]*>[^<]*$/i.test(markup)) throw new TypeError('No data in a script or style element.');
    return 'text';
  }
  const attribute = /\s([\w-]+)="[^"]*$/.exec(tag)?.[1]?.toLowerCase();
  if (attribute === undefined) throw new TypeError('Data in a tag stands in a quoted attribute.');
  if (/^(on.*|href|src|srcdoc|action|formaction)$/.test(attribute))
    throw new TypeError(`No data in the attribute "${attribute}".`);
  return attribute === 'style' ? 'style' : 'attribute';
}

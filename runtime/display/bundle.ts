/** What every renderer returns, and the two forms that every fact has. */
import { html, Html, join } from './html.js';

/** MIME type to data; the front end shows the richest form that it knows. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** The same facts as HTML and as plain text; the text has no line end at its end. */
export interface Fragment {
  readonly html: Html;
  readonly text: string;
}

/** A card: its parts below each other. */
export function bundle(...parts: readonly (Fragment | undefined | false)[]): MimeBundle {
  const { html: markup, text } = stack(...parts);
  return {
    'text/html': html`<div style="font-size:13px;line-height:1.5;overflow-x:auto">${markup}</div>`.markup,
    'text/plain': text,
  };
}

/** Parts below each other as one fragment; those that are absent are left out. */
export function stack(...parts: readonly (Fragment | undefined | false)[]): Fragment {
  const present = parts.filter((part): part is Fragment => Boolean(part));
  return { html: join(present.map((part) => part.html)), text: present.map((part) => part.text).join('\n\n') };
}

/** Cards below each other as one bundle. */
export function joinBundles(...bundles: readonly MimeBundle[]): MimeBundle {
  const all = (mime: string, separator: string): string => bundles.map((one) => String(one[mime])).join(separator);
  return { 'text/html': all('text/html', '\n'), 'text/plain': all('text/plain', '\n\n') };
}

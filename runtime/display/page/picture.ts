import { escape, type Html, trusted } from '../html.js';

/** A picture inside the page. As an image even a foreign SVG runs nothing and loads nothing. */
export function picture(kind: string, content: string, text: string): Html {
  const base64 =
    kind === 'image/svg+xml' ? Buffer.from(content, 'utf8').toString('base64') : content.replace(/[^\w+/=]/g, '');
  return trusted(`<img class="still" alt="${escape(text)}" src="data:${kind};base64,${base64}">`);
}

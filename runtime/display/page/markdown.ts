/** Markdown cells. HTML in them is let through the same sieve as foreign output. */
import { Marked } from 'marked';
import type { Html } from '../html.js';
import { highlight } from './highlight.js';
import { at, textOf } from './notebook.js';
import { sanitise } from './sanitise.js';

/** Markdown as HTML; pictures attached to the cell stand in it. */
export function markdownToHtml(source: string, attachments: unknown): Html {
  const marked = new Marked({ gfm: true, async: false });
  marked.use({
    renderer: {
      code: ({ text, lang }) =>
        `<pre><code class="hljs">${highlight(text, (lang ?? '').split(/\s/)[0] ?? '').markup}</code></pre>\n`,
    },
    walkTokens: (token) => {
      if (token.type !== 'image' || !token['href'].startsWith('attachment:')) return;
      const kinds = at(attachments, decode(token['href'].slice('attachment:'.length)));
      for (const kind of ['image/png', 'image/jpeg', 'image/gif', 'image/webp']) {
        const data = textOf(at(kinds, kind));
        if (data !== undefined) token['href'] = `data:${kind};base64,${data.replace(/\s/g, '')}`;
      }
    },
  });
  return sanitise(marked.parse(source, { async: false }));
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

import { openQuote } from './shellLine.js';

/**
 * A line of texts and values as a script and its arguments: a value is never read by the shell, so it is one word, whatever is in it.
 * A list is a word for each item, within "…" the items with blanks between.
 *
 * @example
 * shellScript(['ls ', 'my file', ' -l']); // { script: 'ls "${1}" -l', args: ['my file'] }
 */
export function shellScript(line: readonly unknown[]): { readonly script: string; readonly args: readonly string[] } {
  const args: string[] = [];
  let script = '';
  let quote: ReturnType<typeof openQuote> = '';
  for (const [i, part] of line.entries()) {
    if (i % 2 === 0) {
      quote = openQuote(String(part), quote);
      script += String(part);
      continue;
    }
    const values = (Array.isArray(part) ? part : [part]).map(shown);
    const words = quote === '"' ? [values.join(' ')] : values;
    script += words.map((word) => (args.push(word), quote === '"' ? `\${${args.length}}` : `"\${${args.length}}"`)).join(' ');
  }
  return { script: script.trim(), args };
}

const shown = (value: unknown): string => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value));

/** Terminal text: colours and bold as HTML, lines rewritten by a carriage return as they end up. */
import { html, type Html, join } from '../html.js';

const COLOURS = ['#24292f', '#b3261e', '#1a7f37', '#8a6100', '#0a5cb8', '#8250df', '#0b7285', '#57606a'];

/** Text with SGR sequences; other escape sequences are left out. */
export function ansiToHtml(text: string): Html {
  const parts: Html[] = [];
  let colour: string | undefined;
  let bold = false;
  let from = 0;
  const settled = text
    .replaceAll('\r\n', '\n')
    .replace(/^.*\r(?=[^\n])/gm, '')
    .replaceAll('\r', '');
  const emit = (piece: string) => {
    if (piece === '') return;
    const styles = [colour && html`color:${colour};`, bold && html`font-weight:600;`].filter(
      (style) => style instanceof Object,
    ) as Html[];
    parts.push(styles.length > 0 ? html`<span style="${join(styles)}">${piece}</span>` : html`${piece}`);
  };
  for (const match of settled.matchAll(
    /\u001b(?:\[([\d;:]*)([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\^_])/g,
  )) {
    emit(settled.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] !== 'm') continue;
    const codes = (match[1] || '0').split(/[;:]/).map(Number);
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i] ?? 0;
      if (code === 0) [colour, bold] = [undefined, false];
      else if (code === 1) bold = true;
      else if (code === 22) bold = false;
      else if (code === 39) colour = undefined;
      else if (code >= 30 && code <= 37) colour = COLOURS[code - 30];
      else if (code >= 90 && code <= 97) colour = COLOURS[code - 90];
      else if (code === 38 || code === 48) i += codes[i + 1] === 5 ? 2 : 4;
    }
  }
  emit(settled.slice(from));
  return join(parts);
}

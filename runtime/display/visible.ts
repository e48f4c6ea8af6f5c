/**
 * Text of data as a reader can see it: what would be invisible, or would reorder or cut the text around it, becomes a
 * visible sign. The rest is left as it is.
 */

// C0 and C1 controls (not tab and line feed), bidirectional controls, zero-width characters that joining scripts and
// emoji do not need, line and paragraph separators, noncharacters, tag characters.
const UNSEEN =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2064\u2066-\u206F\uFEFF\uFFF9-\uFFFB\uFFFE\uFFFF\u{E0000}-\u{E007F}]/gu;

/**
 * Makes control characters, bidirectional controls and the like visible, and replaces lone surrogates.
 *
 * @example
 * visible('a\u0000b\u202E'); // 'a␀b⟦U+202E⟧'
 */
export function visible(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(UNSEEN, sign);
}

/** Like {@link visible}, on one line: line ends become `↵`, tabs spaces. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll('\n', '↵').replaceAll('\t', ' ');
}

function sign(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  if (code === 0xfffe || code === 0xffff) return '�';
  return `⟦U+${code.toString(16).toUpperCase().padStart(4, '0')}⟧`;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A text cut to `limit` characters as a reader counts them, and how many characters (code points) were cut. */
export function clip(text: string, limit: number): { readonly text: string; readonly cut: number } {
  if (text.length <= limit) return { text, cut: 0 };
  // A grapheme may be long (stacked accents), so the window bounds the work and the cut is at its end at the latest.
  const window = text.slice(0, limit * 8 + 64);
  let end = 0;
  let count = 0;
  for (const { index, segment } of graphemes.segment(window)) {
    if (count++ === limit) break;
    end = index + segment.length;
  }
  if (end >= text.length) return { text, cut: 0 };
  let cut = 0;
  for (const _ of text.slice(end)) cut++;
  return { text: text.slice(0, end), cut };
}

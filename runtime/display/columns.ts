/** Plain text in columns: aligned by the width that a terminal gives each character (East Asian, emoji, accents). */
import stringWidth from 'string-width';

export type Align = 'left' | 'right';

/** A text padded with spaces to `width` terminal columns. */
export function pad(text: string, width: number, align: Align = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'left' ? text + space : space + text;
}

/** Lines of cells, two spaces between columns, no blanks at line ends; a rule below the first line where it is a header. */
export function columns(lines: readonly (readonly string[])[], aligns: readonly Align[] = [], header = false): string {
  const widths: number[] = [];
  for (const line of lines) {
    line.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, stringWidth(cell))));
  }
  const shown = lines.map((line) =>
    line
      .map((cell, i) => pad(cell, widths[i] ?? 0, aligns[i]))
      .join('  ')
      .trimEnd(),
  );
  if (header) shown.splice(1, 0, widths.map((width) => '─'.repeat(width)).join('  '));
  return shown.join('\n');
}

/** One word of a magic's line. */
export interface Word {
  readonly text: string;
  /** Offset of its first character in the line. */
  readonly start: number;
  readonly end: number;
}

/** A text of the line, or the value of a `{expr}` hole: a value is never split into words. */
export type LineValue = { readonly text: string } | { readonly value: unknown };

/**
 * Splits a magic's line into words as a shell does: blanks divide, `"…"` and `'…'` keep blanks, `\` keeps the next character
 * (in `'…'` itself); `\n` and `\t` in `"…"` are a line break and a tab, as in strings. What a hole gives stays one word, whatever is in it.
 *
 * @example
 * words([{ text: 'topic_model "a b" ' }, { value: 'c d' }]).map((w) => w.text); // ['topic_model', 'a b', 'c d']
 */
export function words(line: readonly LineValue[]): Word[] {
  const found: Word[] = [];
  let current: { text: string; start: number } | undefined;
  let quote = '';
  let offset = 0;
  const close = (): void => {
    if (current) found.push({ ...current, end: offset });
    current = undefined;
  };
  for (const part of line) {
    if ('value' in part) {
      current ??= { text: '', start: offset };
      current.text += display(part.value);
      continue;
    }
    for (let i = 0; i < part.text.length; i++, offset++) {
      const char = part.text[i]!;
      if (!quote && /\s/.test(char)) close();
      else {
        current ??= { text: '', start: offset };
        if (quote ? char === quote : char === '"' || char === "'") quote = quote ? '' : char;
        else if (char === '\\' && quote !== "'" && i + 1 < part.text.length) {
          const next = part.text[++i]!;
          current.text += (quote && breaks[next]) || next;
          offset++;
        } else current.text += char;
      }
    }
  }
  close();
  return found;
}

const breaks: Readonly<Record<string, string>> = { n: '\n', t: '\t' };

/** `-h` or `?` alone asks for help, whatever else a line may be. */
export const asksForHelp = (line: string): boolean => /^\s*(?:\?{1,2}|-h|--help)\s*$/.test(line);

const display = (value: unknown): string => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value));

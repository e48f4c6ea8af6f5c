/** A value from a command line: `3` is a number, `true` a boolean, all else a text. */
export function literal(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

import type { Stretch } from '../cell.js';

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Parts of `text` that come from the source; `at` counts in `text`. Default: all of it comes from `start`. */
  readonly stretches?: readonly Stretch[];
}

/** A text made of another, and where its parts come from. */
export interface Rewritten {
  readonly text: string;
  readonly stretches: readonly Stretch[];
}

/** Applies edits that do not overlap; of those at one place the first stands first. */
export function rewrite(source: string, edits: readonly Edit[]): Rewritten {
  const stretches: Stretch[] = [];
  let text = '';
  let from = 0;
  const copy = (end: number): void => {
    if (end > from) stretches.push({ from, at: text.length, length: end - from });
    text += source.slice(from, end);
  };
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    copy(edit.start);
    const at = text.length;
    for (const part of edit.stretches ?? [{ from: edit.start, at: 0, length: 0 }]) stretches.push({ ...part, at: part.at + at });
    text += edit.text;
    from = edit.end;
  }
  copy(source.length);
  return { text, stretches };
}

/** Each text's stretches in the one before it, the user's first. */
export type Steps = readonly (readonly Stretch[])[];

/** The user's offset for an offset of the last text. */
export const origin = (steps: Steps, offset: number): number =>
  steps.reduceRight((to, stretches) => {
    const found = stretches.findLast(({ at }) => at <= to) ?? stretches[0];
    return found ? found.from + Math.max(0, Math.min(to - found.at, found.length)) : to;
  }, offset);

/** The offset of the last text for an offset of the user's. */
export const destination = (steps: Steps, offset: number): number =>
  steps.reduce((to, stretches) => {
    // Behind the last character of a stretch is still in it: that character is what is being typed.
    const found = stretches.find(({ from, length }) => from < to && to <= from + length) ?? stretches.findLast(({ from }) => from <= to);
    return found ? found.at + Math.min(to - found.from, found.length) : to;
  }, offset);

/** Line ends as JavaScript knows them. */
export const lineEnd = /\r\n?|[\n\u2028\u2029]/g;

/** 1-based line and column, in UTF-16 units, of an offset. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (const { 0: end, index } of text.matchAll(lineEnd)) {
    if (index + end.length > offset) break;
    line++;
    start = index + end.length;
  }
  return { line, column: offset - start + 1 };
}

/** The offset of a 1-based line and column. */
export function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (const { 0: end, index } of text.matchAll(lineEnd)) {
    if (--line < 1) break;
    start = index + end.length;
  }
  return Math.min(text.length, start + column - 1);
}

import type { Stretch } from '../../kernel/cell.js';
import type { Part } from './split.js';

/** The TypeScript of a cell while it grows. */
export class Text {
  code = '';
  readonly stretches: Stretch[] = [];

  constructor(readonly cell: string) {}

  add(text: string): void {
    this.code += text;
  }

  /** The user's own text. */
  copy(start: number, end: number): void {
    if (start === end) return;
    this.stretches.push({ from: start, at: this.code.length, length: end - start });
    this.code += this.cell.slice(start, end);
  }

  part({ text, start }: Part): void {
    this.copy(start, start + text.length);
  }

  /** What is added next comes of `from`. */
  mark(from: number): void {
    this.stretches.push({ from, at: this.code.length, length: 0 });
  }
}

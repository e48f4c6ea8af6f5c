/**
 * Texts that are written to their file as bytes, without ever being JavaScript's: those that a field or an answer has
 * as UTF-8, literals, and templates of them.
 */
import type { Column } from '../dataset/record.js';
import type { Frame } from './frame.js';

/** Takes the parts of a text one after the other. */
export interface TextSink {
  addBytes(bytes: Uint8Array, start: number, end: number): void;
  addText(text: string): void;
}

export interface LateText {
  /** Whether the text is null for what the frame looks at. */
  isNull(frame: Frame): boolean;
  /** Whether half of a surrogate pair is in it, which UTF-8 cannot say. */
  isBroken(frame: Frame): boolean;
  /** Adds the text, which is not null. */
  write(frame: Frame, to: TextSink): void;
}

/** A late text of the frame's own record, as a value of a row; `toString` gives the text after all. */
export class RowText {
  constructor(
    private readonly text: LateText,
    private readonly frame: Frame,
  ) {}

  get isNull(): boolean {
    return this.text.isNull(this.frame);
  }

  get isBroken(): boolean {
    return this.text.isBroken(this.frame);
  }

  writeTo(sink: TextSink): void {
    this.text.write(this.frame, sink);
  }

  toString(): string {
    const parts: string[] = [];
    this.writeTo({ addText: (text) => parts.push(text), addBytes: (bytes, start, end) => parts.push(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString()) });
    return parts.join('');
  }
}

/** Texts of a column, where the frame's place in it is `at`. */
export function lateColumn(column: (frame: Frame) => Column<string | null>, at: (frame: Frame) => number): LateText {
  return {
    isNull: (frame) => {
      const index = at(frame);
      return index < 0 || !column(frame).has(index);
    },
    isBroken: (frame) => {
      const texts = column(frame);
      return !texts.utf8 && !isWellFormed(texts.get(at(frame))!);
    },
    write: (frame, to) => {
      const texts = column(frame);
      const { utf8 } = texts;
      const index = at(frame);
      if (utf8) to.addBytes(utf8.bytes, utf8.start(index), utf8.end(index));
      else to.addText(texts.get(index)!);
    },
  };
}

export function lateLiteral(text: string): LateText {
  const bytes = Buffer.from(text);
  return { isNull: () => false, isBroken: () => !isWellFormed(text), write: (_, to) => to.addBytes(bytes, 0, bytes.length) };
}

/** The parts one after the other, null where one is; nothing where one is no late text. */
export function lateTemplate(parts: readonly (LateText | undefined)[]): LateText | undefined {
  const texts = parts.filter((part) => part !== undefined);
  if (texts.length < parts.length) return undefined;
  return {
    isNull: (frame) => texts.some((text) => text.isNull(frame)),
    isBroken: (frame) => texts.some((text) => text.isBroken(frame)),
    write: (frame, to) => {
      for (const text of texts) text.write(frame, to);
    },
  };
}

const isWellFormed = (text: string): boolean => (text as string & { isWellFormed(): boolean }).isWellFormed();

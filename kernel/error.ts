import { cellError, type CellError } from './cell.js';

/** A mistake of the user's that the kernel or its client reports, with a stable code and a way out. */
export class KernelError extends Error {
  override readonly name: string = 'KernelError';
  constructor(
    /** `area/kebab-case`. */
    readonly code: string,
    message: string,
    readonly hint?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get [cellError](): CellError {
    return { ename: this.code, evalue: this.message, traceback: this.toLines() };
  }

  /** The whole message as lines of plain text. */
  toLines(): string[] {
    return [`error ${this.code}`, this.message, ...(this.hint ? [`hint: ${this.hint}`] : [])];
  }
}

/**
 * A mistake of the user's (in a file, a name, an option), as opposed to a defect of ours: it is shown with its
 * code and hint and without a stack.
 *
 * @example
 * throw new UserError('data/unknown-column', 'The file "mails.csv" has no column "text".', 'It has: id, body.');
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  constructor(
    /** `area/kebab-case`; stable, documented: tests and scripts match on it. */
    readonly code: string,
    /** One sentence: what is wrong, names quoted, where. */
    message: string,
    /** What to do next, in the imperative. */
    readonly hint?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** How Jupyter shows it; the key is the kernel's (`kernel/cell.ts`), found by `Symbol.for` so that nothing is imported. */
  get [Symbol.for('Jupyter.error')](): { ename: string; evalue: string; traceback: string[] } {
    return { ename: this.code, evalue: this.message, traceback: this.toLines() };
  }

  /** The whole message as lines of plain text: code, sentence, hint. */
  toLines(): string[] {
    return [`error ${this.code}`, this.message, ...(this.hint ? [`hint: ${this.hint}`] : [])];
  }
}

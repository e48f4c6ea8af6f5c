import type { CellIO, DisplayHandle, MimeBundle } from '../kernel/cell.js';

/** A cell's outputs in a terminal: displays as their plain text, updates in place where the terminal can. */
export class Terminal implements CellIO {
  /** What an unfinished display shows last; printed at the end where nothing can be replaced. */
  #pending: { text: string; lines: number } | undefined;

  constructor(
    readonly signal: AbortSignal,
    private readonly out: NodeJS.WriteStream = process.stdout,
    private readonly error: NodeJS.WriteStream = process.stderr,
  ) {}

  write(stream: 'stdout' | 'stderr', text: string): void {
    this.finish();
    (stream === 'stdout' ? this.out : this.error).write(text);
  }

  display(bundle: MimeBundle): DisplayHandle {
    this.finish();
    this.#show(plainText(bundle));
    return { update: (next) => this.#show(plainText(next)) };
  }

  page(bundle: MimeBundle): void {
    this.write('stdout', `${plainText(bundle)}\n`);
  }

  /** Where somebody sits at the terminal. */
  async ask(question: string): Promise<string | undefined> {
    if (!process.stdin.isTTY || !this.out.isTTY) return undefined;
    this.finish();
    const { createInterface } = await import('node:readline/promises');
    // The terminal itself edits the line, and Ctrl-C stays a signal.
    const line = createInterface({ input: process.stdin, output: this.out, terminal: false });
    const ended = new Promise<undefined>((resolve) => line.once('close', () => resolve(undefined)));
    try {
      return await Promise.race([line.question(question, { signal: this.signal }), ended]);
    } catch (error) {
      throw this.signal.aborted ? this.signal.reason : error;
    } finally {
      line.close();
    }
  }

  clear(): void {
    this.#pending = undefined;
  }

  /** Ends the display that is being updated: its last state stays. */
  finish(): void {
    if (this.#pending && !this.out.isTTY) this.out.write(`${this.#pending.text}\n`);
    this.#pending = undefined;
  }

  #show(text: string): void {
    if (this.out.isTTY) {
      const up = this.#pending ? `\x1b[${this.#pending.lines}A\r\x1b[J` : '';
      this.out.write(`${up}${text}\n`);
    }
    this.#pending = { text, lines: text.split('\n').length };
  }
}

const plainText = (bundle: MimeBundle): string => {
  const text = bundle['text/plain'];
  return typeof text === 'string' ? text : '';
};

import { printDiagnostic, type Diagnostic } from '../dsl/index.js';

/** A program with mistakes: all of them, each at its place. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
  constructor(readonly diagnostics: readonly Diagnostic[]) {
    const errors = diagnostics.filter((d) => d.severity === 'error');
    super(errors.length === 1 ? errors[0]!.message : `${errors.length} mistakes in the program.`);
  }

  /** The first error's code. */
  get code(): string {
    return this.diagnostics.find((d) => d.severity === 'error')!.code;
  }

  toLines(): string[] {
    return this.diagnostics.flatMap((d, i) => [...(i > 0 ? [''] : []), ...printDiagnostic(d).split('\n')]);
  }

  get [Symbol.for('Jupyter.error')](): { ename: string; evalue: string; traceback: string[] } {
    return { ename: this.code, evalue: this.message, traceback: this.toLines() };
  }
}

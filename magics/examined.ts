import type { Compiled, DatasetSchema, Declaration, Diagnostic, Source, WholeProgram } from '../dsl/index.js';
import type { UserError } from '../runtime/error.js';

/** Declarations that count, with all that was found out about them. */
export interface Checked extends Compiled {
  readonly declarations: readonly Declaration[];
  /** Values that came before those written. */
  readonly params: Readonly<Record<string, string | number | boolean | null>>;
  readonly schemas: Readonly<Record<string, DatasetSchema>>;
  /** Data sets that could not be opened. */
  readonly failures: ReadonlyMap<string, UserError>;
}

/** What `Session.examine` finds. */
export interface Examined {
  readonly program: WholeProgram;
  /** In the text itself and what it includes. */
  readonly own: readonly Diagnostic[];
  readonly diagnostics: readonly Diagnostic[];
  readonly checked: Checked;
}

/** Why data sets could not be opened, where they are named; one that cannot be reached now is no mistake of the program. */
export function unopened(declarations: readonly Declaration[], failures: ReadonlyMap<string, UserError>): Diagnostic[] {
  return [...failures].map(([name, { code, message, hint }]) => {
    const { syntax, source } = declarations.findLast((one) => one.name === name)!;
    const { span } = syntax.kind === 'Dataset' && syntax.argument ? syntax.argument : syntax.name;
    return { severity: code === 'data/unreachable' ? 'warning' : 'error', code, message, ...(hint !== undefined && { hint }), source, span };
  });
}

/** Those of earlier cells first, then source by source, each in the order of its text. */
export function inOrder(diagnostics: readonly Diagnostic[], sources: readonly Source[]): Diagnostic[] {
  const place = ({ source }: Diagnostic) => sources.indexOf(source);
  return [...diagnostics].sort((a, b) => place(a) - place(b) || (a.source === b.source ? a.span.start - b.span.start : 0));
}

export const isError = (diagnostic: Diagnostic): boolean => diagnostic.severity === 'error';

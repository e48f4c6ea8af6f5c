import ts from 'typescript';
import { messageOf } from './diagnostics.js';
import { CellService } from './service.js';

/** A value, as an expression of TypeScript, that must have a type; `file`: where it comes from. */
export interface TypeClaim {
  readonly expression: string;
  readonly type: string;
  readonly file: string;
}

/** A mistake in a file; offsets are UTF-16, half-open. */
export interface FileMistake {
  readonly file: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** As TypeScript counts them: `TS2322`. */
  readonly code: string;
  readonly message: string;
}

/**
 * Checks values against types without running anything, and the files that they come from.
 * `claims` has for each claim why it does not hold, or nothing; paths start at `folder`.
 */
export function checkTypes(folder: string, claims: readonly TypeClaim[]): { readonly claims: readonly (string | undefined)[]; readonly mistakes: readonly FileMistake[] } {
  const service = new CellService(folder);
  const mistakes = new Map<string, FileMistake>();
  const found = claims.map(({ expression, type, file }) => {
    const path = service.set('claim.ts', `void (() => ((_: ${type}) => {})(${expression}));\nexport {};`);
    const [first] = service.service.getSemanticDiagnostics(path);
    const source = service.service.getProgram()?.getSourceFile(ts.sys.resolvePath(`${folder}/${file}`));
    for (const diagnostic of source ? [...service.service.getSyntacticDiagnostics(source.fileName), ...service.service.getSemanticDiagnostics(source.fileName)] : []) {
      if (diagnostic.category !== ts.DiagnosticCategory.Error) continue;
      const { start = 0, length = 0, code } = diagnostic;
      mistakes.set(JSON.stringify([file, start, code]), { file, text: source!.text, start, end: start + length, code: `TS${code}`, message: messageOf(diagnostic, '\n') });
    }
    return first && messageOf(first, '\n');
  });
  return { claims: found, mistakes: [...mistakes.values()] };
}

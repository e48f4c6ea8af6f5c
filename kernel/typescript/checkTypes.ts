import ts from 'typescript';
import { messageOf } from './diagnostics.js';
import { CellService } from './languageService.js';
import { Project } from './project.js';

/** A statement that TypeScript must have nothing against, and the file that it speaks of. */
export interface TypeClaim {
  readonly code: string;
  readonly file: string;
}

/** A mistake as TypeScript says it. */
export interface TypeMistake {
  /** As TypeScript counts them: `TS2322`. */
  readonly code: string;
  readonly message: string;
}

/** A mistake in a file; offsets are UTF-16, half-open. */
export interface FileMistake extends TypeMistake {
  readonly file: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Checks statements without running anything, and the files that they speak of. `claims` has what TypeScript has against
 * each; paths start at `folder`.
 */
export function checkTypes(folder: string, claims: readonly TypeClaim[]): { readonly claims: readonly (readonly TypeMistake[])[]; readonly mistakes: readonly FileMistake[] } {
  const cells = new CellService(new Project(folder));
  const mistakes = new Map<string, FileMistake>();
  const found = claims.map(({ code, file }) => {
    const path = cells.open(`${code}\nexport {};`);
    const against = cells.diagnostics(path).map(mistakeOf);
    for (const mistake of mistakesOf(cells.service, ts.sys.resolvePath(`${folder}/${file}`), file)) mistakes.set(JSON.stringify([file, mistake.start, mistake.code]), mistake);
    return against;
  });
  return { claims: found, mistakes: [...mistakes.values()] };
}

/** What is wrong in a file itself; where its form is wrong, its types tell nothing. */
function mistakesOf(service: ts.LanguageService, path: string, file: string): FileMistake[] {
  const source = service.getProgram()?.getSourceFile(path);
  if (!source) return [];
  const form = service.getSyntacticDiagnostics(path);
  return (form.length > 0 ? form.slice(0, 1) : service.getSemanticDiagnostics(path))
    .filter(({ category }) => category === ts.DiagnosticCategory.Error)
    .map((diagnostic) => {
      const { start = 0, length = 0 } = diagnostic;
      return { ...mistakeOf(diagnostic), file, text: source.text, start, end: start + length };
    });
}

const mistakeOf = (diagnostic: ts.Diagnostic): TypeMistake => ({ code: `TS${diagnostic.code}`, message: messageOf(diagnostic, '\n') });

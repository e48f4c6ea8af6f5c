import ts from 'typescript';
import { cannotFindModule, isTypeAlone, type CellChecker, type ReadCell } from './checker.js';
import type { CellService } from './languageService.js';
import { importsOf } from './names.js';
import type { Project } from './project.js';

/** Checks by the public LanguageService: some ten milliseconds a cell, for a TypeScript whose inner parts are not those we know. */
export class ServiceChecker implements CellChecker {
  #path = '';

  #unresolved = false;

  constructor(
    private readonly project: Project,
    private readonly cells: CellService,
  ) {}

  check(cell: ReadCell): readonly ts.Diagnostic[] {
    if (this.#unresolved) this.project.forgetResolutions();
    this.bind(cell);
    const found = this.cells.diagnostics(this.#path);
    this.#unresolved = found.some(({ code }) => code === cannotFindModule);
    // Behind the user's text stands ours, and a mistake there follows from another.
    return found.filter(({ start = 0 }) => start <= cell.file.end);
  }

  bind(cell: ReadCell): void {
    this.#path = this.cells.open(cell.module);
  }

  isType(_cell: ReadCell, name: ts.Identifier): boolean {
    const program = this.cells.service.getProgram()!;
    const checker = program.getTypeChecker();
    const found = importsOf(program.getSourceFile(this.#path)!).find(({ text }) => text === name.text);
    return isTypeAlone(checker, found && checker.getSymbolAtLocation(found), ts.SymbolFlags);
  }

  /** Earlier cells come in by the module's own imports. */
  commit(): void {}
  reset(): void {}
  renew(): void {}

  /** All at once: the service asks for files itself. */
  *loadNode(): Generator<void, void> {
    this.cells.diagnostics(this.cells.open(''));
  }
}

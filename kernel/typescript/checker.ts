import type ts from 'typescript';
import type { DeclaredName } from './names.js';

/** A cell that is read: what a check needs. */
export interface ReadCell {
  /** `cell-3.ts` */
  readonly id: string;
  /** The tree of its text alone, as a module. */
  readonly file: ts.SourceFile;
  /** What it declares. */
  readonly names: readonly DeclaredName[];
  /** What it mentions. */
  readonly mentioned: ReadonlySet<string>;
  /** Its text, behind it imports of what it mentions of earlier cells. */
  readonly module: string;
}

/** Finds what is wrong with the types of cells, one after the other. */
export interface CellChecker {
  /** Mistakes of types, as places of the cell. */
  check(cell: ReadCell): readonly ts.Diagnostic[];
  /** Whether a name that the cell imports is a type alone; asked after {@link check} or {@link bind}. */
  isType(cell: ReadCell, name: ts.Identifier): boolean;
  /** Takes notice of a cell that is not checked. */
  bind(cell: ReadCell): void;
  /** The cell began to run: later cells see its names. */
  commit(cell: ReadCell): void;
  /** All names are gone. */
  reset(): void;
  /** Drops what it keeps of each cell that it has seen; names in scope are asked for again. */
  renew(): void;
  /** Loads Node's types in pieces of some milliseconds, between which other work can be done. */
  loadNode(): Generator<void, void>;
}

/** Is an imported name a type alone? */
export function isTypeAlone(checker: ts.TypeChecker, symbol: ts.Symbol | undefined, flags: typeof ts.SymbolFlags): boolean {
  if (!symbol || !(symbol.flags & flags.Alias)) return false;
  const meaning = checker.getAliasedSymbol(symbol).flags;
  return (meaning & flags.Type) !== 0 && (meaning & flags.Value) === 0;
}

/** A module may be there when its cell is run again. */
export const cannotFindModule = 2307;

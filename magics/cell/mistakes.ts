import { nearest, printDiagnostic } from '../../dsl/index.js';
import type { CellError } from '../../kernel/cell.js';
import type { Command } from '../command.js';
import type { MagicSegment, StraySegment } from './split.js';
import { asksForHelp } from './words.js';

type Mistake = readonly [code: string, message: string, hint: string];

/** What is wrong with where a magic stands. */
export function misplaced(cell: string, { name, isCell, parts, start, end }: MagicSegment, { stands, body }: Command): Mistake | undefined {
  if (parts.length === 1 && asksForHelp(parts[0]!.text)) return undefined;
  if (isCell && body === undefined) return ['magic/no-body', `"%%${name}" takes no lines below.`, `Write %${name}.`];
  if (!isCell && stands === 'cell') return ['magic/needs-body', `"%${name}" takes the lines below it.`, `Write %%${name} on the first line of a cell.`];
  const rest = (cell.slice(0, start) + cell.slice(end)).replace(/\/\/.*|\/\*[^]*?\*\//g, '');
  if (stands === 'line' && rest.trim() !== '') return ['magic/not-alone', `"%${name}" must be all of its cell.`, 'Put the rest into a cell of its own.'];
  return undefined;
}

/** What is wrong with something that looks like a magic. */
export function stray({ kind, name }: StraySegment, known: readonly string[]): Mistake {
  if (kind === 'not-first') return ['magic/not-first-line', `"%%${name}" must stand on the first line of its cell.`, 'Move it to the top, or into a cell of its own.'];
  const near = nearest(name, known);
  return ['magic/unknown', `There is no magic "%${name}".`, near ? `Did you mean "%${near}"?` : 'Run %lsmagic to see all magics.'];
}

/** A mistake as the cell shows it, below the magic's name. */
export function mistakeIn(cell: string, { start, name }: { readonly start: number; readonly name: string }, [code, message, hint]: Mistake): CellError {
  const span = { start, end: start + name.length + /^[%!]*/.exec(cell.slice(start))![0].length };
  const shown = printDiagnostic({ severity: 'error', code, message, hint, source: { name: 'cell', text: cell, lineOffset: 0 }, span });
  return { ename: code, evalue: message, traceback: shown.split('\n') };
}

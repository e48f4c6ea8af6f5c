import { magicFunction, type CellError, type Stretch, type Translation } from '../../kernel/cell.js';
import { nearest, printDiagnostic } from '../../dsl/index.js';
import type { TypeCheck } from '../bind/functionType.js';
import { split, type MagicSegment, type StraySegment } from './split.js';

/** What translation has to know of a magic. */
export interface MagicType {
  /** TypeScript type of its value in `x = %name …`. */
  readonly returns: string;
  /** Names and types that `%%name` declares from its body. */
  declares?(body: string): readonly { readonly name: string; readonly type: string }[];
  /** What must have a type for the body of `%%name`; offsets count in it. */
  checks?(body: string): readonly TypeCheck[];
}

/**
 * A cell as TypeScript, in which each magic is a call of `$magic`. Lines keep their numbers, and all text before a magic
 * its columns, so positions of checks and of errors at run time are the user's own.
 */
export function translate(cell: string, magics: ReadonlyMap<string, MagicType>): Translation {
  let code = '';
  const errors: CellError[] = [];
  const stretches: Stretch[] = [];
  for (const segment of split(cell, (name) => magics.has(name))) {
    stretches.push({ from: segment.start, at: code.length, length: segment.kind === 'typescript' ? segment.end - segment.start : 0 });
    switch (segment.kind) {
      case 'typescript':
        code += cell.slice(segment.start, segment.end);
        break;
      case 'magic': {
        const type = magics.get(segment.name)!;
        const names = segment.body && type.declares ? type.declares(segment.body.text) : [];
        const made = call(cell, segment, type, names);
        for (const hole of made.stretches) stretches.push({ ...hole, at: hole.at + code.length });
        code += made.text;
        break;
      }
      default:
        errors.push(stray(cell, segment, [...magics.keys()]));
    }
  }
  return { code, stretches, errors };
}

/** The call of a magic, and where its holes stand in it. */
function call(
  cell: string,
  magic: MagicSegment,
  type: MagicType,
  names: ReturnType<NonNullable<MagicType['declares']>>,
): { readonly text: string; readonly stretches: readonly Stretch[] } {
  const stretches: Stretch[] = [];
  const list = names.map((n) => n.name).join(', ');
  let text = magic.assigned ? '(' : names.length === 0 ? 'void (' : `const { ${list} } = (`;
  text += `await ${magicFunction}(${JSON.stringify(magic.name)}, [`;
  // Texts stand at even places, the values of holes at odd ones.
  for (const [i, part] of magic.parts.entries()) {
    if (i > 0) text += ', ';
    if (part.kind === 'hole') stretches.push({ from: part.start, at: text.length + 1, length: part.text.length });
    text += part.kind === 'text' ? JSON.stringify(part.text) : `(${part.text})`;
  }
  const meta = { cellLine: lineOf(cell, magic.start), assigned: magic.assigned, ...(magic.body && { body: magic.body.text }) };
  text += `], ${JSON.stringify(meta)})`;
  if (magic.assigned) text += ` as ${type.returns}`;
  else if (names.length > 0) text += ` as { ${names.map((n) => `${n.name}: ${n.type}`).join('; ')} }`;
  text += ');';
  // Never called: TypeScript alone looks at it, and what it says stands where the program names the function.
  for (const { before, value, after, start, end } of (magic.body && type.checks?.(magic.body.text)) ?? []) {
    const valueEnd = text.length + before.length + value.length;
    stretches.push({ from: magic.body!.start + start, at: text.length, length: 0 }, { from: magic.body!.start + end, at: valueEnd, length: 0 });
    text += before + value + after;
  }
  return { text, stretches };
}

function stray(cell: string, { kind, name, start }: StraySegment, known: readonly string[]): CellError {
  const isUnknown = kind === 'unknown';
  const code = isUnknown ? 'magic/unknown' : 'magic/not-first-line';
  const message = isUnknown ? `There is no magic "%${name}".` : `"%%${name}" must stand on the first line of its cell.`;
  const hint = isUnknown ? suggestMagic(name, known) : 'Move it to the top, or into a cell of its own.';
  const span = { start, end: start + name.length + (isUnknown ? 1 : 2) };
  const shown = printDiagnostic({ severity: 'error', code, message, hint, source: { name: 'cell', text: cell, lineOffset: 0 }, span });
  return { ename: code, evalue: message, traceback: shown.split('\n') };
}

function suggestMagic(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near ? `Did you mean "%${near}"?` : 'Run %lsmagic to see all magics.';
}

const lineOf = (cell: string, offset: number): number => cell.slice(0, offset).split('\n').length;

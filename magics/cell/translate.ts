import { magicFunction, type CellError, type Translation } from '../../kernel/cell.js';
import type { Command } from '../command.js';
import { optionsLength } from '../commandLine.js';
import { awaits, isStatement } from './code.js';
import { misplaced, mistakeIn, stray } from './mistakes.js';
import { split, type MagicSegment, type MagicShape, type Magics } from './split.js';
import { Text } from './text.js';

/**
 * A cell as TypeScript, in which each magic is a call of `$magic`. Lines keep their numbers, and all text before a magic
 * its columns, so positions of checks and of errors at run time are the user's own. TypeScript that a magic takes stays
 * what it is, in its place.
 */
export function translate(cell: string, commands: ReadonlyMap<string, Command>, isDeclared?: Magics['isDeclared']): Translation {
  const errors: CellError[] = [];
  const text = new Text(cell);
  const segments = split(cell, magicsOf(commands, isDeclared));
  let end = '';
  for (const segment of segments) {
    if (segment.kind === 'typescript') text.copy(segment.start, segment.end);
    else if (segment.kind === 'magic') {
      const command = commands.get(segment.name)!;
      const mistake = misplaced(cell, segment, command);
      if (mistake) errors.push(mistakeIn(cell, segment, mistake));
      text.mark(segment.start);
      if (segment.isCell && command.code === 'function') end = asFunction(text, segment, awaits(cell.slice(segment.end)) || segments.length > 2);
      else call(text, segment, command);
    } else errors.push(mistakeIn(cell, segment, stray(segment, [...commands.keys()])));
  }
  text.add(end);
  return { code: text.code, stretches: text.stretches, errors };
}

export const magicsOf = (commands: ReadonlyMap<string, Command>, isDeclared?: Magics['isDeclared']): Magics => ({
  shapeOf: (name) => {
    const command = commands.get(name);
    return command && shapeOf(command);
  },
  ...(isDeclared && { isDeclared }),
});

const shapeOf = (command: Command): MagicShape => ({
  line: command.line ?? 'words',
  cellLine: command.code === 'function' ? 'code' : 'words',
  body: command.body === 'code' ? 'code' : 'text',
  optionsLength: (line) => optionsLength(command, line),
});

/** The call of a magic, with the code that it takes. */
function call(text: Text, magic: MagicSegment, command: Command): void {
  const { code, assigned } = magic;
  if (code && command.code === 'around') {
    if (isStatement(code.text) && !assigned) {
      text.add('void (');
      plainCall(text, magic, { around: 'line' });
      text.add(');');
      text.part(code);
      text.add(`;void (await ${magicFunction}(${JSON.stringify(magic.name)}, [""], ${JSON.stringify({ ...metaOf(text.cell, magic), around: 'end' })}));`);
    } else {
      text.add('await (');
      plainCall(text, magic, { around: 'line' });
      text.add(' as <T>(value: T) => Promise<Awaited<T>>)((');
      text.part(code);
      text.add('));');
    }
    return text.copy(code.start + code.text.length, magic.end);
  }
  const names = magic.isCell && command.declares ? command.declares(magic.body?.text ?? '', magic.parts.map(({ text }) => text).join('')) : [];
  text.add(assigned ? '(' : names.length === 0 ? 'void (' : `const { ${names.map(({ name }) => name).join(', ')} } = (`);
  plainCall(text, magic, magic.isCell && command.code === 'around' ? { around: 'cell' } : {});
  if (assigned) text.add(` as ${command.returns ?? 'undefined'}`);
  else if (names.length > 0) text.add(` as { ${names.map(({ name, type }) => `${name}: ${type}`).join('; ')} }`);
  text.add(');');
  for (const { before, value, after, start, end } of (magic.body && command.checks?.(magic.body.text)) ?? []) {
    // Never called: TypeScript alone looks at it, and what it says stands where the program names the function.
    text.mark(magic.body!.start + start);
    text.add(before + value);
    text.mark(magic.body!.start + end);
    text.add(after);
  }
  if (code) return text.copy(code.start + code.text.length, magic.end);
  // Lines below keep their numbers.
  text.add('\n'.repeat(text.cell.slice(magic.start, magic.end).split('\n').length - 1));
}

/** `await $magic(…)`; a line's code is handed over as a function. */
function plainCall(text: Text, magic: MagicSegment, more: object): void {
  begin(text, magic, more);
  if (magic.code && !('around' in more)) {
    const { code } = magic;
    const statement = isStatement(code.text);
    text.add(`, "code": () => ${awaits(code.text) ? 'async ' : ''}() => ${statement ? '{' : '('}`);
    text.part(code);
    text.add(statement ? '}' : ')');
  }
  text.add('})');
}

/** `await $magic(…, { …` up to where its code stands. */
function begin(text: Text, magic: MagicSegment, more: object): void {
  text.add(`await ${magicFunction}(${JSON.stringify(magic.name)}, [`);
  // Texts stand at even places, the values of holes at odd ones.
  for (const [i, part] of magic.parts.entries()) {
    if (i > 0) text.add(', ');
    if (part.kind === 'text') text.add(JSON.stringify(part.text));
    else {
      text.add('(');
      text.part(part);
      text.add(')');
    }
  }
  text.add(`], ${JSON.stringify({ ...metaOf(text.cell, magic), ...more }).slice(0, -1)}`);
}

/** `%%name` whose code is handed over: the cell below is the function, and what stands on the line runs before it. What is returned stands behind. */
function asFunction(text: Text, magic: MagicSegment, waits: boolean): string {
  const { code } = magic;
  text.add('void (');
  begin(text, magic, {});
  text.add(`, "code": ${code && awaits(code.text) ? 'async ' : ''}() => {`);
  if (code) text.part(code);
  text.add(`; return ${waits ? 'async ' : ''}() => {`);
  return '\n}}}));';
}

const metaOf = (cell: string, { start, assigned, body }: MagicSegment) => ({ cellLine: cell.slice(0, start).split('\n').length, assigned, ...(body && { body: body.text }) });

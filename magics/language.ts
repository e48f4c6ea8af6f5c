import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CellLanguage, Completions } from '../kernel/cell.js';
import { complete as completeProgram, hover, isComplete, parse, type Schema } from '../dsl/index.js';
import { split, type MagicSegment } from './cell/split.js';
import { translate, type MagicType } from './cell/translate.js';
import { words } from './cell/words.js';
import { argumentsOf, helpOf, optionsOf } from './commandLine.js';
import type { Command } from './command.js';
import { emptyContext, type SessionContext } from './context.js';
import { sections } from './reference/entries.js';
import { commandsOf } from './registry.js';

const magics: ReadonlyMap<string, Command> = new Map(commandsOf('notebook').map((c) => [c.name, c]));
const types: ReadonlyMap<string, MagicType> = new Map(
  [...magics].map(([name, { returns, declares, checks }]) => [name, { returns: returns ?? 'undefined', ...(declares && { declares }), ...(checks && { checks }) }]),
);
const isMagic = (name: string): boolean => magics.has(name);

let context: SessionContext = startContext();

/** What is known before anything ran: the language's own tables, which the build writes down, as the runtime behind them is large. */
function startContext(): SessionContext {
  const path = fileURLToPath(new URL('./schema.json', import.meta.url));
  return existsSync(path) ? { ...emptyContext, schema: JSON.parse(readFileSync(path, 'utf8')) as Schema } : emptyContext;
}

/** Cells as the kernel asks for them: where magics are, what they mean in TypeScript, and help while typing in them. */
export const language: CellLanguage = {
  translate: (cell) => translate(cell, types),
  setContext: (value) => (context = (value as SessionContext | undefined) ?? startContext()),
  complete(cell, offset) {
    const magic = magicAt(cell, offset);
    if (!magic) return magicNames(cell, offset);
    const { body } = magic;
    if (body && offset >= body.start) {
      const found = completeProgram(body.text, offset - body.start, programContext());
      return { ...found, start: found.start + body.start, end: found.end + body.start };
    }
    return completeLine(cell, magic, offset);
  },
  inspect(cell, offset) {
    const magic = magicAt(cell, offset);
    if (!magic) return undefined;
    const { body } = magic;
    if (body && offset >= body.start) return hover(body.text, offset - body.start, programContext());
    return ['```', helpOf(magics.get(magic.name)!, 'notebook').trimEnd(), '```'].join('\n');
  },
  isComplete(cell) {
    const [first] = split(cell, isMagic);
    if (first?.kind !== 'magic' || !first.body) return undefined;
    return isComplete(first.body.text);
  },
};

const programContext = () => ({
  schema: context.schema,
  declarations: context.sources.flatMap((source) => parse(source).declarations),
});

/** What `%help` knows of. */
const helpWords = (): string[] => sections(context.schema, [...magics.values()]).flatMap(({ entries }) => entries.flatMap(({ names }) => names)).filter((name) => !name.includes(' '));

const magicAt = (cell: string, offset: number): MagicSegment | undefined =>
  split(cell, isMagic).find(
    (s): s is MagicSegment => s.kind === 'magic' && s.start < offset && offset <= (s.body ? s.body.start + s.body.text.length : s.end),
  );

/** `%tr|` at the start of a line: the names of magics. */
function magicNames(cell: string, offset: number): Completions | undefined {
  const line = /(?:^|\n)[ \t]*(%%?)([\w-]*)$/.exec(cell.slice(0, offset));
  if (!line) return undefined;
  const [, sign, typed] = line as unknown as [string, string, string];
  const items = [...magics.values()]
    .filter((c) => c.name.startsWith(typed) && (sign === '%' || c.body))
    .map((c) => ({ label: sign + c.name, kind: 'magic', detail: c.summary }));
  return { start: offset - typed.length - sign.length, end: offset, items };
}

/** Options behind `--`, else the names that the next argument takes. */
function completeLine(cell: string, magic: MagicSegment, offset: number): Completions {
  const command = magics.get(magic.name)!;
  const from = magic.start + cell.slice(magic.start).indexOf(magic.name) + magic.name.length;
  const line = cell.slice(from, offset);
  const typed = /\S*$/.exec(line)![0];
  const start = offset - typed.length;
  if (typed.startsWith('-')) {
    const items = optionsOf(command, 'notebook').map(([name, option]) => ({ label: `--${name.replaceAll('_', '-')}`, kind: 'option', detail: option.doc }));
    return { start, end: offset, items: items.filter((item) => item.label.startsWith(typed)) };
  }
  const before = words([{ text: line.slice(0, line.length - typed.length) }]).filter((w) => !w.text.startsWith('-'));
  const takes = argumentsOf(command, 'notebook');
  const argument = takes[before.length] ?? (takes.at(-1)?.variadic ? takes.at(-1) : undefined);
  const names = argument?.names === 'word' ? helpWords() : argument?.names ? (context.names[argument.names] ?? []) : [];
  return {
    start,
    end: offset,
    items: names.filter((name) => name.startsWith(typed)).map((label) => ({ label, kind: argument!.names!, detail: argument!.doc })),
  };
}

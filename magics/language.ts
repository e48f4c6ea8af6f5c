import { readdirSync, readFileSync } from 'node:fs';
import type { CellLanguage, Completions, DeclaredNames } from '../kernel/cell.js';
import { complete as completeProgram, hover, isComplete, parse, type Schema } from '../dsl/index.js';
import { split, type MagicSegment } from './cell/split.js';
import { magicsOf, translate } from './cell/translate.js';
import { words } from './cell/words.js';
import { argumentsOf, helpOf, optionsOf } from './commandLine.js';
import type { Argument, Command } from './command.js';
import { compiled } from '../runtime/launch/compiled.js';
import { emptyContext, type SessionContext } from './context.js';
import { sections } from './reference/entries.js';
import { commandsOf } from './registry.js';
import { userPath } from './userPath.js';

const commands: ReadonlyMap<string, Command> = new Map(commandsOf('notebook').map((c) => [c.name, c]));
let declared: DeclaredNames = new Set<string>();
const magics = magicsOf(commands, (name) => declared.has(name));

let context: SessionContext = emptyContext;
let tables: Schema | undefined;

/** The language's own tables, which the build writes down, as the runtime behind them is large; with the data sets that are open. */
function schema(): Schema {
  tables ??= JSON.parse(readFileSync(compiled(new URL('./schema.json', import.meta.url)), 'utf8')) as Schema;
  return { ...tables, datasets: context.datasets };
}

/** Cells as the kernel asks for them: where magics are, what they mean in TypeScript, and help while typing in them. */
export const language: CellLanguage = {
  translate: (cell) => translate(cell, commands, magics.isDeclared),
  setContext: (value) => (context = (value as SessionContext | undefined) ?? emptyContext),
  setDeclared: (names) => (declared = names),
  complete(cell, offset) {
    const magic = magicAt(cell, offset);
    if (!magic) return magicNames(cell, offset);
    const { body } = magic;
    if (body && offset > magic.end) {
      if (commands.get(magic.name)!.body !== 'program') return { start: offset, end: offset, items: [] };
      const found = completeProgram(body.text, offset - body.start, programContext());
      return { ...found, start: found.start + body.start, end: found.end + body.start };
    }
    return isTypeScript(magic, offset) ? undefined : completeLine(cell, magic, offset);
  },
  inspect(cell, offset) {
    const magic = magicAt(cell, offset);
    if (!magic || isTypeScript(magic, offset)) return undefined;
    const { body } = magic;
    const command = commands.get(magic.name)!;
    if (body && offset > magic.end && command.body === 'program') return hover(body.text, offset - body.start, programContext());
    return ['```', helpOf(command, 'notebook').trimEnd(), '```'].join('\n');
  },
  isComplete(cell) {
    const [first] = split(cell, magics);
    if (first?.kind !== 'magic' || !first.isCell) return undefined;
    if (!first.body) return first.end >= cell.trimEnd().length ? 'incomplete' : undefined;
    if (commands.get(first.name)!.body === 'program') return isComplete(first.body.text);
    // Any text may go on: an empty line ends it.
    return /\n[ \t]*$/.test(first.body.text) ? 'complete' : 'incomplete';
  },
};

const programContext = () => ({
  schema: schema(),
  declarations: context.sources.flatMap((source) => parse(source).declarations),
});

/** What `%help` knows of. */
const helpWords = (): string[] => sections(schema(), [...commands.values()]).flatMap(({ entries }) => entries.flatMap(({ names }) => names)).filter((name) => !name.includes(' '));

const magicAt = (cell: string, offset: number): MagicSegment | undefined =>
  split(cell, magics).find((s): s is MagicSegment => s.kind === 'magic' && s.start < offset && offset <= (s.body ? s.body.start + s.body.text.length : s.end));

/** Does this place of a magic's line belong to TypeScript: code that it takes, a `{expr}` hole? */
const isTypeScript = ({ code, parts }: MagicSegment, offset: number): boolean =>
  [...(code ? [code] : []), ...parts.filter(({ kind }) => kind === 'hole')].some(({ start, text }) => start <= offset && offset <= start + text.length);

/** `%tr|` at the start of a line: the names of magics. */
function magicNames(cell: string, offset: number): Completions | undefined {
  const line = /(?:^|\n|=)[ \t]*(%%?)([\w-]*)$/.exec(cell.slice(0, offset));
  if (!line) return undefined;
  const [, sign, typed] = line as unknown as [string, string, string];
  const items = [...commands.values()]
    .filter((c) => c.name.startsWith(typed) && (sign === '%' ? c.stands !== 'cell' : c.body))
    .map((c) => ({ label: sign + c.name, kind: 'magic', detail: c.summary }));
  return { start: offset - typed.length - sign.length, end: offset, items };
}

/** Options behind `--`, else the names that the next argument takes. */
function completeLine(cell: string, magic: MagicSegment, offset: number): Completions {
  const command = commands.get(magic.name)!;
  const from = magic.parts[0]!.start;
  const line = cell.slice(from, offset);
  const typed = /\S*$/.exec(line)![0];
  const start = offset - typed.length;
  if (command.line === 'shell' && !magic.isCell) return paths(typed, offset, false);
  if (typed.startsWith('-')) {
    const items = optionsOf(command, 'notebook').map(([name, option]) => ({ label: `--${name.replaceAll('_', '-')}`, kind: 'option', detail: option.doc }));
    return { start, end: offset, items: items.filter((item) => item.label.startsWith(typed)) };
  }
  const before = words([{ text: line.slice(0, line.length - typed.length) }]).filter((w) => !w.text.startsWith('-'));
  const takes = argumentsOf(command, 'notebook');
  const argument = takes[before.length] ?? (takes.at(-1)?.variadic ? takes.at(-1) : undefined);
  if (argument?.names === 'path' || argument?.names === 'folder') return paths(typed, offset, argument.names === 'folder');
  const items = argument ? namesFor(argument).filter((name) => name.startsWith(typed)).map((label) => ({ label, kind: argument.names ?? 'choice', detail: argument.doc })) : [];
  return { start, end: offset, items };
}

function namesFor({ names, choices }: Argument): readonly string[] {
  if (choices) return choices;
  if (names === 'word') return helpWords();
  if (names === 'variable') return [...declared.keys()];
  if (names === 'environment') return context.names.environment ?? Object.keys(process.env);
  return names ? (context.names[names] ?? []) : [];
}

/** What there is in the folder that is being typed, from the working folder. */
function paths(typed: string, offset: number, foldersAlone: boolean): Completions {
  const name = /[^/]*$/.exec(typed)![0];
  const folder = typed.slice(0, typed.length - name.length);
  const start = offset - name.length;
  try {
    const entries = readdirSync(userPath(folder, context.folder), { withFileTypes: true });
    const items = entries
      .filter((entry) => entry.name.startsWith(name) && (name !== '' || !entry.name.startsWith('.')) && (!foldersAlone || entry.isDirectory()))
      .map((entry) => ({ label: `${entry.name.replace(/[\s'"\\]/g, '\\$&')}${entry.isDirectory() ? '/' : ''}`, kind: 'path' }));
    return { start, end: offset, items: items.sort((a, b) => (a.label < b.label ? -1 : 1)) };
  } catch {
    return { start, end: offset, items: [] };
  }
}

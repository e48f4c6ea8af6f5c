import { suggest } from '../../dsl/index.js';
import { UserError } from '../../runtime/error.js';
import { helpOf } from '../commandLine.js';
import { command, type CommandContext } from '../command.js';
import type { Entry, Section } from '../reference/entries.js';

export const help = command({
  name: 'help',
  summary: 'Says what a word of the language is, how a command is used, what a code means.',
  arguments: [{ name: 'word', doc: 'A command, a kind, a strategy, a metric, a function, a framework or its option (linear.C), a keyword, the code of a mistake in a program (type/strategy).', names: 'word', optional: true, variadic: true }],
  options: {},
  examples: ['%help majority', '%help for each pair', '%help type/strategy', 'tasklab help prepare'],
  async run({ args }, context) {
    // Imported here, because the registry lists this file too.
    const [{ commands, commandsOf }, { sections }, { languageSchema }] = await Promise.all([import('../registry.js'), import('../reference/entries.js'), import('../schema.js')]);
    const all = sections(languageSchema({}), commands);
    const asked = args.join(' ').replace(/^%+/, '');
    if (asked === '') return overview(all, context);
    const known = commandsOf(context.surface).find(({ name }) => name === asked);
    if (known) context.io.write('stdout', helpOf(known, context.surface));
    const found = all.flatMap(({ title, entries }) => entries.filter(({ names, also = [] }) => (names.includes(asked) || also.includes(asked)) && !(known && title === commandSection)));
    if (found.length === 0 && !known) throw unknown(asked, all);
    if (found.length > 0) await show(found, context);
  },
});

const commandSection = 'Magics and commands';

async function show(entries: readonly Entry[], { io, surface }: CommandContext): Promise<void> {
  const { entryText, fence } = await import('../reference/page.js');
  const markdown = entries.map((entry) => [`### ${entry.names[0]} (${entry.what})`, entryText(entry), ...moreOf(entry), ...(entry.example === undefined ? [] : [fence(entry.example, 'tasklab')])].join('\n\n')).join('\n\n');
  const text = entries.map((entry) => [`${entry.names.join(', ')} (${entry.what})`, ...(entry.syntax === undefined ? [] : [indented(entry.syntax)]), entry.doc, ...moreOf(entry), ...(entry.example === undefined ? [] : [indented(entry.example)])].join('\n\n')).join('\n\n\n');
  if (surface === 'terminal') io.write('stdout', `${text}\n`);
  else io.display({ 'text/markdown': markdown, 'text/plain': text });
}

const moreOf = ({ more }: Entry): string[] => (more === undefined || more === '' ? [] : [more]);
const indented = (text: string): string => text.split('\n').map((line) => `  ${line}`).join('\n');

/** All there is to ask for, section by section. */
function overview(all: readonly Section[], { io }: CommandContext): void {
  const parts = all.map(({ title, entries }) => `${title}\n${wrapped(entries.filter(({ isSmall }) => !isSmall).map(({ names }) => names.join(' = ')))}`);
  io.write('stdout', `${parts.join('\n\n')}\n`);
}

/** Words in lines of at most a hundred characters. */
function wrapped(names: readonly string[]): string {
  const lines: string[] = [''];
  for (const name of names) {
    if (lines.at(-1)!.length + name.length > 96) lines.push('');
    lines[lines.length - 1] += `  ${name}`;
  }
  return lines.join('\n');
}

function unknown(asked: string, all: readonly Section[]): UserError {
  return new UserError('command/unknown', `There is no help about "${asked}".`, suggest(asked, all.flatMap(({ entries }) => entries.flatMap(({ names }) => names))));
}

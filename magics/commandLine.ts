import { Argument as ParserArgument, Command as Parser, CommanderError, InvalidArgumentError, Option as ParserOption } from 'commander';
import { UserError } from '../runtime/error.js';
import type { Argument, Command, CommandCall, Option, Surface } from './command.js';

/** The words of a line, read by the command's own table; or the help that was asked for. */
export type Read = { readonly help: string } | Pick<CommandCall, 'args' | 'options'>;

/**
 * Reads words by a command's table.
 * @throws {UserError} `command/usage` for an unknown option (with the nearest), a missing argument, a value of the wrong type.
 */
export function readWords(command: Command, words: readonly string[], surface: Surface): Read {
  let read: Read | undefined;
  const parser = parserOf(command, surface)
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .action((...given: unknown[]) => {
      const args = given.slice(0, given.length - 2).flat();
      read = { args: args.filter((a) => a !== undefined) as string[], options: optionValues(command, parser.opts()) };
    });
  try {
    parser.parse([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return { help: helpOf(command, surface) };
    const [message, suggestion] = error.message.replace(/^error: /, '').split('\n');
    throw new UserError('command/usage', sentence(message!), suggestion?.replace(/^\(|\)$/g, '') ?? `${title(command, surface)} -h shows how it is used.`);
  }
  return read!;
}

/** The help text of a command: usage, arguments, options with defaults, examples. */
export const helpOf = (command: Command, surface: Surface): string => parserOf(command, surface).helpInformation() + examplesOf(command, surface);

const title = (command: Command, surface: Surface): string => (surface === 'notebook' ? `%${command.name}` : `tasklab ${command.name}`);

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1).replace(/\.?$/, '.');

/** The arguments that a surface has: a terminal has no cells, so the program stands in a file. */
export function argumentsOf(command: Command, surface: Surface): readonly Argument[] {
  const file: Argument = { name: 'file', doc: 'The program, a .task file.', names: 'path' };
  return command.program && surface === 'terminal' ? [file, ...command.arguments] : command.arguments;
}

/** The options that a surface has. */
export function optionsOf(command: Command, surface: Surface): [string, Option][] {
  return Object.entries(command.options).filter(([, option]) => !option.only || option.only === surface);
}

/** How much of a line the options of a command take that stand before the rest. */
export function optionsLength(command: Command, line: string): number {
  const known = optionsOf(command, 'notebook').flatMap(([name, { short, type }]) => [[`--${name.replaceAll('_', '-')}`, type], ...(short ? [[`-${short}`, type]] : [])]);
  const types = new Map(known as [string, string][]);
  let length = 0;
  for (let found; (found = /^\s*(--?[A-Za-z][\w-]*)(=\S*)?(?=\s|$)/.exec(line.slice(length))); ) {
    const [whole, name, value] = found as unknown as [string, string, string | undefined];
    const type = types.get(name);
    if (type === undefined) break;
    length += whole.length;
    if (type !== 'flag' && value === undefined) length += /^\s*\S*/.exec(line.slice(length))![0].length;
  }
  return length;
}

function parserOf(command: Command, surface: Surface): Parser {
  const parser = new Parser(title(command, surface)).description(command.summary).helpOption('-h, --help', 'Show this help.');
  for (const { name, doc, optional, variadic, choices } of argumentsOf(command, surface)) {
    const label = `${name}${variadic ? '...' : ''}`;
    const argument = new ParserArgument(optional ? `[${label}]` : `<${label}>`, doc);
    parser.addArgument(choices ? argument.choices([...choices]) : argument);
  }
  for (const [name, option] of optionsOf(command, surface)) parser.addOption(parserOption(name, option));
  // A table without positional arguments takes none, and one with takes no more.
  return parser.allowExcessArguments(false);
}

function parserOption(name: string, { type, doc, short, choices, default: preset }: Option): ParserOption {
  const value = { flag: '', text: ' <text>', number: ' <number>', integer: ' <integer>', pairs: ' <key=value>' }[type];
  const flags = `${short ? `-${short}, ` : ''}--${name.replaceAll('_', '-')}${choices ? ` <${choices.join('|')}>` : value}`;
  const option = new ParserOption(flags, doc + (preset === undefined ? '' : ` Default: ${preset}.`));
  if (choices) option.choices([...choices]);
  if (type === 'number' || type === 'integer') option.argParser((text: string) => number(text, type));
  if (type === 'pairs') option.argParser((text: string, before?: Record<string, string>) => pair(text, before));
  return option;
}

function number(text: string, type: 'number' | 'integer'): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value) || (type === 'integer' && !Number.isSafeInteger(value))) {
    throw new InvalidArgumentError(`It must be ${type === 'integer' ? 'a whole number' : 'a number'}.`);
  }
  return value;
}

function pair(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be name=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** Commander names options in camelCase, and "--no-x" makes an "x" false; the table's names are the language's. */
function optionValues(command: Command, values: Readonly<Record<string, unknown>>): CommandCall['options'] {
  const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(
    Object.keys(command.options)
      .map((name) => [name, name.startsWith('no_') ? values[camel(name.slice(3))] === false || undefined : values[camel(name)]] as const)
      .filter(([, value]) => value !== undefined),
  ) as CommandCall['options'];
}

function examplesOf(command: Command, surface: Surface): string {
  const examples = command.examples.filter((line) => line.startsWith('tasklab ') === (surface === 'terminal'));
  return examples.length > 0 ? `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}\n` : '';
}

import { UserError } from '../runtime/error.js';
import type { CommandContext } from './command.js';
import { unknownName } from './unknownName.js';

/** How commands that take texts take a template in their place. */
export const templateOptions = {
  template: { type: 'text', doc: 'A template of the program; behind the run stand its parameters as key=value instead of texts.' },
  program: { type: 'text', doc: 'The .task file with the template.', only: 'terminal' },
} as const;

/**
 * The texts of a line: as they stand, or one made by a template of the program from `key=value` words.
 * Throws `command/usage`, `name/unknown-template`, `name/unknown-parameter`, `type/missing-argument`.
 */
export async function textsOf(words: readonly string[], options: { readonly template?: string; readonly program?: string }, { session }: CommandContext): Promise<string[]> {
  if (options.template === undefined) {
    if (words.length === 0) throw new UserError('command/usage', 'There is no text.', 'Give one or several, or --template NAME key=value.');
    return [...words];
  }
  if (options.program !== undefined) await (await import('./programFile.js')).readProgramInto(session, options.program);
  const { templates } = session.plan;
  const template = Object.hasOwn(templates, options.template) ? templates[options.template]! : undefined;
  if (!template) throw unknownName('template', options.template, Object.keys(templates));
  const names = template.parameters.map(({ name }) => name);
  const given = new Map(words.map((word): [string, string] => {
    const at = word.indexOf('=');
    const name = word.slice(0, at);
    if (at < 1) throw new UserError('command/usage', `"${word}" is not key=value.`, `The parameters of "${template.name}" are: ${names.join(', ')}.`);
    if (!names.includes(name)) throw unknownName('parameter', name, names);
    return [name, word.slice(at + 1)];
  }));
  const { templateFunction } = await import('../runtime/task/template.js');
  const text = templateFunction(template)(...(names.map((name) => given.get(name)) as string[]));
  return [text!];
}

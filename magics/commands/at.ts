import { offsetAt, type EditorContext, type Source } from '../../dsl/index.js';
import { UserError } from '../../runtime/error.js';
import type { Argument } from '../command.js';

/** The arguments of a command that looks at a place in a program. */
export const placeArguments: readonly Argument[] = [
  { name: 'file', doc: 'The program, a .task file.', names: 'path' },
  { name: 'line:column', doc: 'The place, both from 1; a character counts one, whatever it is.' },
];

/**
 * A place in a program with all that is known around it, as far as its data sets can be opened.
 * @throws {UserError} `data/no-file`, `command/usage`.
 */
export async function placeIn([file, place]: readonly string[]): Promise<{ source: Source; offset: number; context: EditorContext }> {
  const [{ openProgram }, { languageSchema }] = await Promise.all([import('../programFile.js'), import('../schema.js')]);
  const { session, source } = await openProgram(file!, {});
  const [, line, column] = /^(\d+):(\d+)$/.exec(place!) ?? [];
  const offset = line === undefined ? undefined : offsetAt(source, { line: Number(line), column: Number(column) });
  if (offset === undefined) throw new UserError('command/usage', `"${place}" is no place in "${file}".`, 'Write LINE:COLUMN, both from 1, as messages do: 5:11.');
  const { checked } = await session.examine(source);
  return { source, offset, context: { schema: languageSchema(checked.schemas), declarations: checked.declarations.filter((one) => one.source !== source) } };
}

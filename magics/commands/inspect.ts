import { UserError } from '../../runtime/error.js';
import { command } from '../command.js';
import { help } from './help.js';

export const inspect = command({
  name: 'inspect',
  summary: 'Says what a name of TypeScript is: type, signature, documentation. "name?" is short for it, and shows a magic\'s help too.',
  only: 'notebook',
  arguments: [{ name: 'name', doc: 'A variable or a member, as in rows.filter; or a magic.', names: 'variable' }],
  options: {},
  examples: ['rows.filter?', '?time', '%inspect rows'],
  async run({ args: [name] }, context) {
    const known = name!.startsWith('%') ? undefined : await context.notebook!.inspect(name!);
    if (known !== undefined) return context.io.page({ 'text/markdown': known, 'text/plain': known });
    try {
      await help.run({ args: [name!], options: {} }, context);
    } catch (error) {
      if (error instanceof UserError && error.code === 'command/unknown') throw new UserError('name/unknown', `There is no "${name}" in TypeScript, among the magics or in the language.`, near(error.hint));
      throw error;
    }
  },
});

/** Of the many things that there are to ask for, only a near one helps. */
const near = (hint: string | undefined): string => (hint?.startsWith('Did you mean') ? hint : '%who lists the names that cells declared, %lsmagic the magics, %help the words of the language.');

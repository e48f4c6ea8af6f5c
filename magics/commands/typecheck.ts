import type { Typecheck } from '../../kernel/cell.js';
import { command } from '../command.js';

const modes: Readonly<Record<Typecheck, string>> = {
  off: 'types are not checked',
  warn: 'mistakes of types are shown, and the cell runs',
  error: 'a cell with mistakes of types does not run',
};

export const typecheck = command({
  name: 'typecheck',
  summary: 'Says or changes what becomes of mistakes of types, from the next cell on.',
  only: 'notebook',
  arguments: [{ name: 'mode', doc: `${Object.entries(modes).map(([mode, what]) => `${mode}: ${what}`).join('; ')}.`, choices: Object.keys(modes), optional: true }],
  options: {},
  examples: ['%typecheck', '%typecheck warn'],
  async run({ args: [mode] }, { io, notebook }) {
    const now = await notebook!.typecheck(mode as Typecheck | undefined);
    io.write('stdout', `${now}: ${modes[now]}\n`);
  },
});

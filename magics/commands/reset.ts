import { counted } from '../../runtime/display/numbers.js';
import { command } from '../command.js';

export const reset = command({
  name: 'reset',
  summary: 'Forgets all variables and declarations: a fresh process runs the next cell. Runs of trainings go on.',
  only: 'notebook',
  stands: 'line',
  arguments: [],
  options: {},
  examples: ['%reset'],
  async run(_call, { io, notebook }) {
    const names = (await notebook!.names()).map(({ name }) => name);
    const lost = names.length === 0 ? 'there were no names' : `${counted(names.length, 'name')}: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ' …' : ''}`;
    io.write('stdout', `A fresh process runs the next cell. Forgotten: ${lost}.\n`);
    await notebook!.restart();
  },
});

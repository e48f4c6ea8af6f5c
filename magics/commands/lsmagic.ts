import { tableBundle } from '../../runtime/display/table.js';
import { command } from '../command.js';

export const lsmagic = command({
  name: 'lsmagic',
  summary: 'Lists all magics.',
  only: 'notebook',
  arguments: [],
  options: {},
  examples: ['%lsmagic'],
  async run(_call, { io }) {
    // Imported here, because the registry lists this file too.
    const { commandsOf } = await import('../registry.js');
    const rows = commandsOf('notebook').map((c) => ({ magic: `${c.body ? '%%' : '%'}${c.name}`, what: c.summary }));
    io.display(tableBundle({ columns: [{ name: 'magic' }, { name: 'what' }], rows, caption: 'Each one answers -h.' }));
  },
});

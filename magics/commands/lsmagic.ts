import { tableBundle } from '../../runtime/display/table.js';
import { command, type Command } from '../command.js';

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
    const forms = ({ name, body, stands }: Command): string => [...(stands === 'cell' ? [] : [`%${name}`]), ...(body ? [`%%${name}`] : [])].join(', ');
    const rows = commandsOf('notebook').map((one) => ({ magic: forms(one), what: one.summary }));
    io.display(tableBundle({ columns: ['magic', 'what'], rows, maxRows: rows.length, maxCell: 200, caption: 'Each one answers -h and ?; {expr} in a line is the value of TypeScript.' }));
  },
});

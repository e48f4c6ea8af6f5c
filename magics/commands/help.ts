import { helpOf } from '../commandLine.js';
import { command } from '../command.js';

export const help = command({
  name: 'help',
  summary: 'Shows how a command is used.',
  arguments: [{ name: 'command', doc: 'Its name.', names: 'command' }],
  options: {},
  examples: ['%help prepare', 'tasklab help prepare'],
  async run({ args }, { io, surface }) {
    // Imported here, because the registry lists this file too.
    const { commandNamed } = await import('../registry.js');
    const name = args[0]!.replace(/^%+/, '');
    io.write('stdout', helpOf(commandNamed(name, surface), surface));
  },
});

import { command } from '../command.js';

export const logs = command({
  name: 'logs',
  summary: 'Shows what the worker of a run printed.',
  arguments: [{ name: 'run', doc: 'A run, or a training (its newest finished run).', names: 'run' }],
  options: {},
  examples: ['%logs topic_model-1'],
  async run({ args }, { session, io }) {
    const text = await (await session.runNamed(args[0]!)).logs();
    io.write('stdout', text === '' ? 'The worker printed nothing.\n' : text);
  },
});

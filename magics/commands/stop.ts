import { command } from '../command.js';

export const stop = command({
  name: 'stop',
  summary: 'Stops a run; what it wrote so far stays.',
  arguments: [{ name: 'run', doc: 'Name of a run.', names: 'run' }],
  options: {},
  examples: ['%stop topic_model-1'],
  async run({ args }, { session, io }) {
    const run = await session.runs.open(args[0]!);
    io.write('stdout', `${run.name}: ${await run.stop()}\n`);
  },
});

import { UserError } from '../../runtime/error.js';
import { command } from '../command.js';
import { TrainingView } from '../trainingView.js';

export const attach = command({
  name: 'attach',
  summary: 'Follows a run that goes on, or shows again how one went.',
  arguments: [{ name: 'run', doc: 'Name of a run.', names: 'run' }],
  options: {},
  returns: 'import("tasklab").Run',
  examples: ['%attach topic_model-1'],
  async run({ args }, { session, io }) {
    const run = await session.runs.open(args[0]!);
    const { framework, kind } = await run.job();
    const view = new TrainingView(run.name, { framework, kind }, io);
    try {
      for await (const event of run.events({ signal: io.signal })) view.add(event);
    } finally {
      if (!io.signal.aborted) await view.finish();
    }
    const status = await run.status();
    if (status === 'lost') throw new UserError('run/lost', `The worker of the run "${run.name}" ended without a result.`, `%logs ${run.name} shows what it printed.`);
    return run;
  },
});

import { command } from '../command.js';
import { programOptions } from './programOptions.js';

export const check = command({
  name: 'check',
  summary: 'Checks a program: all mistakes at once, each at its place.',
  only: 'terminal',
  program: true,
  arguments: [],
  options: { ...programOptions, json: { type: 'flag', doc: 'Prints the plan as JSON; mistakes go to standard error.' } },
  examples: ['tasklab check emotion.task'],
  // The program was declared before a command runs, so what is left is to say what is in it.
  async run({ options }, { session, io }) {
    const { plan } = session;
    if (options.json) return io.write('stdout', `${JSON.stringify(plan)}\n`);
    const parts = [
      ['data set', plan.datasets],
      ['task', plan.tasks],
      ['training', plan.trainings],
    ] as const;
    const counts = parts.map(([what, of]) => [what, Object.keys(of).length] as const).filter(([, n]) => n > 0);
    io.write('stdout', `${counts.map(([what, n]) => `${n} ${what}${n === 1 ? '' : 's'}`).join(', ') || 'No declarations'}: no mistakes.\n`);
  },
});

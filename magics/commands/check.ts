import { diagnosticJson, printDiagnostic } from '../../dsl/index.js';
import { checkFunctions } from '../bind/checkFunctions.js';
import { command } from '../command.js';
import { ProgramError } from '../programError.js';
import { programOptions } from './programOptions.js';

export const check = command({
  name: 'check',
  summary: 'Checks a program: all mistakes at once, each at its place.',
  only: 'terminal',
  arguments: [{ name: 'file', doc: 'The program, a .task file.', names: 'path' }],
  options: {
    ...programOptions,
    dataset: { type: 'text', doc: 'The data of tasks that name none.' },
    json: { type: 'flag', doc: 'Prints mistakes, plan and what waits for its data as one JSON object.' },
  },
  examples: ['tasklab check emotion.task', 'tasklab check emotion.task --json'],
  async run({ args, options }, { io, kernel }) {
    const { openProgram } = await import('../programFile.js');
    const { session, source } = await openProgram(args[0]!, { params: options.param, dataset: options.dataset });
    const examined = await session.examine(source);
    const own = [...examined.own, ...(await checkFunctions(examined, session.folder, kernel!))];
    const { plan, waiting } = examined.checked;
    if (options.json) io.write('stdout', `${JSON.stringify({ diagnostics: own.map(diagnosticJson), waiting, plan })}\n`);
    if (own.some(({ severity }) => severity === 'error')) throw new ProgramError(own);
    if (own.length > 0) io.write('stderr', `${own.map(printDiagnostic).join('\n\n')}\n`);
    if (options.json) return;
    const counts = [
      ['data set', Object.keys(plan.datasets)], ['template', Object.keys(plan.templates)], ['task', [...Object.keys(plan.tasks), ...waiting]], ['training', Object.keys(plan.trainings)],
    ] as const;
    const found = counts.filter(([, names]) => names.length > 0).map(([what, { length }]) => `${length} ${what}${length === 1 ? '' : 's'}`);
    io.write('stdout', `${found.join(', ') || 'No declarations'}: no mistakes.\n`);
    for (const { task, dataset } of waiting) io.write('stdout', `The task "${task}" is checked in full once ${dataset === undefined ? 'a data set is named (--dataset)' : `"${dataset}" can be opened`}.\n`);
  },
});

import { tableBundle } from '../../runtime/display/index.js';
import { examineMachine, type Finding } from '../../runtime/environments/doctor.js';
import { UserError } from '../../runtime/error.js';
import { command } from '../command.js';

export const doctor = command({
  name: 'doctor',
  summary: 'Looks at what trainings need on this machine (Node, Python, GPU, space, environments) and says what to do.',
  arguments: [],
  options: { json: { type: 'flag', doc: 'Prints one JSON object a line.', only: 'terminal' } },
  examples: ['%doctor', 'tasklab doctor', 'tasklab doctor --json'],
  async run({ options }, { session, io, surface }) {
    const findings = await examineMachine({ workFolder: session.runs.root, signal: io.signal });
    if (options.json) for (const finding of findings) io.write('stdout', `${JSON.stringify(finding)}\n`);
    else if (surface === 'terminal') io.write('stdout', findings.map(line).join(''));
    else io.display(tableBundle({ columns: ['', 'state', 'found', 'what to do'], rows: findings.map(({ subject, state, found, advice }) => [subject, state, found, advice]), absent: '', plain: true, maxCell: 400 }));
    const wrong = findings.filter(({ state }) => state === 'wrong');
    if (wrong.length > 0 && surface === 'terminal') {
      throw new UserError('environment/not-ready', `${wrong.map(({ subject }) => subject).join(', ')}: wrong.`, 'The lines above say what to do.');
    }
  },
});

const line = ({ subject, state, found, advice }: Finding): string => `${state.padEnd(6)}${subject}: ${found}\n${advice === undefined ? '' : `      → ${advice}\n`}`;

import { tableBundle } from '../../runtime/display/index.js';
import { UserError } from '../../runtime/error.js';
import { costOf, environments, findInstalled, pythonVersionIn, removeEnvironment, remnantsOf, type EnvironmentName } from '../../runtime/environments/index.js';
import { command } from '../command.js';
import { installWithProgress, stateOf } from '../installEnvironment.js';

const names = Object.keys(environments) as EnvironmentName[];

export const envs = command({
  name: 'envs',
  summary: 'Lists, installs or removes the Python environments that frameworks train in.',
  arguments: [
    { name: 'action', doc: 'What to do. Default: list.', optional: true, choices: ['list', 'install', 'remove'] },
    { name: 'environment', doc: 'Which one.', optional: true, choices: names },
  ],
  options: {
    python: { type: 'text', doc: 'The Python that it is made of. Default: the first in PATH that fits.' },
    json: { type: 'flag', doc: 'Lists as one JSON object a line.', only: 'terminal' },
  },
  examples: ['%envs', '%envs install core', 'tasklab envs install core', 'tasklab envs list --json'],
  async run({ args, options }, { io }) {
    const action = args[0] ?? 'list';
    const name = args[1] as EnvironmentName | undefined;
    if (action === 'list') {
      const rows = await Promise.all(names.filter((one) => name === undefined || one === name).map(listed));
      if (options.json) for (const row of rows) io.write('stdout', `${JSON.stringify(row)}\n`);
      else {
        io.display(
          tableBundle({
            columns: ['environment', 'state', 'Python', 'where', 'holds'],
            rows: rows.map(({ name, state, version, python, folder, doc, remnants }) => [name, remnants > 0 ? `${state}, and ${remnants} earlier` : state, version, folder ?? python ?? `tasklab envs install ${name}`, doc]),
            absent: '–',
            maxCell: 200,
            plain: true,
          }),
        );
      }
      return;
    }
    if (name === undefined) throw new UserError('command/usage', `Which environment is to be ${action === 'install' ? 'installed' : 'removed'}?`, `There are: ${names.join(', ')}.`);
    if (action === 'remove') {
      const removed = await removeEnvironment(environments[name]);
      io.write('stdout', removed.length > 0 ? `Removed\n${removed.map((folder) => `  ${folder}\n`).join('')}` : `The Python environment "${name}" is not installed.\n`);
      return;
    }
    const installed = await findInstalled(environments[name]);
    if (installed?.whole) io.write('stdout', `The Python environment "${name}" is installed in "${installed.folder}".\n`);
    else await installWithProgress(name, io, options.python);
  },
});

async function listed(name: EnvironmentName) {
  const { state, folder, python } = await stateOf(name);
  const version = folder === undefined ? undefined : await pythonVersionIn(folder);
  return { name, state, version, python, folder, doc: environments[name].doc, costs: costOf(environments[name]), remnants: (await remnantsOf(environments[name])).length };
}

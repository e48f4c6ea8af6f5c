import { UserError } from '../../runtime/error.js';
import { command } from '../command.js';

export const kernel = command({
  name: 'kernel',
  summary: 'Installs the kernel into Jupyter, with its JupyterLab extension, or takes them out.',
  only: 'terminal',
  arguments: [{ name: 'action', doc: 'install or uninstall.' }],
  options: {
    user: { type: 'flag', doc: 'For this user (the default).' },
    prefix: { type: 'text', doc: 'Below this folder: a virtual environment, say.' },
  },
  examples: ['tasklab kernel install', 'tasklab kernel install --prefix .venv', 'tasklab kernel uninstall'],
  async run({ args, options }, { io, kernel }) {
    const [action] = args;
    if (action !== 'install' && action !== 'uninstall') {
      throw new UserError('command/usage', `"${action}" is neither install nor uninstall.`, 'Write tasklab kernel install.');
    }
    if (options.user && options.prefix !== undefined) {
      throw new UserError('command/usage', 'The kernel goes to the user or below a prefix, not both.', 'Leave one of --user and --prefix out.');
    }
    const place = options.prefix === undefined ? {} : { prefix: options.prefix };
    if (action === 'install') {
      const installed = await kernel!.install(place);
      io.write('stdout', `installed the kernel "tasklab" into ${installed.kernel}\nand its JupyterLab extension into ${installed.extension}\nStart JupyterLab and choose "TypeScript (tasklab)".\n`);
    } else {
      const removed = await kernel!.uninstall(place);
      io.write('stdout', removed.length === 0 ? 'There is no kernel "tasklab" to take out.\n' : `took the kernel "tasklab" out of\n${removed.map((folder) => `  ${folder}\n`).join('')}`);
    }
  },
});

import { command } from '../command.js';

export const pwd = command({
  name: 'pwd',
  summary: 'Says which folder is the working folder.',
  only: 'notebook',
  arguments: [],
  options: {},
  returns: 'string',
  examples: ['%pwd', 'const here = %pwd'],
  async run({ assigned }, { io }) {
    const folder = process.cwd();
    if (!assigned) io.write('stdout', `${folder}\n`);
    return folder;
  },
});

import { UserError } from '../../runtime/error.js';
import { shellScript } from '../cell/shellScript.js';
import { command } from '../command.js';
import { runShell } from '../shell.js';

export const sh = command({
  name: 'sh',
  summary: 'Runs a line, or the lines below, by bash (where there is none, by sh); a failure is an error. "!command" is short for it.',
  only: 'notebook',
  line: 'shell',
  body: 'text',
  arguments: [{ name: 'argument', doc: 'Of %%sh: $1, $2 … in the lines below.', optional: true, variadic: true }],
  options: {},
  returns: 'string[]',
  examples: ['!ls -l {folder}', '%sh git status', 'const files = !ls *.json', '%%sh {name} 3'],
  async run({ args, line, body, assigned }, { io }) {
    const run = body === undefined ? shellScript(line!) : { script: body.text, args };
    if (run.script.trim() === '') throw new UserError('command/usage', 'Which command is to be run?', 'Write it behind %sh or !, or below %%sh.');
    if (!assigned) return runShell({ ...run, signal: io.signal, out: (text) => io.write('stdout', text) });
    let printed = '';
    await runShell({ ...run, signal: io.signal, out: (text) => void (printed += text), err: (text) => io.write('stderr', text) });
    const lines = printed.split(/\r?\n/);
    if (lines.at(-1) === '') lines.pop();
    return lines;
  },
});

import { nearest } from '../../dsl/index.js';
import { UserError } from '../../runtime/error.js';
import { tableBundle } from '../../runtime/display/table.js';
import { command } from '../command.js';
import { shownValue } from '../secrets.js';

export const env = command({
  name: 'env',
  summary: 'Shows environment variables, or sets one for this notebook and the commands that it runs; what looks secret is masked.',
  only: 'notebook',
  arguments: [{ name: 'variable', doc: 'NAME shows it, NAME=value or NAME value sets it.', names: 'environment', optional: true, variadic: true }],
  options: {},
  returns: 'string | undefined',
  examples: ['%env', '%env HOME', '%env HF_TOKEN={token}', 'const home = %env HOME'],
  async run({ args, assigned }, { io }) {
    const [first, ...rest] = args;
    if (first === undefined) {
      if (assigned) throw new UserError('command/usage', 'Which variable?', 'Write x = %env NAME; process.env has them all.');
      const rows = Object.entries(process.env).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, shownValue(name, value ?? '')]);
      return void io.display(tableBundle({ columns: ['variable', 'value'], rows, maxRows: 1000, maxCell: 2000, plain: true }));
    }
    const [, name, value] = /^([^=]*)=?([^]*)$/.exec(first) as unknown as [string, string, string];
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new UserError('env/bad-name', `"${name}" cannot be the name of an environment variable.`, 'A name has letters, digits and "_", and begins with no digit.');
    if (first.includes('=') || rest.length > 0) process.env[name] = [...(first.includes('=') ? [value] : []), ...rest].join(' ');
    const now = process.env[name];
    if (now === undefined) {
      const near = nearest(name, Object.keys(process.env));
      throw new UserError('env/not-set', `The environment variable "${name}" is not set.`, near ? `Did you mean "${near}"?` : `Set it: %env ${name}=value.`);
    }
    if (!assigned) io.write('stdout', `${name}=${shownValue(name, now)}\n`);
    return now;
  },
});

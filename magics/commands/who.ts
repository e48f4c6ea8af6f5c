import { inspect } from 'node:util';
import { tableBundle } from '../../runtime/display/table.js';
import { command } from '../command.js';

export const who = command({
  name: 'who',
  summary: 'Lists the names that cells declared, with kind, type and value.',
  only: 'notebook',
  arguments: [{ name: 'name', doc: 'Only these; * stands for anything.', names: 'variable', optional: true, variadic: true }],
  options: {},
  returns: 'string[]',
  examples: ['%who', '%who text*', 'const names = %who'],
  async run({ args, assigned }, { session, io, notebook }) {
    const wanted = args.map((pattern) => new RegExp(`^${pattern.replace(/[$.+?^(){}|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`));
    const names = (await notebook!.names()).filter(({ name }) => wanted.length === 0 || wanted.some((pattern) => pattern.test(name)));
    const found = names.map(({ name }) => name);
    if (assigned) return found;
    if (names.length === 0) io.write('stdout', args.length === 0 ? 'No cell has declared a name.\n' : `No cell has declared ${args.join(' or ')}.\n`);
    else {
      const rows = names.map(({ name, kind, type }) => [name, kind, type ?? '–', kind === 'type' ? '–' : shown(session.scope(name))]);
      io.display(tableBundle({ columns: ['name', 'kind', 'type', 'value'], rows, unit: 'name', maxRows: 500, plain: true }));
    }
    return found;
  },
});

function shown(value: unknown): string {
  try {
    return inspect(value, { depth: 1, maxArrayLength: 5, maxStringLength: 60, breakLength: Infinity });
  } catch {
    // It shows itself, and fails at it.
    return '–';
  }
}

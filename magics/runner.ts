import type { CellIO, CellRunner, MagicCall, RunnerHost } from '../kernel/cell.js';
import { words } from './cell/words.js';
import { helpOf, readWords } from './commandLine.js';
import { commandNamed } from './registry.js';
import { Session } from './session.js';

/** Runs magics on one session, which lives as long as the process that runs the cells. */
export function createRunner(host: RunnerHost): CellRunner {
  const session = new Session({ folder: process.cwd(), scope: host.scope, importModule: host.importModule });
  return {
    context: () => session.context(),
    async run({ name, parts, body, cell, cellLine, assigned }: MagicCall, io: CellIO) {
      const command = commandNamed(name, 'notebook');
      const line = parts.map((part, i) => (i % 2 === 0 ? { text: String(part) } : { value: part }));
      const given = words(line).map((w) => w.text);
      if (given[0] === '?') return io.write('stdout', helpOf(command, 'notebook'));
      const read = readWords(command, given, 'notebook');
      if ('help' in read) return io.write('stdout', read.help);
      const call = { ...read, ...(body !== undefined && { body: { name: cell, text: body, lineOffset: cellLine } }) };
      const value = await command.run(call, { session, io, surface: 'notebook' });
      return assigned || command.body ? value : undefined;
    },
  };
}

import { readFile } from 'node:fs/promises';
import { format as layOut, parse } from '../../dsl/index.js';
import { UserError } from '../../runtime/error.js';
import { command } from '../command.js';
import { ProgramError } from '../programError.js';

export const format = command({
  name: 'format',
  summary: 'Lays a program out; what it means stays the same.',
  only: 'terminal',
  arguments: [{ name: 'file', doc: 'The program, a .task file.', names: 'path' }],
  options: { check: { type: 'flag', doc: 'Writes nothing; fails where something would change.' } },
  examples: ['tasklab format support.task'],
  async run({ args, options }, { io }) {
    const { writeFileAtomic } = await import('../../runtime/files/atomic.js');
    const path = args[0]!;
    const text = await readFile(path, 'utf8').catch(() => {
      throw new UserError('data/no-file', `There is no file "${path}".`, 'Name a .task file, relative to the working folder.');
    });
    const { diagnostics } = parse({ name: path, text, lineOffset: 0 });
    if (diagnostics.some(({ severity }) => severity === 'error')) throw new ProgramError(diagnostics);
    const formatted = layOut(text);
    if (formatted === text) return io.write('stdout', `${path} is laid out already.\n`);
    if (options.check) throw new UserError('format/differs', `"${path}" is not laid out.`, `Run tasklab format ${path}.`);
    await writeFileAtomic(path, formatted);
    io.write('stdout', `Laid out ${path}.\n`);
  },
});

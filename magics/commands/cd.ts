import { homedir } from 'node:os';
import { UserError } from '../../runtime/error.js';
import { command } from '../command.js';
import { userPath } from '../userPath.js';

/** Where `%cd -` leads. */
let previous: string | undefined;

export const cd = command({
  name: 'cd',
  summary: 'Changes the working folder: of files, of commands, and where modules and their types are found.',
  only: 'notebook',
  arguments: [{ name: 'folder', doc: 'Which; "-" is the one before. Default: your own.', names: 'folder', optional: true }],
  options: {},
  returns: 'string',
  examples: ['%cd data', '%cd -', '%cd {folder}'],
  async run({ args: [folder], assigned }, { io, notebook }) {
    if (folder === '-' && previous === undefined) throw new UserError('path/no-previous', 'There is no working folder before this one.', 'Name one: %cd FOLDER.');
    const target = folder === undefined ? homedir() : folder === '-' ? previous! : userPath(folder);
    const before = process.cwd();
    try {
      process.chdir(target);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const why = code === 'ENOENT' ? 'there is none' : code === 'ENOTDIR' ? 'it is a file' : code === 'EACCES' ? 'it may not be entered' : (error as Error).message;
      throw new UserError('path/no-folder', `"${folder ?? target}" cannot be the working folder: ${why}.`, `The working folder is ${before}.`, { cause: error });
    }
    previous = before;
    await notebook!.setFolder(process.cwd());
    if (!assigned) io.write('stdout', `${process.cwd()}\n`);
    return process.cwd();
  },
});

import { homedir } from 'node:os';
import { resolve } from 'node:path';

/** A path as people write it on a command line: from the working folder, `~` is their own. */
export const userPath = (path: string, folder = process.cwd()): string => resolve(folder, path.replace(/^~(?=$|[/\\])/, () => homedir()));

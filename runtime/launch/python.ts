import { fileURLToPath } from 'node:url';
import { compiled } from './compiled.js';

/** The folder of the Python package that trains and runs models. */
export const pythonFolder = fileURLToPath(compiled(new URL('../python/', import.meta.url)));

/**
 * What Python is told of our own beside the scrubbed environment: where the worker lies, nothing of the user's site or the working
 * folder, the same order of sets each time.
 */
export const pythonVariables: Readonly<Record<string, string>> = {
  PYTHONPATH: pythonFolder,
  PYTHONSAFEPATH: '1',
  PYTHONNOUSERSITE: '1',
  PYTHONUNBUFFERED: '1',
  PYTHONHASHSEED: '0',
  PYTHONUTF8: '1',
};

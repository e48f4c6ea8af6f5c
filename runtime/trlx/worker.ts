/** Writes samples and a script for TRLX: `node worker.js JOB_FOLDER [--output FOLDER]`. */
import { isProgram, main, work as runJob, type WorkOptions } from '../run/worker.js';
import { writeTrlx } from './train.js';

export const work = (jobFolder: string, options: WorkOptions): Promise<void> => runJob(jobFolder, writeTrlx, options);

if (isProgram(import.meta.url)) await main(writeTrlx);

/** Writes AutoTrain's configuration and data: `node worker.js JOB_FOLDER [--output FOLDER]`. */
import { isProgram, main, work as runJob, type WorkOptions } from '../run/worker.js';
import { writeAutoTrain } from './train.js';

export const work = (jobFolder: string, options: WorkOptions): Promise<void> => runJob(jobFolder, writeAutoTrain, options);

if (isProgram(import.meta.url)) await main(writeAutoTrain);

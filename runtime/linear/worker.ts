/** The embedded framework's worker: `node worker.js JOB_FOLDER [--output FOLDER]`. */
import { isProgram, main, work as runJob, type WorkOptions } from '../run/worker.js';
import { trainLinear } from './train.js';

export const work = (jobFolder: string, options: WorkOptions): Promise<void> => runJob(jobFolder, trainLinear, options);

if (isProgram(import.meta.url)) await main(trainLinear);

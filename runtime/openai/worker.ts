/** The worker of fine-tuning jobs at a service: `node worker.js JOB_FOLDER [--output FOLDER]`. */
import { isProgram, main, work as runJob, type WorkOptions } from '../run/worker.js';
import { trainOpenAI } from './train.js';

export const work = (jobFolder: string, options: WorkOptions): Promise<void> => runJob(jobFolder, trainOpenAI, options);

if (isProgram(import.meta.url)) await main(trainOpenAI);

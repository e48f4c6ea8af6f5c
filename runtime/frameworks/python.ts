/** What frameworks whose worker is a Python program have in common. */
import { pythonOf } from '../environments/index.js';
import type { EnvironmentName } from '../environments/environment.js';
import { startModelServer } from '../launch/modelServer.js';
import type { WorkerProgram } from '../launch/launcher.js';
import type { Run } from '../run/run.js';
import { isTrusted } from '../run/trusted.js';
import type { Model } from './model.js';

/** `python -m tasklab_worker` in an environment. */
export const pythonWorker = (environment: EnvironmentName) => async (): Promise<WorkerProgram> => ({ runtime: 'python', module: 'tasklab_worker', python: await pythonOf(environment) });

/** Loads the model of a finished run in a process of its own, which ends with {@link Model.close}. */
export const openPythonModel = (environment: EnvironmentName, variables: readonly string[]) => async (run: Run): Promise<Model> => {
  await run.manifest();
  return startModelServer({ python: await pythonOf(environment), folder: run.folder, trusted: await isTrusted(run.folder), variables });
};

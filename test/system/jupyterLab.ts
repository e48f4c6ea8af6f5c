/** A real JupyterLab server on this machine, with settings, kernels and extensions of its own. */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, isAlive } from '../kernel/session.js';

export interface LabServer {
  /** Address of a file of the server's folder, open by itself in a workspace of its own. */
  at(path: string): string;
  /** Ends the server; returns which of its processes are there still when it has ended. */
  stop(): Promise<readonly number[]>;
}

/** The environment in which Jupyter looks into `folder` alone. */
export const jupyterEnvironment = (folder: string): NodeJS.ProcessEnv => ({
  ...process.env,
  JUPYTER_DATA_DIR: join(folder, 'jupyter/data'),
  JUPYTER_CONFIG_DIR: join(folder, 'jupyter/config'),
  JUPYTER_RUNTIME_DIR: join(folder, 'jupyter/runtime'),
  TASKLAB_HOME: join(folder, '.tasklab'),
});

export async function startLab(python: string, folder: string): Promise<LabServer> {
  const settings = join(folder, 'jupyter/config/lab/user-settings/@jupyterlab/apputils-extension');
  mkdirSync(settings, { recursive: true });
  writeFileSync(join(settings, 'notification.jupyterlab-settings'), JSON.stringify({ fetchNews: 'false', checkForUpdates: false }));
  const token = 'of-this-test';
  const options = ['--no-browser', '--allow-root', '--ServerApp.ip=127.0.0.1', '--ServerApp.port=0', `--IdentityProvider.token=${token}`, `--ServerApp.root_dir=${folder}`, '--LabApp.extension_manager=readonly'];
  const server = spawn(python, ['-m', 'jupyterlab', ...options], { cwd: folder, env: jupyterEnvironment(folder), stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  let log = '';
  const base = await new Promise<string>((resolve, reject) => {
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      const address = /http:\/\/127\.0\.0\.1:\d+(?=\/lab)/.exec(log);
      if (address) resolve(address[0]);
    });
    server.once('exit', () => reject(new Error(`JupyterLab ended:\n${log}`)));
    server.once('error', reject);
  });
  return {
    at: (path) => `${base}/lab/workspaces/${path.replace(/\W/g, '')}/tree/${path}?token=${token}`,
    async stop() {
      const started = descendants(server.pid!);
      server.kill('SIGTERM');
      await ended;
      const deadline = Date.now() + 10_000;
      await eventually(() => !started.some(isAlive) || Date.now() > deadline);
      return started.filter(isAlive);
    },
  };
}

/** Processes that `pid` started, and what they started; none where there is no /proc. */
function descendants(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of process.platform === 'linux' ? readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)) : []) {
    try {
      parents.set(Number(name), Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))![1]));
    } catch {
      // It ended while we looked.
    }
  }
  const found = [pid];
  for (const one of found) found.push(...[...parents].filter(([, parent]) => parent === one).map(([child]) => child));
  return found.slice(1);
}

/** The extension of JupyterLab 4: draws Plotly figures, and knows the colours of magics and `%%task` cells. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataFolder, installFolder, removeFolder, type JupyterPlace } from './jupyterFolder.js';

const { version, license } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string; license: string };

/** The `package.json` by which JupyterLab loads a prebuilt extension, and knows whether it fits. */
const manifest = {
  name: 'tasklab',
  version,
  description: 'Plotly figures, and the colours of magics and %%task cells.',
  license,
  dependencies: { '@jupyterlab/codemirror': '^4.0.0', '@lumino/widgets': '^2.0.0' },
  jupyterlab: { extension: true, mimeExtension: true, _build: { load: 'static/remoteEntry.js', extension: './extension', mimeExtension: './mimeExtension' } },
};

/** The folder that holds, or would hold, the extension. */
export const labExtensionFolder = (place: JupyterPlace = {}): string => join(dataFolder(place), 'labextensions', manifest.name);

/**
 * Installs the extension, in place of an earlier one, and returns the folder.
 *
 * @throws {KernelError} `kernel/not-installed` where the folder cannot be written.
 * @example
 * await installLabExtension({ prefix: '/opt/jupyter' });
 */
export const installLabExtension = (place: JupyterPlace = {}): Promise<string> =>
  installFolder(labExtensionFolder(place), async (folder) => {
    const served = join(folder, 'static');
    await mkdir(served);
    await cp(fileURLToPath(new URL('../../kernel/labextension/', import.meta.url)), served, { recursive: true });
    await cp(createRequire(import.meta.url).resolve('plotly.js-dist-min'), join(served, 'plotly.min.js'));
    const install = { packageManager: 'tasklab', packageName: manifest.name, uninstallInstructions: 'Run "tasklab kernel uninstall".' };
    await writeFile(join(folder, 'install.json'), `${JSON.stringify(install, null, 2)}\n`);
    await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  });

/** Takes the extension out of JupyterLab; returns the folder, or `undefined` where there was none. */
export const uninstallLabExtension = (place: JupyterPlace = {}): Promise<string | undefined> => removeFolder(labExtensionFolder(place));

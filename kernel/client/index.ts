/** A Node client of the kernel: processes, cells, notebooks. */
export { KernelError } from '../error.js';
export type { JupyterPlace } from '../jupyterFolder.js';
export { installKernelspec, kernelspecFolder, uninstallKernelspec } from '../kernelspec.js';
export { installLabExtension, labExtensionFolder, uninstallLabExtension } from '../labextension.js';
export { KernelClient, type Execution, type KernelClientOptions, type KernelInfo } from './kernelClient.js';
export { notebookText, parseNotebook, readNotebook, type Notebook, type NotebookCell, type NotebookOutput } from './nbformat.js';
export { executeNotebook, NotebookCellError, NotebookInterrupted, withParameters, type ExecuteNotebookOptions } from './notebook.js';

/** What `kernel/` does for commands; the entry point `cli.ts` brings the two together. */
export interface KernelTools {
  /** Tells Jupyter of the kernel and its extension of JupyterLab, and returns their folders. */
  install(place: { readonly prefix?: string }): Promise<{ readonly kernel: string; readonly extension: string }>;
  /** The folders that were removed. */
  uninstall(place: { readonly prefix?: string }): Promise<readonly string[]>;
  /** What TypeScript has against statements, and the files that they speak of; paths start at `folder`. */
  checkTypes(folder: string, claims: readonly { readonly code: string; readonly file: string }[]): Promise<{
    /** Why each claim does not hold. */
    readonly claims: readonly (readonly { readonly code: string; readonly message: string }[])[];
    readonly mistakes: readonly { readonly file: string; readonly text: string; readonly start: number; readonly end: number; readonly code: string; readonly message: string }[];
  }>;
  readNotebook(path: string): Promise<Notebook>;
  /** The file of a notebook, as Jupyter writes it. */
  notebookText(notebook: Notebook): Promise<string>;
  /** Runs all cells in a kernel of their own, in the notebook's folder. */
  executeNotebook(notebook: Notebook, options: ExecuteOptions): Promise<Executed>;
}

/** An nbformat 4 notebook. */
export interface Notebook {
  readonly cells: readonly {
    readonly cell_type: string;
    readonly source: string | readonly string[];
    readonly outputs?: readonly { readonly output_type: string; readonly data?: Readonly<Record<string, unknown>> }[];
  }[];
}

export interface ExecuteOptions {
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly allowErrors: boolean;
  /** Called before each cell that runs, with its place among all cells from 0. */
  onCell(index: number): void;
}

export interface Executed {
  /** With all outputs; where a cell failed, up to that cell. */
  readonly notebook: Notebook;
  /** What ended the run early. */
  readonly failure?: Error;
}

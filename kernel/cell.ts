/**
 * The seam between the kernel and whatever shares its cells with TypeScript. The kernel knows no magic;
 * what is behind this interface knows no socket. A handler module exports `loadLanguage` (pure, used where cells
 * are checked) and `createRunner` (loaded in the process that runs cells).
 */

/** MIME type to data: what one output is, in several forms, best first by the front end's own choice. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** An output that was shown and can be replaced in place (`update_display_data`). */
export interface DisplayHandle {
  update(bundle: MimeBundle): void;
}

/** What the kernel lends to code that runs in a cell. */
export interface CellIO {
  write(stream: 'stdout' | 'stderr', text: string): void;
  display(bundle: MimeBundle): DisplayHandle;
  /** Shows something in the front end's pager, beside the notebook and not in it. */
  page(bundle: MimeBundle): void;
  /** Removes the cell's outputs so far; with `wait`, only when the next output comes. */
  clear(wait?: boolean): void;
  /** Asks the user for a line; nothing where nobody can be asked, or the user ends the input instead. */
  ask?(question: string): Promise<string | undefined>;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}

/** One magic as it stands in a cell. */
export interface MagicCall {
  readonly name: string;
  /** The rest of its line: texts at even places, the values of its `{expr}` holes at odd ones. */
  readonly parts: readonly unknown[];
  /** The lines below a `%%name` line; absent for `%name`. */
  readonly body?: string;
  /** The cell as messages name it: `cell[3]`. */
  readonly cell: string;
  /** 1-based line of the magic in its cell. */
  readonly cellLine: number;
  /** True for `x = %name …`: the value goes to the program, so it is not shown as well. */
  readonly assigned: boolean;
  /** TypeScript that the magic was given to run, as its language translated it. */
  readonly code?: () => unknown;
  /** Where the code that the magic stands around begins (of a line, or all of its cell), and where that of a line has ended. */
  readonly around?: 'line' | 'cell' | 'end';
}

/** What a cell came to: the value of its last expression, or an error. */
export type Outcome = { readonly value: unknown } | { readonly thrown: unknown };

/** Something that a cell shows, on its way to the front end; an `update` replaces the displays of the same id. */
export type CellOutput =
  | { readonly type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  | { readonly type: 'display' | 'update'; readonly id?: string; readonly data: MimeBundle }
  | { readonly type: 'clear'; readonly wait: boolean };

/** A name that a cell declared. */
export interface DeclaredVariable {
  readonly name: string;
  readonly kind: 'let' | 'const' | 'function' | 'class' | 'type' | 'import';
  /** As TypeScript writes it; nothing for what is a type alone. */
  readonly type?: string;
}

/** What becomes of mistakes of types: nothing, a warning, or an error that keeps the cell from running. */
export type Typecheck = 'off' | 'warn' | 'error';

/** Runs magics beside the user's variables, in the process that runs cells. */
export interface CellRunner {
  /** The value of the magic, given to TypeScript in `x = %name …`. */
  run(call: MagicCall, io: CellIO): Promise<unknown>;
  /**
   * What completion and checks need to know of this process (declared names, fields, questions …), as JSON; asked
   * for after each cell and handed to {@link CellLanguage.setContext}, so that completion answers while a cell is busy.
   */
  context?(): unknown;
}

/** Reads a value out of the user's program by name (`undefined` where there is none). */
export type Scope = (name: string) => unknown;

/** What the process that runs cells lends to the runner it creates. */
export interface RunnerHost {
  readonly scope: Scope;
  /** Loads a module as `import` in a cell does: a path, a package; a file of the user's is loaded again when it has changed. */
  readonly importModule: ImportModule;
  readonly notebook: NotebookHost;
}

/** The notebook around a magic, and the cell that it stands in. */
export interface NotebookHost {
  /** Calls `end` when the cell has come to its end, the last one first; what it returns is what the cell came to. */
  atEnd(end: (outcome: Outcome) => Outcome | Promise<Outcome>): void;
  /** Asks `take` first for all that the cell shows, until the returned function is called or the cell ends; what it takes is not shown. */
  redirect(take: (output: CellOutput) => boolean): () => void;
  /** Outputs of the cell that runs when it is called. */
  outputs(): Pick<CellIO, 'write' | 'display'>;
  /** A value as the last one of a cell is shown. */
  show(value: unknown): MimeBundle | Promise<MimeBundle>;
  /** What cells declared, this one too, in the order of the names' first declarations. */
  names(): Promise<readonly DeclaredVariable[]>;
  /** Type, documentation and signature of an expression's last name, as Markdown; nothing where TypeScript knows none. */
  inspect(code: string): Promise<string | undefined>;
  /** Changes what becomes of mistakes of types in the cells to come; what holds now. */
  typecheck(mode?: Typecheck): Promise<Typecheck>;
  /** The working folder is another one: modules and their types are found from there. */
  setFolder(path: string): Promise<void>;
  /** Ends this process, and the cell with success; a fresh one runs the next cell. */
  restart(): Promise<never>;
}

export type ImportModule = (specifier: string) => Promise<Readonly<Record<string, unknown>>>;

/** A cell as TypeScript: every line of the user's stays on its line, and at its column where no magic stands before it. */
export interface Translation {
  readonly code: string;
  /** Where the user's text stands in `code`, in its order. Default: `code` has the offsets of the cell. */
  readonly stretches?: readonly Stretch[];
  /** Mistakes found before anything runs; the cell does not run. */
  readonly errors: readonly CellError[];
}

/** `length` UTF-16 units at offset `from` of a text stand unchanged at offset `at` of the text made of it; with 0, what stands at `at` came of `from`. */
export interface Stretch {
  readonly from: number;
  readonly at: number;
  readonly length: number;
}

/** An error as a cell shows it: `ename` is its code, `traceback` the whole text, a line each. */
export interface CellError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** An object under this key of a thrown error is a {@link CellError} and is shown as it stands, without a stack. */
export const cellError: unique symbol = Symbol.for('Jupyter.error') as never;

export interface CompletionItem {
  readonly label: string;
  /** keyword, field, question, strategy, function, option, magic … or TypeScript's kinds. */
  readonly kind: string;
  readonly detail?: string;
}

export interface Completions {
  /** Half-open range of UTF-16 offsets of the cell that an item replaces. */
  readonly start: number;
  readonly end: number;
  readonly items: readonly CompletionItem[];
}

/** The part of a handler that needs no data: it reads cells. */
export interface CellLanguage {
  /** `magic` is the name of the function that runs a {@link MagicCall} in the process that runs cells. */
  translate(cell: string): Translation;
  /** `undefined`: this place belongs to TypeScript. */
  complete(cell: string, offset: number): Completions | undefined;
  /** Markdown for the thing at `offset`; `undefined`: this place belongs to TypeScript. */
  inspect(cell: string, offset: number): string | undefined;
  /** `undefined`: TypeScript decides. */
  isComplete(cell: string): 'complete' | 'incomplete' | 'invalid' | undefined;
  /** `undefined`: the process that it told of is gone. */
  setContext(context: unknown): void;
  /** Lends a look at the names of earlier cells: what reads as TypeScript and as something else depends on them. */
  setDeclared?(names: DeclaredNames): void;
}

/** The names of earlier cells as they are at any time. */
export interface DeclaredNames {
  has(name: string): boolean;
  keys(): Iterable<string>;
}

/** The head of a table of values, and how large all of it is. */
export interface ValueTable {
  readonly columns: readonly { readonly name: string; readonly type?: string }[];
  /** Strings, numbers, booleans and `null`; `undefined` where there is nothing. */
  readonly rows: readonly (readonly unknown[])[];
  readonly total: number;
  readonly totalColumns: number;
}

export type ShowTable = (table: ValueTable) => MimeBundle;

/** The shape of a handler module: `kernel/main.ts` names it by URL. */
export interface CellHandlerModule {
  /** May something in this cell be no TypeScript? Asked before anything is loaded: a cell that says no need not wait for it. */
  concerns(cell: string): boolean;
  loadLanguage(): Promise<CellLanguage>;
  createRunner(host: RunnerHost): CellRunner | Promise<CellRunner>;
  /** How tables of values look; what that needs is loaded with the first one. Absent: they are shown as text. */
  readonly showTable?: ShowTable;
}

/**
 * The function that translated cells call; the process that runs cells defines it. `parts` is the magic's line:
 * texts and the values of its `{expr}` holes in turn. A magic that stands as a statement is translated to
 * `void await $magic(…)`, `x = %name` to `x = await $magic(…)`.
 */
export const magicFunction = '$magic';

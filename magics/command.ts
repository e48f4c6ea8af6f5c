import type { CellIO, NotebookHost, Outcome } from '../kernel/cell.js';
import type { KernelTools } from './kernelTools.js';
import type { TypeCheck } from './bind/functionType.js';
import type { Session } from './session.js';

/** What a word on a line names; completion offers what there is of it. */
export type NameOf = 'dataset' | 'task' | 'training' | 'run' | 'question' | 'word' | 'path' | 'folder' | 'variable' | 'environment';

export interface Argument {
  readonly name: string;
  readonly doc: string;
  readonly names?: NameOf;
  /** May be left out. */
  readonly optional?: boolean;
  /** The last one may repeat. */
  readonly variadic?: boolean;
  readonly choices?: readonly string[];
}

/** `flag` takes no value; `pairs` is `key=value` and may repeat. */
export type OptionType = 'flag' | 'text' | 'number' | 'integer' | 'pairs';

export interface Option {
  readonly type: OptionType;
  readonly doc: string;
  /** One letter: `-o`. */
  readonly short?: string;
  readonly choices?: readonly string[];
  /** Shown in the help; the command itself applies it. */
  readonly default?: string | number;
  /** Only there: scripts' forms of output belong to the command line. */
  readonly only?: Surface;
}

export type OptionTable = Readonly<Record<string, Option>>;

/** What a command gets of its options: names as in the table, values by type, absent where not given. */
export type OptionValues<T extends OptionTable> = {
  readonly [K in keyof T]?: T[K]['type'] extends 'flag'
    ? true
    : T[K]['type'] extends 'number' | 'integer'
      ? number
      : T[K]['type'] extends 'pairs'
        ? Readonly<Record<string, string>>
        : string;
};

export type Surface = 'notebook' | 'terminal';

export interface CommandCall<T extends OptionTable = OptionTable> {
  readonly args: readonly string[];
  readonly options: OptionValues<T>;
  /** The lines below `%%name`; `lineOffset` of them stand above in the cell called `name`. */
  readonly body?: { readonly name: string; readonly text: string; readonly lineOffset: number };
  /** A line for the shell: texts at even places, the values of its holes at odd ones. */
  readonly line?: readonly unknown[];
  /** `x = %name …`: the value goes to the program, and need not be shown as well. */
  readonly assigned?: boolean;
  /** Runs what stands before the code that is to be run, and returns that. */
  readonly code?: () => unknown;
}

/** What a command that stands around code gives: what is to happen behind it, and the variables that it declares. */
export interface Around {
  /** What it returns is what the code came to. */
  end(outcome: Outcome): Outcome | Promise<Outcome>;
  readonly value?: unknown;
}

export interface CommandContext {
  readonly session: Session;
  readonly io: CellIO;
  readonly surface: Surface;
  /** A terminal alone has it. */
  readonly kernel?: KernelTools;
  /** A notebook alone has it. */
  readonly notebook?: NotebookHost;
}

/**
 * One command: `%name` and `%%name` in a notebook, `tasklab name` in a terminal. A command is one file that exports one
 * of these, and a line in `registry.ts`.
 */
export interface Command<T extends OptionTable = OptionTable> {
  readonly name: string;
  /** One sentence for the list of commands. */
  readonly summary: string;
  /** Where it can be used; both where left out. */
  readonly only?: Surface;
  readonly arguments: readonly Argument[];
  readonly options: T;
  /** What stands on its line behind the options. Default: words. */
  readonly line?: 'words' | 'shell' | 'code';
  /** Takes `%%name`, with lines below that are this. */
  readonly body?: 'program' | 'text' | 'code';
  /** What becomes of its code: it runs in its place between {@link Around}'s ends, or is handed over as a function. */
  readonly code?: 'around' | 'function';
  /** `cell`: there is `%%name` alone; `line`: `%name` must be all of its cell. */
  readonly stands?: 'cell' | 'line';
  /** In a terminal the first argument is a program: `tasklab prepare FILE.task …`. */
  readonly program?: boolean;
  /** TypeScript type of the value of `x = %name …`. Default: `undefined`. */
  readonly returns?: string;
  /** Variables that a cell declares through this command, with their types; `line` is what stands behind `%%name`. */
  declares?(body: string, line: string): readonly { readonly name: string; readonly type: string }[];
  /** What the user's TypeScript must be for the lines below, checked before the cell runs; offsets count in them. */
  checks?(body: string): readonly TypeCheck[];
  readonly examples: readonly string[];
  run(call: CommandCall<T>, context: CommandContext): Promise<unknown>;
}

/** Lets TypeScript see the types of a command's options from its own table. */
export const command = <const T extends OptionTable>(definition: Command<T>): Command => definition as unknown as Command;

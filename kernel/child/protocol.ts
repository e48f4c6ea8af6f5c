/** What the kernel process and the process that runs cells say to each other. */
import type { CellError, MimeBundle, Typecheck } from '../cell.js';

/** File descriptors of the process that runs cells: its answers and outputs, its orders, its agent thread's orders. */
export const descriptors = { out: 3, orders: 4, agent: 5 } as const;

/** Kinds of frames on {@link descriptors.out}; one channel for all of them keeps them in order. */
export enum FrameKind {
  stdout,
  stderr,
  /** JSON content of the message of that name. */
  displayData,
  updateDisplayData,
  clearOutput,
  /** JSON of an {@link Answer}. */
  answer,
}

/** Bytes before a frame's payload: its length, its kind, the cell that it belongs to. */
export const frameHead = 9;

/** Lines of JSON on {@link descriptors.orders}. */
export type Order =
  | {
      readonly type: 'run';
      readonly id: number;
      /** `cell-3.ts`, in stacks. */
      readonly file: string;
      /** `cell[3]`, in messages. */
      readonly name: string;
      readonly js: string;
      readonly expressions: Readonly<Record<string, string>>;
    }
  | { readonly type: 'interrupt'; readonly id: number }
  | ({ readonly type: 'response'; readonly count: number } & ({ readonly value?: unknown } | { readonly error: string }))
  | { readonly type: 'ping'; readonly count: number };

/** An error of the user's program; `own` ones say all by themselves, the rest have a stack whose positions can be mapped. */
export interface Thrown extends CellError {
  readonly own: boolean;
}

export type Expression = { readonly status: 'ok'; readonly data: MimeBundle; readonly metadata: object } | ({ readonly status: 'error' } & CellError);

export type CellResult =
  | { readonly status: 'ok'; readonly data?: MimeBundle; readonly expressions: Readonly<Record<string, Expression>> }
  | { readonly status: 'error'; readonly error: Thrown };

export type Answer =
  | { readonly type: 'ready' }
  | { readonly type: 'settled'; readonly id: number; readonly result: CellResult }
  /** The context of magics changed. */
  | { readonly type: 'context'; readonly context: unknown }
  /** The cell was asked to end and is doing so: wait this long before anything harder. */
  | { readonly type: 'patience'; readonly id: number; readonly ms: number }
  /** The user is to be asked; an {@link InputAnswer} of the same count comes through the agent's thread. */
  | { readonly type: 'input'; readonly id: number; readonly question: InputQuestion }
  /** Something for the front end's pager. */
  | { readonly type: 'page'; readonly id: number; readonly data: MimeBundle }
  /** What a magic wants of the kernel process; an order `response` of the same count answers. */
  | { readonly type: 'request'; readonly count: number; readonly request: NotebookRequest }
  | { readonly type: 'pong'; readonly count: number };

export interface InputQuestion {
  readonly count: number;
  readonly prompt: string;
  readonly password: boolean;
}

/** JSON behind an `a` on {@link descriptors.agent}. */
export type InputAnswer = { readonly count: number } & ({ readonly value: string } | { readonly refused: InputRefusal });

export interface InputRefusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What only the kernel process knows or does. */
export type NotebookRequest =
  | { readonly about: 'names' }
  | { readonly about: 'inspect'; readonly code: string }
  | { readonly about: 'typecheck'; readonly mode?: Typecheck }
  | { readonly about: 'setFolder'; readonly path: string }
  /** Never answered: who asks is ended. */
  | { readonly about: 'restart' };

/**
 * Places in the memory that the main thread shares with its agent: cells that run, took notice of an interrupt, were terminated;
 * how many answers came; the cell whose loop ends when it is asked to, and how often it was.
 */
export const shared = { running: 0, noticed: 1, terminated: 2, answers: 3, looping: 4, stop: 5, length: 6 } as const;

import type { ChildProcess } from './childProcess.js';

/** A free thread answers within this time; a busy one is terminated. */
const noticeMs = 20;
const againMs = 60;
/** After this the process is given up, and the variables with it. */
const giveUpMs = 5000;

/** Ends a running cell: asks its thread, then terminates what it runs, then interrupts the processes that it waits for, then ends its own. */
export class Interrupt {
  #timer: NodeJS.Timeout | undefined;
  #giveUp: NodeJS.Timeout;
  #attempts = 0;
  /** Whether the thread was terminated, so that it must be asked whether it hears before it gets the next cell. */
  terminated = false;

  constructor(
    private readonly child: ChildProcess,
    private readonly cell: number,
  ) {
    child.send({ type: 'interrupt', id: cell });
    this.#timer = setTimeout(() => this.#terminate(false), noticeMs);
    this.#giveUp = setTimeout(() => child.kill(), giveUpMs);
  }

  /** The cell is ending by itself: harder ways wait. */
  wait(ms: number): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#giveUp);
    this.#timer = setTimeout(() => this.#terminate(true), ms + againMs);
    this.#giveUp = setTimeout(() => this.child.kill(), ms + giveUpMs);
  }

  /** The cell has ended. */
  done(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#giveUp);
  }

  #terminate(force: boolean): void {
    this.terminated = true;
    this.child.terminate(this.cell, force);
    // Loops end at the first or second attempt; what goes on then waits outside of JavaScript.
    if (++this.#attempts === 3) this.child.interruptProcesses();
    this.#timer = setTimeout(() => this.#terminate(force), againMs);
  }
}

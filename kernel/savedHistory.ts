import { appendFileSync, closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PastCell } from './history.js';
import { kernelspecFolder } from './kernelspec.js';

const keptSessions = 100;
/** A longer cell holds data rather than something to type again. */
const longestInput = 64 * 1024;
/** Cells that follow each other are written together, so that none of them waits for the disk. */
const writeMs = 100;

/**
 * What was typed into kernels before this one, so that the up key of a console finds it: a file of lines for each session,
 * named by its number and readable by the user alone. Where nothing can be written, nothing is kept.
 */
export class SavedHistory {
  #session: number | undefined;
  #writable = true;
  /** Lines that are not written yet. */
  #lines = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly folder: string) {
    process.once('exit', () => this.#write());
  }

  /** The number of this kernel's session. */
  get session(): number {
    return (this.#session ??= this.#claim());
  }

  add(line: number, input: string): void {
    // Takes its number, and so its place among sessions, with the first cell.
    void this.session;
    if (!this.#writable || input.length > longestInput) return;
    this.#lines += `${JSON.stringify([line, input])}\n`;
    this.#timer ??= setTimeout(() => this.#write(), writeMs);
  }

  /** Cells of earlier sessions, and of kernels that run now and began earlier; the oldest first. */
  earlier(): PastCell[] {
    return this.#sessions().filter((session) => session < this.session).flatMap((session) => this.#read(session));
  }

  /** Takes a number that no other kernel has. */
  #claim(): number {
    const known = this.#sessions();
    const next = (known.at(-1) ?? 0) + 1;
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      for (const old of known.slice(0, -keptSessions)) rmSync(this.#file(old), { force: true });
      for (let session = next; ; session++) {
        try {
          closeSync(openSync(this.#file(session), 'wx', 0o600));
          return session;
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        }
      }
    } catch {
      this.#writable = false;
      return next;
    }
  }

  #write(): void {
    this.#timer = undefined;
    if (this.#lines === '') return;
    try {
      appendFileSync(this.#file(this.session), this.#lines);
    } catch {
      this.#writable = false;
    }
    this.#lines = '';
  }

  #sessions(): number[] {
    try {
      return readdirSync(this.folder).map((name) => Number(/^(\d+)\.jsonl$/.exec(name)?.[1])).filter(Number.isInteger).sort((a, b) => a - b);
    } catch {
      return [];
    }
  }

  #read(session: number): PastCell[] {
    try {
      const whole = readFileSync(this.#file(session), 'utf8').split('\n').slice(0, -1);
      return whole.map((text) => JSON.parse(text) as [number, string]).map(([line, input]) => ({ session, line, input, output: null }));
    } catch {
      // Another kernel took it away, or it is not ours.
      return [];
    }
  }

  #file(session: number): string {
    return join(this.folder, `${session}.jsonl`);
  }
}

/** The user's, among Jupyter's data; `TASKLAB_HISTORY=off` keeps nothing. */
export const savedHistory = (): SavedHistory | undefined =>
  process.env['TASKLAB_HISTORY'] === 'off' ? undefined : new SavedHistory(join(dirname(dirname(kernelspecFolder())), 'tasklab', 'history'));

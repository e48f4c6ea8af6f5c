import { closeSync, fsyncSync, ftruncateSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../error.js';
import { eventVersion, isLast, RunEvent, type NewEvent } from './event.js';
import { redactTexts } from './redact.js';

export const eventsPath = 'tasklab/events.jsonl';

/** A longer line is no event of ours. */
const maxLine = 64 * 1024 * 1024;

/** Writes events, a line each, numbered and their texts without secrets (labels stay as they are); goes on where an earlier worker of the run was cut off. */
export class EventWriter {
  readonly #file: number;
  #seq: number;

  constructor(folder: string) {
    const path = join(folder, eventsPath);
    this.#file = openSync(path, 'a+');
    const size = fstatSync(this.#file).size;
    const text = Buffer.alloc(size);
    for (let at = 0; at < size; ) at += readSync(this.#file, text, at, size - at, at) || size;
    // A line without an end was torn off by a kill; it never was an event.
    const end = text.lastIndexOf(0x0a) + 1;
    if (end < size) ftruncateSync(this.#file, end);
    this.#seq = 0;
    for (let at = 0; at < end; at = text.indexOf(0x0a, at) + 1) this.#seq++;
  }

  write(event: NewEvent): RunEvent {
    const numbered = RunEvent.parse({ v: eventVersion, seq: this.#seq, time: new Date().toISOString(), ...redactTexts(event) });
    const line = Buffer.from(`${JSON.stringify(numbered)}\n`);
    for (let at = 0; at < line.length; ) at += writeSync(this.#file, line, at);
    this.#seq++;
    if (isLast(numbered)) fsyncSync(this.#file);
    return numbered;
  }

  close(): void {
    closeSync(this.#file);
  }
}

/**
 * Reads events as they come to stand in the file. `next` gives those that are there now and were not given before;
 * a last line that is not whole yet is left for later.
 */
export class EventReader {
  readonly #path: string;
  /** End of the last whole line that was read. */
  #offset = 0;
  #seq = 0;

  constructor(folder: string) {
    this.#path = join(folder, eventsPath);
  }

  async next(): Promise<RunEvent[]> {
    const file = await open(this.#path, 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (!file) return [];
    try {
      return await this.#read(file);
    } finally {
      await file.close();
    }
  }

  async #read(file: FileHandle): Promise<RunEvent[]> {
    const { size } = await file.stat();
    const events: RunEvent[] = [];
    const chunk = Buffer.alloc(1024 * 1024);
    let rest = Buffer.alloc(0);
    for (let at = this.#offset; at < size; ) {
      const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, size - at), at);
      if (bytesRead === 0) break;
      at += bytesRead;
      rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      let start = 0;
      for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a, start)) {
        events.push(this.#parse(rest.subarray(start, end).toString('utf8')));
        start = end + 1;
      }
      // What is not a whole line is read again next time: a resumed worker may have replaced it.
      this.#offset += start;
      rest = Buffer.from(rest.subarray(start));
      if (rest.length > maxLine) throw this.#broken('is too long');
    }
    return events;
  }

  #parse(line: string): RunEvent {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw this.#broken('is not JSON');
    }
    const result = RunEvent.safeParse(value);
    if (!result.success) {
      const [issue] = result.error.issues;
      throw this.#broken(`is no event: ${issue!.path.join('.') || 'the whole'}: ${issue!.message}`);
    }
    if (result.data.seq !== this.#seq) throw this.#broken(`has number ${result.data.seq} instead of ${this.#seq}`);
    this.#seq++;
    return result.data;
  }

  #broken(what: string): UserError {
    return new UserError('run/broken-events', `Line ${this.#seq + 1} of "${this.#path}" ${what}.`, 'The file was changed by something else than the worker; train again.');
  }
}

/** The last event of a run, read from the end of its file; `undefined` where there is none that can be read. */
export async function lastEvent(folder: string): Promise<RunEvent | undefined> {
  const file = await open(join(folder, eventsPath), 'r').catch(() => undefined);
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    const length = Math.min(size, 1024 * 1024);
    const bytes = Buffer.alloc(length);
    await file.read(bytes, 0, length, size - length);
    const end = bytes.lastIndexOf(0x0a);
    if (end < 0) return undefined;
    const line = bytes.subarray(bytes.lastIndexOf(0x0a, end - 1) + 1, end).toString('utf8');
    return RunEvent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

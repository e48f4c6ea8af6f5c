import { StringDecoder } from 'node:string_decoder';
import type { Publisher } from './publisher.js';
import type { Json } from './wire.js';

export type StreamName = 'stdout' | 'stderr';

/** Text waits this long for more, so that a printing loop makes few messages. */
const patienceMs = 15;
const fullAt = 256 * 1024;

/** Outputs of cells in the order in which they were made: text is joined, all else goes out behind the text before it. */
export class Output {
  #name: StreamName = 'stdout';
  #parent: Json = '{}';
  #text: string[] = [];
  #length = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #decoders = new Map<string, StringDecoder>();

  constructor(private readonly publisher: Publisher) {}

  /** `source` tells writers apart, so that a character cut in two between chunks is put together again. */
  write(name: StreamName, bytes: Buffer, parent: Json, source: string): void {
    const key = source + name;
    let decoder = this.#decoders.get(key);
    if (!decoder) this.#decoders.set(key, (decoder = new StringDecoder('utf8')));
    this.writeText(name, decoder.write(bytes), parent);
  }

  writeText(name: StreamName, text: string, parent: Json): void {
    if (text === '') return;
    if (this.#length > 0 && (name !== this.#name || parent !== this.#parent)) this.flush();
    this.#name = name;
    this.#parent = parent;
    this.#text.push(text);
    this.#length += text.length;
    if (this.#length >= fullAt) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), patienceMs);
  }

  publish(type: string, content: object | Json, parent: Json): void {
    this.flush();
    this.publisher.publish(type, content, parent);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#length === 0) return;
    const text = this.#text.join('');
    this.#text = [];
    this.#length = 0;
    this.publisher.publish('stream', { name: this.#name, text }, this.#parent);
  }
}
